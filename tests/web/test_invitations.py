"""Inviting somebody: the source is told first, the person decides, and nobody learns more than "taken up" or not."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.gateways.clock import Clock
from portal.models.account import Account, Trainee
from portal.models.invitation import Invitation, Registrant
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, links_in, make_trainee, press, sign_in

OTHERS = "/register/others"
BY = {"full_name": "Ruth Bello", "email": "ruth@bello.example"}
WHOM = {"people-0-full_name": "Tom Marlow", "people-0-email": "tom@marlow.example"}
TOO = {"people-2-full_name": "Mei Lin", "people-2-email": "mei@lin.example"}
ANSWERS = {
    "age_confirmed": "yes",
    "full_name": "Thomas Marlow",
    "region": "london",
    "heard_from": "My employer",
    "password": PASSWORD,
}


def _letters(mailbox: Mailbox) -> dict[str, str]:
    """The path in the newest letter of each address."""
    found = {}
    for mail in mailbox.list_mails():
        link = re.search(r"https?://\S+", mail["text"])
        assert link
        found[mail["to"][0]] = urlsplit(link.group(0)).path
    return found


def _invite(browser: FlaskClient, mailbox: Mailbox, deliver: Deliver, **people: str) -> tuple[str, dict[str, str]]:
    """Invite as Ruth, who proves her address; answers the path of her page, and of each invited person's."""
    assert press(browser, OTHERS, OTHERS, **BY, **(people or WHOM)).location == f"{OTHERS}/sent"
    deliver()
    own = _letters(mailbox)[BY["email"]]
    mailbox.empty()
    assert press(browser, own, own).location == own
    deliver()
    return own, _letters(mailbox)


@pytest.fixture
def invited(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> tuple[str, str]:
    """The path of Ruth's page, and of Tom's invitation."""
    own, links = _invite(client, mailbox, deliver)
    return own, links["tom@marlow.example"]


def test_nobody_is_written_to_before_who_invites_has_proved_their_address(
    client: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    press(client, OTHERS, OTHERS, **BY, **WHOM, **TOO)
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["to"] == [BY["email"]]
    assert "2 people" in letter["text"]
    for typed in ("Tom", "Marlow", "Ruth", "mei@lin.example"):
        assert typed not in letter["text"].replace(BY["email"], "")
    own = _letters(mailbox)[BY["email"]]
    for _ in range(3):
        assert "Send your two invitations?" in client.get(own).text
        deliver()
    assert len(mailbox.list_mails()) == 1
    for _ in range(2):
        press(client, own, own)
        deliver()
    assert {mail["to"][0] for mail in mailbox.list_mails()} == {BY["email"], "tom@marlow.example", "mei@lin.example"}
    assert len(mailbox.list_mails()) == 3


@pytest.mark.promise("OLT-22")
def test_the_invited_person_is_told_first_who_gave_their_details_and_sees_exactly_what_was_said(
    invited: tuple[str, str], catalogue: Flask, mailbox: Mailbox
) -> None:
    letter = mailbox.list_mails()[-1]
    assert letter["text"].startswith("Ruth Bello (ruth@bello.example) gave us your name and this address")
    page = catalogue.test_client().get(invited[1])
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("Ruth Bello (ruth@bello.example) gave us your name and address", "Tom Marlow", "tom@marlow.example"):
        assert words in page.text
    assert "Decline, and delete it" in page.text


@pytest.mark.promise("OLT-22")
def test_accepting_corrects_what_was_said_and_opens_the_account(
    invited: tuple[str, str], catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    own, link = invited
    for left_out in ANSWERS:
        answer = press(browser, link, f"{link}/accept", **{**ANSWERS, left_out: ""})
        assert answer.status_code == 422, left_out
    assert press(browser, link, f"{link}/accept", **ANSWERS).location == "/account"
    assert browser.get("/account").status_code == 200
    with catalogue.app_context(), reading() as session:
        account, trainee = session.scalars(select(Account)).one(), session.scalars(select(Trainee)).one()
        assert (account.full_name, account.email, trainee.region) == ("Thomas Marlow", "tom@marlow.example", "london")
        invitation = session.scalars(select(Invitation)).one()
        assert (invitation.full_name, invitation.email, invitation.taken_up) == (None, None, True)
    assert browser.get(link).status_code == 410
    deliver()
    assert mailbox.list_mails()[-1]["to"] == [BY["email"]]
    assert "Tom" not in mailbox.list_mails()[-1]["text"]
    page = catalogue.test_client().get(own).text
    assert "One of one taken up" in page
    assert "Marlow" not in page
    assert sign_in(catalogue.test_client(), "tom@marlow.example").location == "/account"


@pytest.mark.promise("OLT-22")
def test_declining_deletes_what_was_said_and_looks_like_no_answer(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    own, links = _invite(client, mailbox, deliver, **WHOM, **TOO)
    before = re.sub(r'value="[^"]*"', "", catalogue.test_client().get(own).text)
    link = links["tom@marlow.example"]
    assert press(catalogue.test_client(), link, f"{link}/decline").location == "/invitation/declined"
    mailbox.empty()
    deliver()
    assert mailbox.list_mails() == []
    assert re.sub(r'value="[^"]*"', "", catalogue.test_client().get(own).text) == before
    assert catalogue.test_client().get(link).status_code == 410
    with catalogue.app_context(), reading() as session:
        kept = {(row.full_name, row.email, row.email_key) for row in session.scalars(select(Invitation))}
    assert kept == {(None, None, None), ("Mei Lin", "mei@lin.example", "mei@lin.example")}


def test_nobody_can_consent_for_somebody_else(client: FlaskClient, catalogue: Flask) -> None:
    page = client.get(OTHERS).text
    main = page[page.index("<main") : page.index("</main>")]
    assert {name.rpartition("-")[2] for name in re.findall(r'name="([\w-]+)"', main)} == {
        *("csrf_token", "full_name", "email")
    }


@pytest.mark.promise("OLT-22")
def test_unanswered_invitations_are_gone_after_30_days(
    invited: tuple[str, str], catalogue: Flask, clock: Clock
) -> None:
    retention = catalogue.extensions["portal.retention"]
    with catalogue.app_context():
        clock.advance(dt.timedelta(days=30, minutes=-5))
        retention.purge_all()
        with reading() as session:
            assert session.scalars(select(Invitation)).all()
        clock.advance(dt.timedelta(minutes=10))
        assert (1, "invitations") in retention.purge_all()
        with reading() as session:
            assert session.scalars(select(Invitation)).all() == []
            assert session.scalars(select(Registrant)).all() == []
    for path in invited:
        assert catalogue.test_client().get(path).status_code == 410


def test_somebody_signed_in_invites_at_once_in_their_own_name(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    answer = press(client, OTHERS, OTHERS, **WHOM, full_name="Somebody Else", email="else@people.example")
    assert "None of one taken up" in client.get(answer.location).text
    deliver()
    (letter,) = mailbox.list_mails()
    assert letter["text"].startswith("Aoife O’Dowd (aoife@odowd.example) gave us your name")


def test_an_invited_person_who_has_an_account_signs_in_and_counts_as_taken_up(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(catalogue.test_client(), mailbox, deliver, email="tom@marlow.example")
    mailbox.empty()
    own, links = _invite(client, mailbox, deliver)
    link = links["tom@marlow.example"]
    assert press(catalogue.test_client(), link, f"{link}/accept", **ANSWERS).location == "/sign-in"
    assert "One of one taken up" in client.get(own).text
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Account)).one().full_name == "Aoife O’Dowd"


def test_too_young_declines_and_keeps_nothing(invited: tuple[str, str], catalogue: Flask) -> None:
    link = invited[1]
    answer = press(catalogue.test_client(), link, f"{link}/accept", age_confirmed="no")
    assert answer.status_code == 200
    assert "Come back when you are 16" in answer.text
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Invitation.email)).one() is None
        assert session.scalars(select(Account)).all() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"full_name": ""}, ["Enter your full name"]),
        ({"email": "ruth"}, ["Enter an email address with an @ in it"]),
        ({"people-0-full_name": "", "people-0-email": ""}, ["Enter their full name", "Enter their email address"]),
        ({"people-3-full_name": "Kofi"}, ["Enter their email address"]),
        ({"people-3-email": "kofi@people.example"}, ["Enter their full name"]),
        ({"people-1-full_name": "x\x00", "people-1-email": "a@b.example"}, ["a character that can’t be shown"]),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: FlaskClient, catalogue: Flask, changes: dict[str, str], said: list[str]
) -> None:
    answer = press(client, OTHERS, OTHERS, **{**BY, **WHOM, **changes})
    assert answer.status_code == 422
    for words in said:
        assert words in answer.text
    assert ("Tom Marlow" in answer.text) is ("people-0-full_name" not in changes)
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Registrant)).all() == []


def test_where_they_go_on_is_carried_and_never_leads_elsewhere(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    for wanted, led in (("/courses/FIB-SPLICE", "/courses/FIB-SPLICE"), ("//evil.example", "/account")):
        mailbox.empty()
        press(client, f"{OTHERS}?next={wanted}", OTHERS, **BY, **WHOM)
        deliver()
        own = _letters(mailbox)[BY["email"]]
        press(client, own, own)
        deliver()
        link = _letters(mailbox)["tom@marlow.example"]
        person = {**ANSWERS}
        answer = press(catalogue.test_client(), link, f"{link}/accept", **person)
        if led == "/account":
            assert answer.location == "/sign-in"  # the address has its account by now
        else:
            assert answer.location == led


def test_links_of_invitations_open_nothing_else(invited: tuple[str, str], catalogue: Flask) -> None:
    browser = catalogue.test_client()
    own, link = invited
    for forged in (
        own.replace("/register/others/", "/invitation/"),
        link.replace("/invitation/", "/register/others/"),
        link.replace("/invitation/", "/register/confirm/"),
        link + "x",
    ):
        assert browser.get(forged).status_code == 404


def test_what_an_invited_person_reads_is_escaped(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    evil = "<b>Tom</b>"
    press(client, OTHERS, OTHERS, **{**BY, "full_name": "<i>Ruth</i>"}, **{**WHOM, "people-0-full_name": evil})
    deliver()
    own = _letters(mailbox)[BY["email"]]
    assert "&lt;i&gt;Ruth" in client.get(own).text
    press(client, own, own)
    deliver()
    letter = mailbox.list_mails()[-1]
    assert "<i>" not in letter["html"]
    page = catalogue.test_client().get(links_in(mailbox)[0]).text
    assert "&lt;b&gt;Tom" in page
    assert "<b>Tom" not in page
