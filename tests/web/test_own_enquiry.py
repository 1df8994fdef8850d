"""The enquirer's own page: what it shows and hides, withdrawing, removing, dead and forged links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.forms.enquiry import MARKETING_QUESTION
from portal.gateways.clock import Clock
from portal.models.consent import ConsentEntry
from portal.models.enquiry import Enquiry, Referral
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import ask, hidden_fields

Deliver = Callable[[], int]


def _press(client: FlaskClient, page: str, action: str) -> object:
    token = hidden_fields(client.get(page).text)["csrf_token"]
    answer = client.post(action, data={"csrf_token": token})
    assert answer.status_code in (200, 303)
    return answer


def _enquiry(app: Flask) -> Enquiry:
    with app.app_context(), reading() as session:
        return session.scalars(select(Enquiry)).one()


def test_it_says_where_it_is_and_why_and_masks_what_could_be_misused(client: FlaskClient, mailbox: Mailbox) -> None:
    page = client.get(ask(client))
    assert "On its way to Lindum Training" in page.text
    assert "You are in the West Midlands and asked about fibre splicing; Lindum covers both." in page.text
    assert "p••••@nairfibre.example" in page.text
    assert "••••• •••148" in page.text
    assert "07700" not in page.text
    assert "our yard" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.text


def test_once_delivered_it_says_so(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    path = ask(client)
    assert deliver() == 2
    assert "Lindum Training has it" in client.get(path).text


@pytest.mark.promise("OTT-8")
def test_withdrawn_before_it_left_nobody_is_told(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    path = ask(client)
    _press(client, path, f"{path}/withdraw")
    deliver()
    assert mailbox.list_mails() == []
    page = client.get(path).text
    assert "You withdrew this enquiry" in page
    assert "Lindum Training never had it" in page
    assert "Withdraw this enquiry" not in page


@pytest.mark.promise("OTT-8")
def test_withdrawn_afterwards_the_partner_gets_one_numbered_stop_notice(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    path = ask(client)
    deliver()
    _press(client, path, f"{path}/withdraw")
    token = hidden_fields(client.get(f"{path}/remove").text)["csrf_token"]
    client.post(f"{path}/withdraw", data={"csrf_token": token})
    deliver()
    notices = [mail for mail in mailbox.list_mails() if mail["subject"].startswith("Stop notice STOP-")]
    assert len(notices) == 1
    assert notices[0]["to"] == ["enquiries@lindum.example"]
    assert _enquiry(app).reference in notices[0]["text"]
    assert "Priya" not in notices[0]["text"]
    assert "They have been told to stop" in client.get(path).text


def test_removing_deletes_the_person_and_keeps_the_count(
    client: FlaskClient, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    path = ask(client)
    deliver()
    assert "This can’t be undone" in client.get(f"{path}/remove").text
    _press(client, f"{path}/remove", f"{path}/remove")
    deliver()
    stored = _enquiry(app)
    for name in ("full_name", "email", "email_key", "telephone", "message", "organisation", "heard_from"):
        assert getattr(stored, name) is None
    page = client.get(path).text
    assert "This enquiry is removed" in page
    assert "Priya" not in page
    assert mailbox.list_mails()[-1]["subject"].startswith("Stop notice")
    with app.app_context(), reading() as session:
        assert session.scalars(select(Referral)).one().stop_reference


def test_removed_before_it_left_sends_nothing_at_all(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    path = ask(client)
    _press(client, f"{path}/remove", f"{path}/remove")
    deliver()
    assert mailbox.list_mails() == []


def test_removing_a_team_enquiry_and_removing_twice(client: FlaskClient, app: Flask, mailbox: Mailbox) -> None:
    path = ask(client, "keep_with_us")
    page = client.get(f"{path}/remove").text
    for _ in range(2):
        assert client.post(f"{path}/remove", data=hidden_fields(page)).status_code == 303
    assert _enquiry(app).removed_at is not None
    assert "This enquiry is removed" in client.get(path).text


def test_our_own_team_is_told_to_stop_too(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    path = ask(client, "keep_with_us")
    deliver()
    _press(client, path, f"{path}/withdraw")
    deliver()
    notice = mailbox.list_mails()[-1]
    assert notice["to"] == ["enquiries@meridian.example"]
    assert notice["subject"].startswith("Withdrawn: our own enquiry ENQ-")
    assert "Priya" not in notice["text"]


def test_a_forged_link_is_a_page_that_is_not_here(client: FlaskClient) -> None:
    path = ask(client)
    said, _, signature = path.rpartition(".")
    altered = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    for forged in ("/enquiries/nonsense", altered, said, path + "x"):
        assert client.get(forged).status_code == 404


def test_a_dead_link_offers_a_new_one_to_the_address_on_file(
    client: FlaskClient, app: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    path = ask(client)
    deliver()
    mailbox.empty()
    clock.advance(dt.timedelta(days=91))
    page = client.get(path)
    assert page.status_code == 410
    assert "This link has run out" in page.text
    assert "Priya" not in page.text
    for _ in range(3):
        sent = client.post(f"{path}/link", data=hidden_fields(page.text))
        assert "A new link is on its way" in sent.text
    deliver()
    mails = mailbox.list_mails()
    assert [mail["to"] for mail in mails] == [["priya@nairfibre.example"]]
    new = next(line for line in mails[0]["text"].splitlines() if line.startswith("http"))
    assert client.get(new.partition("5000")[2]).status_code == 200


def test_a_replaced_link_is_dead(client: FlaskClient, app: Flask) -> None:
    path = ask(client)
    with app.app_context():
        from portal.models.session import writing

        with writing() as session:
            session.scalars(select(Enquiry)).one().link_epoch += 1
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/remove").status_code == 404


@pytest.mark.promise("OPT-8")
def test_a_yes_to_news_is_taken_back_with_one_press_and_by_nobody_else(
    make_app: Callable[[config.Settings], Flask], settings: config.Settings, catalogue: Flask, mailbox: Mailbox
) -> None:
    app = make_app(settings.model_copy(update={"MARKETING": "on"}))
    client = app.test_client()
    path = ask(client, marketing="yes")
    stranger = app.test_client()
    pretended = ask(stranger)
    assert "Stop the news" not in stranger.get(pretended).text
    _press(stranger, pretended, f"{pretended}/news/stop")
    assert "Stop the news" in client.get(path).text
    for _ in range(2):
        _press(client, f"{path}/remove", f"{path}/news/stop")
    assert "Stop the news" not in client.get(path).text
    with app.app_context(), reading() as session:
        said = [(row.given, row.wording) for row in session.scalars(select(ConsentEntry).order_by(ConsentEntry.id))]
    assert said == [(True, MARKETING_QUESTION), (False, "Stop the news")]


def test_nobody_is_offered_to_stop_what_they_did_not_ask_for(client: FlaskClient) -> None:
    path = ask(client)
    assert "Stop the news" not in client.get(path).text
    token = hidden_fields(client.get(f"{path}/remove").text)["csrf_token"]
    assert client.post(f"{path}/news/stop", data={"csrf_token": token}).status_code == 303
