"""Trainees on the staff's pages: found by any part of a name, one person's page, and what staff may do."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, ask, links_in, make_trainee, press, sign_in
from tests.people import add_trainees, count_queries, invite, make_staff

PAGE = "/admin/trainees"


@pytest.fixture
def manager(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    return client


def _account(app: Flask, email: str = TRAINEE["email"]) -> Account:
    with app.app_context(), reading() as session:
        return session.scalars(select(Account).where(Account.email == email)).one()


def _entries(app: Flask, kind: Happened) -> list[SecurityEvent]:
    with app.app_context(), reading() as session:
        return list(session.scalars(select(SecurityEvent).where(SecurityEvent.kind == kind)))


def _names(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'href="/admin/trainees/ACC[^"]*">([^<]*)</a>', page)]


NAMES = ("zoë Ünal", "Ada Brück", "Éamon O’Dowd", "ada Bright", "Zoe Adams", "Percy 100% Prys", "Under_score Lin")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (
            "",
            ["ada Bright", "Ada Brück", "Éamon O’Dowd", "Percy 100% Prys", "Under_score Lin", "Zoe Adams", "zoë Ünal"],
        ),
        ("search=BRÜCK", ["Ada Brück"]),
        ("search=bruck+ada", ["Ada Brück"]),
        ("search=o%27dowd", ["Éamon O’Dowd"]),
        ("search=ada", ["ada Bright", "Ada Brück", "Zoe Adams"]),
        ("search=zoe.adams%40people", ["Zoe Adams"]),
        ("search=%25", ["Percy 100% Prys"]),
        ("search=r_s", ["Under_score Lin"]),
        ("search=nobody", []),
        ("region=wales&search=zo", ["Zoe Adams", "zoë Ünal"]),
        ("region=london", []),
        ("state=suspended", ["Ada Brück"]),
        ("state=active&search=ada", ["ada Bright", "Zoe Adams"]),
        ("state=odd&region=odd&search=ada", ["ada Bright", "Ada Brück", "Zoe Adams"]),
    ],
)
def test_people_are_found_and_sorted_alike_on_both_databases(
    manager: FlaskClient, catalogue: Flask, clock: Clock, asked: str, found: list[str]
) -> None:
    with catalogue.app_context():
        references = add_trainees(clock, *NAMES)
        with writing() as session:
            account = session.scalars(select(Account).where(Account.reference == references[1])).one()
            account.suspended_at = account.created_at
    answer = manager.get(f"{PAGE}?{asked}")
    assert _names(answer.text) == found
    if not found:
        assert "No trainee is found" in answer.text


def test_a_new_name_and_a_new_address_are_found_at_once(catalogue: Flask, clock: Clock) -> None:
    with catalogue.app_context():
        (reference,) = add_trainees(clock, "Ada Brück")
        with writing() as session:
            account = session.scalars(select(Account).where(Account.reference == reference)).one()
            account.full_name = "Ada Popa"
            account.email = "Popa@New.example"
        with reading() as session:
            found = session.scalars(select(Account.search_text).where(Account.reference == reference)).one()
    assert found == "ada popa popa@new.example"


@pytest.mark.parametrize(
    "asked",
    [
        *("search=%00", "search=%ED%A0%80", "search=%FF", f"search={'a+' * 3000}", "search=%CC%81", "search=%5C"),
        *("state=%00", "region=%00", "page=-5", "page=x", "page=99999999999999999999", "region=outside-uk"),
        *("search='; DROP TABLE account; --", "search=[a-z]*", "state=active&state=suspended"),
    ],
)
def test_no_value_of_a_filter_breaks_the_page_or_the_file(manager: FlaskClient, asked: str) -> None:
    assert manager.get(f"{PAGE}?{asked}").status_code == 200
    assert manager.get(f"{PAGE}.csv?{asked}").status_code == 200


@pytest.mark.parametrize("path", ["", "/{}", "?search=person"])
def test_queries_do_not_grow(manager: FlaskClient, catalogue: Flask, clock: Clock, path: str) -> None:
    with catalogue.app_context():
        references = add_trainees(clock, *(f"Person {number:02}" for number in range(10)))
    address = PAGE + path.format(references[0])
    manager.get(address)
    few = count_queries(catalogue, lambda: manager.get(address))
    with catalogue.app_context():
        add_trainees(clock, *(f"Other person {number:02}" for number in range(50)))
        with writing() as session:
            account = session.scalars(select(Account).where(Account.reference == references[0])).one()
            again = {"network": "192.0.2.7", "device": "Firefox on Windows", "happened_at": account.created_at}
            session.add_all(SecurityEvent(kind=Happened.SIGN_IN, account_id=account.id, **again) for _ in range(50))
    assert count_queries(catalogue, lambda: manager.get(address)) == few
    page = manager.get(address).text
    if not path:
        assert len(_names(page)) == 20
        assert "60 trainees" in page


def test_one_page_tells_what_staff_need_and_nothing_that_opens_the_account(
    manager: FlaskClient, trainee: FlaskClient, catalogue: Flask
) -> None:
    ask(trainee, email=TRAINEE["email"].upper())
    account = _account(catalogue)
    page = html.unescape(manager.get(f"{PAGE}/{account.reference}").text)
    for words in ("Aoife O’Dowd", "aoife@odowd.example", "Wales", "A search", "Introduced by", "Nobody", "Signed in"):
        assert words in page
    assert "Fibre splicing and testing" in page
    assert "Lindum Training" in page
    assert account.password_hash
    everywhere = page + manager.get(PAGE).text + manager.get(f"{PAGE}.csv").get_data(as_text=True)
    for secret in (PASSWORD, account.password_hash, "argon2", str(account.totp_secret)):
        assert secret not in everywhere.replace("None", "") or secret == "None"
    assert 'type="password"' not in everywhere
    for private in ("ethnic", "equality", "disab", "support need", "religio", "gender"):
        assert private not in everywhere.lower()


def test_html_in_a_name_is_text(manager: FlaskClient, catalogue: Flask, clock: Clock) -> None:
    with catalogue.app_context():
        (reference,) = add_trainees(clock, "<b>Ada</b>")
    for path in ("", f"/{reference}", "?search=<b>"):
        page = manager.get(PAGE + path).text
        assert "<b>" not in page
        assert "&lt;b&gt;" in page


def test_a_suspended_account_is_out_everywhere_at_its_next_click_until_it_is_resumed(
    manager: FlaskClient, trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    telephone = catalogue.test_client()
    sign_in(telephone)
    account = _account(catalogue)
    own = f"{PAGE}/{account.reference}"
    for _ in range(2):
        assert press(manager, own, f"{own}/suspend").location == f"{own}?done=suspended"
    for browser in (trainee, telephone):
        assert browser.get("/account").location == "/sign-in?next=%2Faccount"
    assert sign_in(telephone).status_code == 403
    page = manager.get(f"{own}?done=suspended").text
    assert "please ring" in page
    assert "Resume" in page
    assert "Send a reset link" not in page
    (entry,) = _entries(catalogue, Happened.SUSPENDED)
    assert entry.account_id == account.id
    assert entry.detail == f"by {_account(catalogue, 'manager@meridian.example').reference}"
    refused = press(manager, own, f"{own}/password-link")
    assert refused.status_code == 409
    assert "Resume it first" in refused.text
    for _ in range(2):
        assert press(manager, own, f"{own}/resume").location == f"{own}?done=resumed"
    assert len(_entries(catalogue, Happened.RESUMED)) == 1
    assert trainee.get("/account").status_code == 303
    assert sign_in(telephone).status_code == 303
    deliver()
    assert mailbox.list_mails() == []


@pytest.mark.promise("OLT-7")
def test_a_reset_link_goes_to_the_address_on_file_and_staff_see_no_password(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    colleague = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    deliver()
    mailbox.empty()
    own = f"{PAGE}/{_account(catalogue).reference}"
    page = colleague.get(own).text
    assert "Send a reset link" in page
    assert "/suspend" not in page
    assert press(colleague, own, f"{own}/password-link").location == f"{own}?done=link"
    assert len(_entries(catalogue, Happened.PASSWORD_LINK_BY_STAFF)) == 1
    assert _entries(catalogue, Happened.PASSWORD_ASKED) == []
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["to"] == [TRAINEE["email"]]
    assert "our team sent it" in letter["text"]
    assert "our team sent it" in letter["html"]
    link = links_in(mailbox)[0]
    assert link not in colleague.get(f"{own}?done=link").text
    assert trainee.get("/account").status_code == 200
    assert press(catalogue.test_client(), link, link, password="granite lantern walrus").status_code == 303
    assert trainee.get("/account").status_code == 303
    assert sign_in(catalogue.test_client(), password="granite lantern walrus").location == "/account"
    assert catalogue.test_client().get(link).status_code == 410


@pytest.mark.parametrize("act", ["suspend", "resume", "password-link"])
def test_a_colleagues_account_is_left_to_the_page_of_staff(
    manager: FlaskClient, trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, act: str
) -> None:
    invite(catalogue, mailbox, deliver, TRAINEE["email"], Role.FINANCE)
    own = f"{PAGE}/{_account(catalogue).reference}"
    page = manager.get(own).text
    assert "works here too" in page
    assert "formaction" not in page
    refused = press(manager, own, f"{own}/{act}")
    assert refused.status_code == 409
    assert "Use the page of staff for this account" in refused.text
    assert trainee.get("/account").status_code == 200
    for kind in (Happened.SUSPENDED, Happened.RESUMED, Happened.PASSWORD_LINK_BY_STAFF):
        assert _entries(catalogue, kind) == []


def test_who_is_no_trainee_has_no_page_here(manager: FlaskClient, catalogue: Flask) -> None:
    own = _account(catalogue, "manager@meridian.example").reference
    for reference in (own, "ACC-NOBODY", "x" * 500, "%25", "…"):
        assert manager.get(f"{PAGE}/{reference}").status_code == 404
        for act in ("suspend", "resume", "password-link"):
            assert press(manager, PAGE, f"{PAGE}/{reference}/{act}").status_code in (404, 409)
    assert "There are no trainees yet" in manager.get(PAGE).text


def test_managers_take_the_filtered_list_away_and_the_log_says_so(
    manager: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    with catalogue.app_context():
        add_trainees(clock, "@Ada", "-Bo", "Cy")
        add_trainees(clock, "Di", region="london")
    content = manager.get(f"{PAGE}.csv?region=wales").get_data().decode("utf-8-sig")
    heads, *rows = csv.reader(io.StringIO(content, newline=""))
    assert heads[:4] == ["reference", "name", "email", "region"]
    assert [row[1] for row in rows] == ["'-Bo", "'@Ada", "Cy"]
    assert {tuple(row[6:]) for row in rows} == {("active", "off", "A search", "")}
    (entry,) = _entries(catalogue, Happened.EXPORTED)
    assert entry.detail == "Trainees, 3 rows"
    colleague = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    assert "Download CSV" not in colleague.get(PAGE).text
    assert "Download CSV" in manager.get(PAGE).text


def test_the_last_sign_ins_lead_to_the_log_for_those_who_may_read_it(
    manager: FlaskClient, trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = _account(catalogue).reference
    assert f"/admin/security?account={own}" in manager.get(f"{PAGE}/{own}").text
    colleague = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    assert "/admin/security" not in colleague.get(f"{PAGE}/{own}").text
    with catalogue.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(SecurityEvent))
