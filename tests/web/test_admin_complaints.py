"""Complaints as staff work on them, from Needs you to the letter that says what came of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.complaint import Outcome
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.domain.working_days import long_day
from portal.gateways.clock import Clock
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.complaining import TYPED, all_of, complain, desk_page, own_page
from tests.factories import Deliver, press
from tests.people import count_queries, make_staff

Make = Callable[..., FlaskClient]
DAY = dt.timedelta(days=1)
ANSWER = "The tutor was ill, and our letter went astray. You have a place on 8 December."


@pytest.fixture
def make(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> Make:
    def made(role: Role = Role.MANAGER, name: str = "Ruth Bello") -> FlaskClient:
        return make_staff(catalogue, mailbox, deliver, role, name=name)

    return made


@pytest.fixture
def own(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> str:
    """Hannah has complained and has our first letter; the path of her own page."""
    return own_page(client, mailbox, deliver)


@pytest.mark.usefixtures("own")
@pytest.mark.promise("PRE-36")
def test_it_needs_somebody_until_it_is_closed(app: Flask, make: Make, clock: Clock) -> None:
    manager = make()
    page = manager.get("/admin").text
    assert "Hannah Finch complains about an order" in page
    assert "They were told that we have it; answer by" in page
    taken = press(manager, "/admin", f"{desk_page(app)}/take")
    assert taken.location == desk_page(app)
    page = manager.get("/admin").text
    assert "Open it" in page
    assert "Ruth" in page
    clock.advance(30 * DAY)
    assert "Overdue" in manager.get("/admin").text
    press(manager, desk_page(app), f"{desk_page(app)}/close", outcome="upheld", answer=ANSWER)
    assert "Hannah Finch" not in manager.get("/admin").text


def test_until_they_are_told_that_we_have_it_the_laws_day_counts(
    client: FlaskClient, app: Flask, make: Make, deliver: Deliver
) -> None:
    manager = make()
    complain(client, email="bounce@finch.example")
    deliver()
    own = desk_page(app)
    assert "They have not been told that we have it" in manager.get("/admin").text
    assert "They have not been told yet that we have it" in manager.get(own).text
    assert "Our first letter came back" in manager.get(own).text
    empty = press(manager, own, f"{own}/acknowledge", how="")
    assert (empty.status_code, "Say how they were told" in empty.text) == (422, True)
    assert press(manager, own, f"{own}/acknowledge", how="By telephone, at ten").status_code == 303
    page = manager.get(own).text
    assert "Told another way that we have it" in page
    assert "By telephone, at ten" in page
    again = press(manager, own, f"{own}/note", note="Rang again.")
    assert again.status_code == 303
    form = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0], "how": "By post"}
    refused = manager.post(f"{own}/acknowledge", data=form)
    assert (refused.status_code, "They have been told already." in refused.text) == (409, True)
    assert "By post" in refused.text


def test_each_sees_the_complaints_that_are_their_work(catalogue: Flask, app: Flask, make: Make) -> None:
    for about in ("order", "data", "other"):
        complain(catalogue.test_client(), about=about, full_name=f"Somebody {about.title()}")
    seen = {Role.MANAGER: (0, 1, 2), Role.FINANCE: (0,), Role.PRIVACY: (1,)}
    for role, indices in seen.items():
        browser = make(role)
        pages = (
            browser.get("/admin").text,
            browser.get("/admin/complaints").text,
            browser.get("/admin/complaints.csv").text,
        )
        for index, name in enumerate(("Somebody Order", "Somebody Data", "Somebody Other")):
            for page in pages:
                assert (name in page) == (index in indices), f"{role}: {name}"
            own = desk_page(app, index)
            assert browser.get(own).status_code == (200 if index in indices else 404)
            posted = press(browser, "/sign-out", f"{own}/note", note="A note")
            assert posted.status_code == (303 if index in indices else 404)
    for role in (Role.ENQUIRIES, Role.REPORTS):
        browser = make(role)
        assert "Somebody" not in browser.get("/admin").text
        assert browser.get("/admin/complaints").status_code == 403


def test_the_list_is_oldest_first_and_its_filters_live_in_the_address(
    catalogue: Flask, app: Flask, make: Make, clock: Clock
) -> None:
    manager = make()
    complain(catalogue.test_client(), full_name="Ada Old", about="data", email="ada@old.example")
    clock.advance(29 * DAY)
    complain(catalogue.test_client(), full_name="Ben New", email="ben@new.example")
    closed = desk_page(app)
    press(manager, closed, f"{closed}/close", outcome="withdrawn", answer="As you asked.")
    complain(catalogue.test_client(), full_name="Cy Newer", email="cy@newer.example")

    def shown(query: str) -> list[str]:
        page = manager.get(f"/admin/complaints{query}").text
        found = {name: page.find(f">{name}</a>") for name in ("Ada Old", "Ben New", "Cy Newer")}
        return [name for name, at in sorted(found.items(), key=lambda pair: pair[1]) if at >= 0]

    assert shown("") == ["Ada Old", "Ben New", "Cy Newer"]
    assert shown("?state=open") == ["Ada Old", "Cy Newer"]
    assert shown("?state=closed") == ["Ben New"]
    assert shown("?about=data") == ["Ada Old"]
    assert shown("?overdue=yes") == ["Ada Old"]
    assert shown("?search=newer") == ["Cy Newer"]
    assert shown("?search=7K3M+9qtd&state=closed") == ["Ben New"]
    assert shown("?search=7k3m-9qtd&state=closed") == ["Ben New"]
    assert shown("?state=nonsense&about=nonsense&overdue=nonsense&page=x") == ["Ada Old", "Ben New", "Cy Newer"]
    assert "No complaint is like that" in manager.get("/admin/complaints?search=zzz").text


def test_a_list_costs_as_many_queries_however_long_it_is(catalogue: Flask, make: Make) -> None:
    manager = make()
    assert "There are no complaints" in manager.get("/admin/complaints").text
    costs = []
    for number in range(22):
        complain(catalogue.test_client(), message=f"Complaint {number}")
        if number in (1, 21):
            costs.append(count_queries(catalogue, lambda: manager.get("/admin/complaints")))
            costs.append(count_queries(catalogue, lambda: manager.get("/admin")))
    assert costs[:2] == costs[2:]
    assert "page=2" in manager.get("/admin/complaints").text


def test_what_is_taken_away_as_a_file_stands_in_the_log(app: Flask, own: str, make: Make) -> None:
    manager = make()
    content = manager.get("/admin/complaints.csv")
    assert content.mimetype == "text/csv"
    assert "ORD-7K3M-9QTD" in content.text
    assert "did not take place" not in content.text
    with app.app_context(), reading() as session:
        kinds = session.scalars(select(SecurityEvent.detail).where(SecurityEvent.kind == Happened.EXPORTED)).all()
    assert kinds == ["Complaints, 1 row"]


def test_a_letter_goes_to_them_in_the_name_of_who_wrote_it(
    client: FlaskClient, app: Flask, own: str, make: Make, mailbox: Mailbox, deliver: Deliver
) -> None:
    manager, page = make(), desk_page(app)
    mailbox.empty()
    empty = press(manager, page, f"{page}/reply", letter="")
    assert (empty.status_code, "Write the letter first" in empty.text) == (422, True)
    press(manager, page, f"{page}/reply", letter="Which of the two dates was it?\n\nThank you.")
    assert "Answered by mail. The letter is on its way." in manager.get(page).text
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["to"] == [TYPED["email"]]
    assert "Which of the two dates was it?" in letter["text"]
    assert "Ruth Bello" in letter["text"]
    shown = client.get(own).text
    assert "Ruth Bello is looking into it" in shown, "who writes takes it"
    assert "Which of the two dates was it?" in shown
    assert "Answered by mail<" in manager.get(page).text


def test_notes_stay_here(client: FlaskClient, app: Flask, own: str, make: Make, deliver: Deliver) -> None:
    manager, page = make(), desk_page(app)
    assert press(manager, page, f"{page}/note", note="").status_code == 422
    press(manager, page, f"{page}/note", note="The tutor remembers her.")
    assert "The tutor remembers her." in manager.get(page).text
    assert "The tutor remembers her." not in client.get(own).text
    assert deliver() == 0


def test_an_answer_that_takes_longer_is_told_with_its_reason(
    client: FlaskClient, app: Flask, own: str, make: Make, mailbox: Mailbox, deliver: Deliver
) -> None:
    manager, page = make(), desk_page(app)
    mailbox.empty()
    before = all_of(app)[0].answer_by
    wrong = press(manager, page, f"{page}/extend", weeks="9", reason="")
    assert wrong.status_code == 422
    for said in ("Choose how much longer", "Say why it takes longer"):
        assert said in wrong.text
    press(manager, page, f"{page}/extend", weeks="2", reason="The tutor is away until Monday.")
    after = all_of(app)[0].answer_by
    assert dt.timedelta(days=7) < after - before <= dt.timedelta(days=14)
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["subject"].endswith(f"our answer comes by {long_day(after)}")
    assert "The tutor is away until Monday." in letter["text"]
    assert f"It takes us until {long_day(after)}" in client.get(own).text


@pytest.mark.promise("PRE-36", "OPT-29")
@pytest.mark.parametrize("outcome", Outcome)
def test_the_outcome_is_told_with_the_words_and_the_way_to_the_regulator(
    client: FlaskClient, app: Flask, own: str, make: Make, mailbox: Mailbox, deliver: Deliver, outcome: Outcome
) -> None:
    manager, page = make(), desk_page(app)
    mailbox.empty()
    wrong = press(manager, page, f"{page}/close", outcome="", answer=ANSWER)
    assert (wrong.status_code, ANSWER in wrong.text) == (422, True)
    assert all_of(app)[0].closed_at is None
    press(manager, page, f"{page}/close", outcome=outcome, answer=ANSWER)
    deliver()
    (letter,) = mailbox.list_mails()
    said = {
        Outcome.UPHELD: "We uphold your complaint",
        Outcome.PARTLY_UPHELD: "We uphold part of your complaint",
        Outcome.NOT_UPHELD: "We do not uphold your complaint",
        Outcome.WITHDRAWN: "Your complaint is withdrawn",
    }[outcome]
    assert letter["subject"].startswith(said)
    for part in (letter["text"], letter["html"]):
        for words in (said, ANSWER, "Information Commission", "https://ico.org.uk/make-a-complaint/"):
            assert words in part
    shown = client.get(own).text
    assert f"<h1>{said}</h1>" in shown
    assert ANSWER in shown
    for act, typed in (
        ("close", {"outcome": "upheld", "answer": "Twice"}),
        ("reply", {"letter": "Twice"}),
        ("extend", {"weeks": "1", "reason": "Twice"}),
    ):
        refused = press(manager, page, f"{page}/{act}", **typed)
        assert (refused.status_code, "It is closed" in refused.text) == (409, True), act
        assert "Twice" in refused.text
    assert deliver() == 0


@pytest.mark.promise("PRE-36")
def test_whoever_writes_again_opens_it_again_with_a_new_day(
    client: FlaskClient, app: Flask, own: str, make: Make, mailbox: Mailbox, deliver: Deliver, clock: Clock
) -> None:
    manager, page = make(), desk_page(app)
    press(manager, page, f"{page}/close", outcome="not_upheld", answer=ANSWER)
    deliver()
    clock.advance(5 * DAY)
    before = all_of(app)[0].answer_by
    press(client, own, f"{own}/words", further="I have the letter here, and it says another day.")
    (kept,) = all_of(app)
    assert (kept.closed_at, kept.outcome) == (None, None)
    assert kept.answer_by > before
    mailbox.empty()
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["subject"].startswith("Open again: ")
    assert "Hannah Finch complains about an order" in manager.get("/admin").text
    shown = manager.get(page).text
    assert "They wrote again, and it is open again" in shown
    assert "Closed: not upheld" in shown
    assert "You added, and it is open again" in client.get(own).text
