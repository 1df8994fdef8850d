"""What trainees told about support: named readers and nobody else, one at a time, each opening written down."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.domain import support as rules
from portal.domain.answers import AnswerState
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import consents, support_needs
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, make_trainee, press
from tests.people import add_trainees, count_queries, invite, make_reader, make_staff, reference_of

PAGE, OWN, STAFF, LOG = "/admin/support", "/account/support", "/admin/staff", "/admin/security"
WORDS = "Larger print, <i>please</i>\nand a quieter room"
READER = "reader@meridian.example"
OTHER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """Somebody who has told a need."""
    make_trainee(client, mailbox, deliver)
    assert press(client, OWN, OWN, words=WORDS, agreed="yes").status_code == 303
    return client


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


@pytest.fixture
def reader(catalogue: Flask, boss: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_reader(catalogue, boss, mailbox, deliver)


def _openings(app: Flask) -> list[tuple[str, str]]:
    """(whose words, the detail) of each entry."""
    query = (
        select(Account.reference, SecurityEvent.detail)
        .join(Account, Account.id == SecurityEvent.account_id)
        .where(SecurityEvent.kind == Happened.SUPPORT_READ)
    )
    with app.app_context(), reading() as session:
        return [(row.reference, row.detail) for row in session.execute(query.order_by(SecurityEvent.id))]


def _tell(app: Flask, reference: str, *, agreed: bool = True) -> None:
    parts = app.extensions["portal"]
    with app.app_context(), writing() as session:
        now = parts.clock.now(session)
        account_id = session.scalars(select(Account.id).where(Account.reference == reference)).one()
        locked = parts.vault.lock(rules.VAULT, WORDS)
        support_needs.put(session, account_id, AnswerState.ANSWERED, locked, now)
        if agreed:
            consents.give_for_account(
                session, account_id, purpose=rules.PURPOSE, wording="Yes", form=rules.FORM, now=now
            )


def test_the_list_shows_who_told_something_and_opens_nothing(
    trainee: FlaskClient, reader: FlaskClient, catalogue: Flask
) -> None:
    page = reader.get(PAGE).text
    assert "One trainee has told us what would help" in page
    assert f'href="{PAGE}/{reference_of(catalogue, "aoife@odowd.example")}">Aoife O’Dowd</a>' in page
    assert "Larger print" not in page
    assert _openings(catalogue) == []


@pytest.mark.promise("OLT-5")
def test_each_opening_of_the_words_is_one_entry_that_says_who_read_whose(
    trainee: FlaskClient, reader: FlaskClient, boss: FlaskClient, catalogue: Flask
) -> None:
    whose, by = reference_of(catalogue, "aoife@odowd.example"), reference_of(catalogue, READER)
    page = reader.get(f"{PAGE}/{whose}").text
    assert "Larger print, &lt;i&gt;please&lt;/i&gt;\nand a quieter room" in page
    assert "mailto:aoife@odowd.example" in page
    assert _openings(catalogue) == [(whose, f"by {by}")]
    reader.get(f"{PAGE}/{whose}")
    assert _openings(catalogue) == [(whose, f"by {by}")] * 2
    assert "Larger print" not in boss.get(f"/admin/trainees/{whose}").text


OPENED = "What they told about support was opened by staff"


@pytest.mark.parametrize("taken_back", [False, True])
def test_the_log_names_who_told_a_need_to_named_readers_alone(
    trainee: FlaskClient,
    reader: FlaskClient,
    boss: FlaskClient,
    catalogue: Flask,
    mailbox: Mailbox,
    deliver: Deliver,
    taken_back: bool,
) -> None:
    whose, by = reference_of(catalogue, "aoife@odowd.example"), reference_of(catalogue, READER)
    reader.get(f"{PAGE}/{whose}")
    if taken_back:
        press(trainee, OWN, f"{OWN}/delete")
    other = make_staff(catalogue, mailbox, deliver, Role.PRIVACY, email="privacy@meridian.example")
    for browser in (boss, other):
        page = browser.get(f"{LOG}?kind=support_read").text
        assert f"by {by}" in page
        assert "A trainee, named to readers of support needs alone" in page
        for shown in (page, browser.get(f"{LOG}.csv?kind=support_read").text):
            assert OPENED in shown
            assert whose not in shown
            assert "Aoife" not in shown
        for path in (f"{LOG}?account={whose}", f"{LOG}.csv?account={whose}"):
            assert "Set a password" in browser.get(path).text
            assert f"by {by}" not in browser.get(path).text


def test_a_named_reader_who_may_read_the_log_sees_whose_it_was(
    trainee: FlaskClient, catalogue: Flask, boss: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    reader = make_reader(catalogue, boss, mailbox, deliver, Role.PRIVACY)
    whose = reference_of(catalogue, "aoife@odowd.example")
    reader.get(f"{PAGE}/{whose}")
    for path in (f"{LOG}?kind=support_read", f"{LOG}.csv?kind=support_read&account={whose}"):
        assert whose in reader.get(path).text
        assert "Aoife" in reader.get(path).text


def test_nobody_names_themselves(boss: FlaskClient, catalogue: Flask) -> None:
    own = f"{STAFF}/{reference_of(catalogue, 'manager@meridian.example')}/support/name"
    assert own not in boss.get(STAFF).text
    refused = press(boss, STAFF, own)
    assert refused.status_code == 409
    assert "Nobody names themselves to read support needs" in refused.text
    assert "Reads support needs" not in boss.get(STAFF).text


def test_one_person_who_opens_many_within_an_hour_is_an_alert(
    reader: FlaskClient, boss: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    with catalogue.app_context():
        references = add_trainees(clock, *(f"Person {number:02}" for number in range(11)))
    for reference in references:
        _tell(catalogue, reference)
    for reference in (*references[:9], *references[:9]):
        reader.get(f"{PAGE}/{reference}")
    assert "Somebody opened many support needs" not in boss.get("/admin").text
    reader.get(f"{PAGE}/{references[9]}")
    page = boss.get("/admin").text
    assert "Somebody opened many support needs" in page
    assert "10 trainees within an hour, by Mei Lin" in page
    where = re.search(r'href="([^"]*kind=support_read[^"]*)"', page)
    assert where
    assert OPENED in boss.get(html.unescape(where.group(1))).text


def test_nobody_enters_but_who_is_named_not_even_a_manager(
    trainee: FlaskClient, reader: FlaskClient, boss: FlaskClient, catalogue: Flask
) -> None:
    whose = reference_of(catalogue, "aoife@odowd.example")
    for path in (PAGE, f"{PAGE}/{whose}"):
        assert boss.get(path).status_code == 403
        assert trainee.get(path).status_code == 403
        assert catalogue.test_client().get(path).location.startswith("/sign-in")
    assert PAGE not in boss.get("/admin").text
    assert f'href="{PAGE}"' in reader.get("/admin").text
    assert _openings(catalogue) == []


def test_who_is_named_still_needs_the_second_step_and_the_undertaking(
    trainee: FlaskClient, boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    link = invite(catalogue, mailbox, deliver, READER, Role.REPORTS)
    press(boss, STAFF, f"{STAFF}/{reference_of(catalogue, READER)}/support/name")
    browser = catalogue.test_client()
    press(browser, link, link, full_name="Mei Lin", password="otter lantern granite")
    assert browser.get(PAGE).location == "/account/security/two-step"


def test_unnamed_or_removed_it_is_closed_at_the_next_click_and_coming_back_does_not_open_it(
    trainee: FlaskClient, reader: FlaskClient, boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    where = f"{STAFF}/{reference_of(catalogue, READER)}"
    assert "Reads support needs" in boss.get(STAFF).text
    assert press(boss, STAFF, f"{where}/support/unname").location == f"{STAFF}?done=unnamed"
    assert reader.get(PAGE).status_code == 403
    assert "Reads support needs" not in boss.get(STAFF).text
    assert press(boss, STAFF, f"{where}/support/name").location == f"{STAFF}?done=named"
    assert reader.get(PAGE).status_code == 200
    press(boss, STAFF, f"{where}/remove")
    invite(catalogue, mailbox, deliver, READER, Role.FINANCE)
    assert "Reads support needs" not in boss.get(STAFF).text
    assert press(boss, STAFF, f"{STAFF}/ACC-0000-0000/support/name").status_code == 404
    nobody = f"{STAFF}/{reference_of(catalogue, 'aoife@odowd.example')}/support/name"
    assert press(boss, STAFF, nobody).status_code == 404


def test_taken_back_it_is_gone_and_without_an_agreement_it_never_was_there(
    trainee: FlaskClient, reader: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    whose = reference_of(catalogue, "aoife@odowd.example")
    with catalogue.app_context():
        (other,) = add_trainees(clock, "Tom Marlow")
    _tell(catalogue, other, agreed=False)
    assert "Tom Marlow" not in reader.get(PAGE).text
    assert reader.get(f"{PAGE}/{other}").status_code == 404
    press(trainee, OWN, f"{OWN}/delete")
    assert "Nobody has told us a need" in reader.get(PAGE).text
    assert reader.get(f"{PAGE}/{whose}").status_code == 404
    press(trainee, OWN, OWN, words_not="yes")
    assert reader.get(f"{PAGE}/{whose}").status_code == 404
    assert _openings(catalogue) == []
    press(trainee, OWN, OWN, words="A quieter room", agreed="yes")
    assert "A quieter room" in reader.get(f"{PAGE}/{whose}").text


def test_the_trainee_sees_how_many_may_read_it_and_how_often_it_was_opened(
    trainee: FlaskClient, boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    assert "Nobody is named at the moment" in trainee.get(OWN).text
    reader = make_reader(catalogue, boss, mailbox, deliver)
    page = trainee.get(OWN).text
    assert "One member of staff, whom a manager has named" in page
    assert "Nobody has opened it in the last 60 days" in page
    assert "Mei Lin" not in page
    for said in ("It was opened once in the last 60 days, on", "It was opened two times in the last 60 days, last on"):
        reader.get(f"{PAGE}/{reference_of(catalogue, 'aoife@odowd.example')}")
        assert said in trainee.get(OWN).text


def test_words_that_no_key_opens_are_said_to_be_so_kindly(
    trainee: FlaskClient,
    reader: FlaskClient,
    catalogue: Flask,
    settings: config.Settings,
    make_app: Callable[[config.Settings], Flask],
) -> None:
    other = make_app(settings.model_copy(update={"DATA_KEYS": OTHER_KEY}))
    of_staff, own = other.test_client(), other.test_client()
    for browser, from_ in ((of_staff, reader), (own, trainee)):
        cookie = from_.get_cookie("portal_session")
        assert cookie
        browser.set_cookie("portal_session", cookie.value)
    assert "Aoife" in of_staff.get(PAGE).text
    answer = of_staff.get(f"{PAGE}/{reference_of(catalogue, 'aoife@odowd.example')}")
    assert answer.status_code == 200
    assert "These words can’t be opened" in answer.text
    assert len(_openings(catalogue)) == 1
    assert "What you wrote can’t be opened at the moment" in own.get(OWN).text
    assert "can’t be opened at the moment" in own.get("/account/details").text


def test_a_page_of_the_list_costs_the_same_however_long_it_is(
    reader: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    asked = []
    for count in (3, 25):
        with catalogue.app_context():
            for reference in add_trainees(clock, *(f"Person {count}-{number}" for number in range(count))):
                _tell(catalogue, reference)
        asked.append(count_queries(catalogue, lambda: reader.get(PAGE)))
    assert asked[0] == asked[1] <= 8
    page = reader.get(f"{PAGE}?page=2").text
    assert page.count(f'href="{PAGE}/ACC-') == 8
    assert "28 trainees have" in page
