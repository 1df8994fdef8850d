"""Complaining: everything typed is kept, taken in once, told at once, and on its own page to the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from portal.domain import complaint
from portal.domain.working_days import long_day
from portal.gateways.clock import Clock
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.complaining import TYPED, all_of, complain, own_page
from tests.factories import Deliver, dump, hidden_fields, press


def _plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.promise("OTT-30", "OPT-29", "PRE-36")
def test_the_page_says_how_it_goes_by_when_and_who_else_there_is(client: FlaskClient, app: Flask, clock: Clock) -> None:
    page = client.get("/complaints").text
    settings = app.extensions["portal"].settings
    with app.app_context(), reading() as session:
        by = complaint.due(clock.now(session), 28)
    assert "at the latest within 30 days" in page
    assert f"By {long_day(by)}, if you send it today" in page
    assert "We would like the chance to put it right." in page
    assert f'<a href="{settings.REGULATOR_URL}" rel="noreferrer">{settings.REGULATOR_NAME}</a> at any time' in page
    for way in (settings.COMPANY_TELEPHONE, settings.TEAM_EMAIL, settings.PRIVACY_CONTACT, settings.COMPANY_ADDRESS):
        assert way in page


def test_every_page_leads_to_it(client: FlaskClient) -> None:
    for page in ("/", "/courses", "/enquire", "/sign-in", "/nowhere", "/complaints"):
        assert '<a href="/complaints">Complaints</a>' in client.get(page).text, page
    assert '<a href="/complaints?about=data">' in client.get("/privacy").text


def test_what_is_known_already_is_filled_in(client: FlaskClient) -> None:
    page = client.get("/complaints?about=data&order_reference=ORD-7K3M-9QTD").text
    assert 'value="data" checked' in page
    assert 'value="ORD-7K3M-9QTD"' in page
    assert "checked" not in client.get("/complaints?about=nothing").text


@pytest.mark.promise("OTT-30")
def test_it_is_taken_in_with_all_its_words_and_its_days(client: FlaskClient, app: Flask) -> None:
    complain(client)
    (kept,) = all_of(app)
    assert {name: getattr(kept, name) for name in TYPED} == TYPED | {"order_reference": "ORD-7K3M-9QTD"}
    assert kept.acknowledge_by == complaint.due(kept.received_at, 30)
    assert kept.answer_by == complaint.due(kept.received_at, 28)
    page = client.get("/complaints/sent").text
    assert kept.reference in page
    assert f"We answer by {long_day(kept.answer_by)} at 17:00, to h••••@finch.example." in page
    assert TYPED["email"] not in page


def test_without_what_is_optional_it_is_taken_too(client: FlaskClient, app: Flask) -> None:
    complain(client, order_reference="", wish="", about="other")
    (kept,) = all_of(app)
    assert (kept.order_reference, kept.wish) == (None, None)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("about", "", "Choose what it is about"),
        ("about", "weather", "Choose what it is about"),
        ("full_name", " ", "Enter your full name"),
        ("email", "hannah", "Enter an email address with an @ in it, like name@example.com"),
        ("message", "", "Tell us what happened"),
        ("message", "x" * 5001, "What happened must be 5,000 characters or fewer"),
        ("wish", "a\x00", "What would put it right has a character that can’t be shown; please type it again"),
        ("order_reference", "x" * 41, "Order reference must be 40 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    client: FlaskClient, app: Flask, name: str, typed: str, said: str
) -> None:
    answer = press(client, "/complaints", "/complaints", **{**TYPED, name: typed})
    assert answer.status_code == 422
    assert f'<a href="#{name}">{said}</a>' in answer.text
    for other in TYPED.keys() - {name, "about"}:
        assert TYPED[other] in answer.text.replace("&#39;", "'"), other
    assert all_of(app) == []


def test_pressed_twice_it_is_one_and_other_words_from_the_same_form_are_another(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    form = {**hidden_fields(client.get("/complaints").text), **TYPED}
    for _ in range(3):
        assert client.post("/complaints", data=form).status_code == 303
    assert len(all_of(app)) == 1
    assert deliver() == 2, "one letter to them and one to us"
    client.post("/complaints", data={**form, "message": "And another thing."})
    assert [kept.message for kept in all_of(app)] == [TYPED["message"], "And another thing."]


def test_a_forged_or_missing_number_loses_nothing(client: FlaskClient, app: Flask) -> None:
    for wrong in ("", "x.y", app.extensions["portal"].tokens.sign("submission", {"s": "1", "t": 1})):
        answer = press(client, "/complaints", "/complaints", **{**TYPED, "submission": wrong})
        assert answer.status_code == 409
        assert "Nothing was sent. Your words are still here" in answer.text
        assert "The course of 3 November" in answer.text
        assert all_of(app) == []
    again = client.post("/complaints", data={**TYPED, **hidden_fields(answer.text)})
    assert again.status_code == 303


def test_an_old_token_of_the_form_loses_nothing(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/complaints", data=TYPED)
    assert answer.status_code == 400
    assert "The course of 3 November" in answer.text
    assert all_of(app) == []


def test_the_page_after_sending_is_for_this_browser_and_for_an_hour(
    client: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    complain(client)
    shown = client.get("/complaints/sent")
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert catalogue.test_client().get("/complaints/sent").location == "/complaints"
    clock.advance(dt.timedelta(minutes=61))
    assert client.get("/complaints/sent").location == "/complaints"


@pytest.mark.promise("PRE-36", "OPT-29")
def test_a_letter_goes_at_once_with_the_words_the_reference_the_day_and_the_regulator(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own_page(client, mailbox, deliver, about="data")
    (kept,) = all_of(app)
    letter = mailbox.list_mails()[-1]
    assert (
        letter["subject"] == f"We have your complaint {kept.reference}: our answer comes by {long_day(kept.answer_by)}"
    )
    for part in (letter["text"], letter["html"]):
        for said in ("did not take place.", "Nobody told me.", TYPED["wish"], kept.reference, "ORD-7K3M-9QTD"):
            assert said in part
        assert "Information Commission" in part
        assert "https://ico.org.uk/make-a-complaint/" in part
        assert f"{long_day(kept.answer_by)} at 17:00" in _plain(part)
    assert "privacy@meridian.example" in letter["reply_to"]
    assert kept.acknowledged_at is not None


def test_a_letter_about_an_order_names_no_regulator(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    own_page(client, mailbox, deliver)
    letter = mailbox.list_mails()[-1]
    assert "Information Commission" not in letter["text"]
    assert "enquiries@meridian.example" in letter["reply_to"]


@pytest.mark.parametrize(("about", "to"), [("data", "privacy"), ("order", "enquiries"), ("other", "enquiries")])
def test_our_own_people_are_told_where_it_is_and_nothing_of_what_it_says(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver, about: str, to: str
) -> None:
    complain(client, about=about)
    deliver()
    (kept,) = all_of(app)
    (letter,) = [mail for mail in mailbox.list_mails() if mail["to"] == [f"{to}@meridian.example"]]
    assert f"/admin/complaints/{kept.reference}" in letter["text"]
    assert "did not take place" not in letter["text"] + letter["html"]
    assert "Finch" not in letter["text"] + letter["html"] + letter["subject"]


def test_what_looks_like_a_machine_is_kept_and_nobody_is_written_to_before_somebody_has_looked(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    complain(client, website="https://spam.example")
    assert deliver() == 1
    (letter,) = mailbox.list_mails()
    assert letter["to"] == ["enquiries@meridian.example"]
    assert letter["subject"].startswith("Look first: ")
    (kept,) = all_of(app)
    assert "machine" in kept.flag
    assert kept.message == TYPED["message"]


def test_an_address_gets_ten_letters_a_day_and_still_nothing_is_lost(
    settings: config.Settings, make_app: Callable[[config.Settings], Flask], deliver: Deliver
) -> None:
    app = make_app(settings.model_copy(update={"RATE_LIMITS": "on"}))
    for number in range(12):
        complain(app.test_client(), message=f"Complaint {number}")
    assert len(all_of(app)) == 12
    assert deliver() == 22


def test_the_own_page_shows_where_it_is_and_what_was_said(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = own_page(client, mailbox, deliver)
    answer = client.get(own)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "We have your complaint" in answer.text
    for said in (all_of(app)[0].reference, "Nobody told me.", TYPED["wish"], "ORD-7K3M-9QTD", "h••••@finch.example"):
        assert said in answer.text
    assert TYPED["email"] not in answer.text


def test_words_are_added_once_and_our_own_people_are_told(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = own_page(client, mailbox, deliver)
    mailbox.empty()
    for _ in range(2):
        assert press(client, own, f"{own}/words", further="It was raining, too.").location == own
    assert client.get(own).text.count("It was raining, too.") == 1
    assert deliver() == 1
    (letter,) = mailbox.list_mails()
    assert letter["subject"].startswith(f"They wrote again about {all_of(app)[0].reference}")
    assert "raining" not in letter["text"]


def test_words_that_are_wrong_or_whose_token_is_old_are_kept(
    client: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = own_page(client, mailbox, deliver)
    empty = press(client, own, f"{own}/words", further=" ")
    assert empty.status_code == 422
    assert '<a href="#further">Write what you would like to add</a>' in empty.text
    long = press(client, own, f"{own}/words", further="y" * 5001)
    assert (long.status_code, "y" * 5001 in long.text) == (422, True)
    old = client.post(f"{own}/words", data={"further": "It was raining, too."})
    assert (old.status_code, "It was raining, too." in old.text) == (400, True)
    assert client.post("/complaints/forged/words", data={"further": "x"}).status_code == 400


def test_a_link_that_ran_out_offers_a_new_one_to_the_address_on_file(
    client: FlaskClient, mailbox: Mailbox, deliver: Deliver, clock: Clock
) -> None:
    own = own_page(client, mailbox, deliver)
    clock.advance(dt.timedelta(days=91))
    mailbox.empty()
    dead = client.get(own)
    assert dead.status_code == 410
    assert "the address that came with the complaint" in dead.text
    for _ in range(2):
        assert press(client, own, f"{own}/link").status_code == 200
    assert deliver() == 1
    (letter,) = mailbox.list_mails()
    assert letter["to"] == [TYPED["email"]]
    assert client.get(letter["text"].split("http://127.0.0.1:5000")[1].split()[0]).status_code == 200


def test_opening_any_of_its_pages_changes_nothing(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = own_page(client, mailbox, deliver)
    with app.app_context():
        before = dump()
    for page in ("/complaints", "/complaints/sent", own):
        client.get(page)
    with app.app_context():
        assert dump() == before
