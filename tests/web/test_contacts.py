"""Who signs in for partners: invited, in by a link that works once, bound by the undertaking, out in one press."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, hidden_fields, links_in, make_trainee, press, register
from tests.people import invite, invite_contact, make_contact, make_staff

PAGE = "/admin/staff"


@pytest.fixture
def boss(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A manager's browser; the mailbox is empty."""
    browser = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    deliver()
    mailbox.empty()
    return browser


def test_a_contact_signs_in_by_a_link_that_works_once_for_15_minutes(
    boss: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    used = links_in(mailbox)[0]
    assert "Lindum Training" in contact.get("/partner").text
    assert catalogue.test_client().get(used).status_code == 410
    late = catalogue.test_client()
    press(late, "/sign-in/link", "/sign-in/link", email="CAROL@lindum.example")
    deliver()
    link = links_in(mailbox)[0]
    assert late.get(link).status_code == 200
    assert late.get(link + "x").status_code == 404
    clock.advance(dt.timedelta(minutes=16))
    assert late.get(link).status_code == 410
    token = hidden_fields(late.get("/sign-out").text)["csrf_token"]
    assert late.post(link, data={"csrf_token": token}).status_code == 410


def test_a_link_opens_the_partners_pages_alone_whatever_else_the_account_may(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_staff(catalogue, mailbox, deliver, Role.MANAGER, email="both@lindum.example", name="Both")
    browser = make_contact(catalogue, boss, mailbox, deliver, email="both@lindum.example")
    assert browser.get("/partner").status_code == 200
    for path in ("/admin", "/account", "/account/security", "/account/security/two-step", "/staff/undertaking"):
        assert browser.get(path).status_code == 403, path


def test_a_removed_contact_is_out_and_gets_no_link(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    page = boss.get("/admin/contacts").text
    assert "One contact signs in for a partner or a sponsor" in page
    remove = re.search(r'action="(/admin/contacts/[^"]+/partner:LIN/remove)"', page)
    assert remove
    assert press(boss, "/admin/contacts", remove.group(1)).status_code == 303
    assert contact.get("/partner").location.startswith("/sign-in")
    mailbox.empty()
    press(contact, "/sign-in/link", "/sign-in/link", email="carol@lindum.example")
    deliver()
    assert mailbox.list_mails() == []
    assert press(boss, "/admin/contacts", remove.group(1)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"organisation": ""}, "Choose an organisation"),
        ({"organisation": "LIN"}, "Choose an organisation"),
        ({"organisation": "partner:NONE"}, "Choose an organisation"),
        ({"organisation": "sponsor:LIN"}, "Choose an organisation"),
        ({"organisation": "sponsor:OLD"}, "Choose an organisation"),
        ({"full_name": ""}, "Enter their full name"),
        ({"email": "carol"}, "Enter an email address with an @ in it"),
    ],
)
def test_a_contact_needs_an_organisation_a_name_and_an_address(
    boss: FlaskClient, changes: dict[str, str], said: str
) -> None:
    typed = {"organisation": "partner:LIN", "full_name": "Carol Ames", "email": "carol@lindum.example"} | changes
    answer = press(boss, "/admin/contacts", "/admin/contacts", **typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_several_sign_in_for_one_partner_and_one_for_several(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    carol = make_contact(catalogue, boss, mailbox, deliver)
    make_contact(catalogue, boss, mailbox, deliver, email="second@lindum.example")
    again = {"organisation": "partner:LIN", "full_name": "Carol Ames", "email": "carol@lindum.example"}
    doubled = press(boss, "/admin/contacts", "/admin/contacts", **again)
    assert doubled.status_code == 422
    assert "signs in for Lindum Training already" in doubled.text
    assert (
        press(boss, "/admin/contacts", "/admin/contacts", **{**again, "organisation": "partner:CLY"}).status_code == 303
    )
    assert carol.get("/partner").location == "/partner/undertaking"
    press(carol, "/partner/undertaking", "/partner/undertaking", promise="yes")
    assert "Lindum Training, Clyde Training" in carol.get("/partner").text


def test_a_sign_in_link_dies_with_the_sign_ins_and_the_password(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_contact(catalogue, boss, mailbox, deliver)
    browser = catalogue.test_client()
    press(browser, "/sign-in/link", "/sign-in/link", email="carol@lindum.example")
    deliver()
    link = links_in(mailbox)[0]
    with catalogue.app_context(), writing() as session:
        account = session.scalars(select(Account).where(Account.email == "carol@lindum.example")).one()
        account.session_epoch += 1
    assert browser.get(link).status_code == 410


def test_who_has_no_password_gets_none_by_asking(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_contact(catalogue, boss, mailbox, deliver)
    invite(catalogue, mailbox, deliver, "kofi@meridian.example", Role.FINANCE)
    mailbox.empty()
    for email in ("carol@lindum.example", "kofi@meridian.example"):
        press(catalogue.test_client(), "/forgotten-password", "/forgotten-password", email=email)
    register(catalogue.test_client(), email="kofi@meridian.example")
    deliver()
    letters = mailbox.list_mails()
    assert len(letters) == 3
    assert {mail["subject"] for mail in letters} == {"How you sign in at Meridian"}
    assert not any("/set-password/" in mail["text"] or "/register/confirm/" in mail["text"] for mail in letters)


def test_a_contact_becomes_a_trainee_by_registering_and_keeps_two_doors(
    boss: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    carol = make_contact(catalogue, boss, mailbox, deliver)
    clock.advance(dt.timedelta(days=400))
    assert carol.get("/register").status_code == 200
    learner = catalogue.test_client()
    answer = make_trainee(learner, mailbox, deliver, email="Carol@lindum.example", full_name="Carol A. Ames")
    assert answer.location == "/account"
    assert "Carol A. Ames" in learner.get("/account/details").text
    assert "Are these right?" not in learner.get("/account").text, "she has said so a moment ago"
    assert learner.get("/partner").location == "/sign-in/link", "a password opens no partner’s pages"
    assert carol.get("/partner").status_code == 200
    assert carol.get("/account").status_code == 403, "a mailed link opens no account"
    with catalogue.app_context(), reading() as session:
        assert len(session.scalars(select(Account).where(Account.email_key == "carol@lindum.example")).all()) == 1


def test_another_address_ends_what_a_contact_may_and_managers_are_told(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    carol, learner = make_contact(catalogue, boss, mailbox, deliver), catalogue.test_client()
    make_trainee(learner, mailbox, deliver, email="carol@lindum.example", full_name="Nora Vale")
    page = "/account/details/email"
    said = "With links to carol@lindum.example you also sign in for: Lindum Training. With another address that ends"
    assert said in learner.get(page).text
    mailbox.empty()
    press(learner, page, page, email="nora@home.example", password=PASSWORD)
    deliver()
    links = {}
    for mail in mailbox.list_mails():
        found = re.search(r"/address/\S+", mail["text"])
        assert found
        links[mail["to"][0]] = found.group(0)
    assert "sign in for: Lindum Training" in catalogue.test_client().get(links["carol@lindum.example"]).text
    assert "Lindum" not in catalogue.test_client().get(links["nora@home.example"]).text
    for link in links.values():
        assert press(catalogue.test_client(), link, f"{link}/agree").status_code == 303
    assert carol.get("/partner").location.startswith("/sign-in")
    assert "nora@home.example" not in boss.get("/admin/contacts").text
    assert "A contact changed the address and was removed" in boss.get("/admin").text
    assert "Lindum Training, by Nora Vale" in boss.get("/admin").text
    assert "contact of partner:LIN (another address)" in boss.get("/admin/security?kind=removed").text
    mailbox.empty()
    press(catalogue.test_client(), "/sign-in/link", "/sign-in/link", email="nora@home.example")
    deliver()
    assert not [
        mail for mail in mailbox.list_mails() if mail["to"] == ["nora@home.example"] and "link" in mail["subject"]
    ]
    invite_contact(boss, "partner:LIN", "nora@home.example", "Nora Vale")
    assert learner.get("/account").location.startswith("/sign-in"), "the sign-ins ended with the removal"


def test_who_signs_in_for_nobody_reads_nothing_about_it(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    assert "you also sign in for" not in client.get("/account/details/email").text


def test_the_list_shows_the_address_that_was_let_in_beside_whatever_name_was_typed(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_contact(catalogue, boss, mailbox, deliver)
    make_trainee(catalogue.test_client(), mailbox, deliver, email="carol@lindum.example", full_name="Nora Vale")
    page = boss.get("/admin/contacts").text
    assert "Nora Vale" in page
    assert "carol@lindum.example" in page


def test_a_suspended_contact_does_not_come_back_by_registering(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_contact(catalogue, boss, mailbox, deliver)
    browser = catalogue.test_client()
    register(browser, email="carol@lindum.example")
    deliver()
    link = links_in(mailbox)[0]
    with catalogue.app_context(), writing() as session:
        account = session.scalars(select(Account).where(Account.email == "carol@lindum.example")).one()
        account.suspended_at = account.created_at
    assert press(browser, link, link, password=PASSWORD).status_code == 410
    register(browser, email="carol@lindum.example")
    deliver()
    assert mailbox.list_mails()[-1]["subject"] == "How you sign in at Meridian"
