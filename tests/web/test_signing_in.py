"""The front door in a browser: in, out, a new password, and what a thief tries."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import passwords
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, hidden_fields, links_in, make_trainee, press, sign_in

NEW = "granite lantern walrus"


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A browser whose trainee is signed in; the mailbox is empty again."""
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    return client


def _is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def _cookie(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("portal_session")
    return cookie.value if cookie else ""


def test_out_and_in_again(trainee: FlaskClient) -> None:
    assert press(trainee, "/sign-out", "/sign-out").location == "/sign-in"
    assert not _is_in(trainee)
    assert sign_in(trainee).location == "/account"
    assert _is_in(trainee)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (TRAINEE["email"], "not the password"),
        ("nobody@people.example", PASSWORD),
        (TRAINEE["email"], PASSWORD.upper()),
        (TRAINEE["email"], "x" * 100_000),
        (TRAINEE["email"], PASSWORD + "\x00"),
    ],
)
def test_a_wrong_address_and_a_wrong_password_are_told_alike(
    trainee: FlaskClient, catalogue: Flask, email: str, password: str
) -> None:
    browser = catalogue.test_client()
    answer = sign_in(browser, email, password)
    assert answer.status_code == 422
    assert "The address or the password is not right; check both" in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text
    assert not _is_in(browser)


def test_the_cookie_of_before_is_nobodys_afterwards(trainee: FlaskClient, catalogue: Flask) -> None:
    victim, thief = catalogue.test_client(), catalogue.test_client()
    thief.get("/sign-in")
    victim.set_cookie("portal_session", _cookie(thief))
    token = hidden_fields(thief.get("/sign-in").text)["csrf_token"]
    form = {"csrf_token": token, "email": TRAINEE["email"], "password": PASSWORD}
    assert victim.post("/sign-in", data=form).status_code == 303
    assert _is_in(victim)
    assert not _is_in(thief)
    assert thief.post("/account/security/sign-out-everywhere", data={"csrf_token": token}).status_code == 303
    assert _is_in(victim)


def test_a_cookie_of_our_own_making_opens_nothing(trainee: FlaskClient, catalogue: Flask) -> None:
    thief = catalogue.test_client()
    for forged in ("eyJfdXNlcl9pZCI6IjE6MSJ9.aaaa.bbbb", _cookie(trainee)[:-2], "x"):
        thief.set_cookie("portal_session", forged)
        assert not _is_in(thief)


def test_out_everywhere_is_out_at_the_next_click_of_every_other_device(trainee: FlaskClient, catalogue: Flask) -> None:
    telephone = catalogue.test_client()
    sign_in(telephone)
    assert _is_in(telephone)
    assert press(trainee, "/account/security", "/account/security/sign-out-everywhere").location == "/sign-in"
    assert not _is_in(trainee)
    assert not _is_in(telephone)
    sign_in(telephone)
    assert _is_in(telephone)


def test_ten_wrong_tries_close_the_account_for_a_while_and_its_address_is_told_once(
    trainee: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    for _ in range(10):
        assert sign_in(browser, password="wrong again").status_code == 422
    for password in (PASSWORD, "wrong again"):
        answer = sign_in(browser, password=password)
        assert answer.status_code == 429
        assert "That was tried too often with this address" in answer.text
        assert "/forgotten-password" in answer.text
    deliver()
    assert [mail["subject"] for mail in mailbox.list_mails()] == ["Your account at Meridian is closed for 15 minutes"]
    assert _is_in(trainee)
    clock.advance(dt.timedelta(minutes=16))
    assert sign_in(browser).status_code == 303


def test_an_address_without_an_account_is_closed_alike_and_nobody_is_written_to(
    client: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    for _ in range(10):
        assert sign_in(client, "nobody@people.example").status_code == 422
    assert sign_in(client, "nobody@people.example").status_code == 429
    deliver()
    assert mailbox.list_mails() == []


@pytest.mark.promise("OTT-28")
def test_a_network_that_tries_many_addresses_is_closed_and_others_are_not(
    trainee: FlaskClient, catalogue: Flask
) -> None:
    browser = catalogue.test_client()
    form = hidden_fields(browser.get("/sign-in").text)
    for number in range(30):
        data = {**form, "email": f"somebody{number}@people.example", "password": PASSWORD}
        at = {"REMOTE_ADDR": "192.0.2.7"}
        assert browser.post("/sign-in", data=data, environ_overrides=at).status_code == 422
    data = {**form, "email": TRAINEE["email"], "password": PASSWORD}
    closed = browser.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert closed.status_code == 429
    assert "from where you are" in closed.text
    elsewhere = browser.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": "192.0.2.8"})
    assert elsewhere.status_code == 303


@pytest.mark.promise("OLT-7")
def test_a_forgotten_password_is_set_by_a_mailed_link_and_ends_every_sign_in(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    asked = press(browser, "/forgotten-password", "/forgotten-password", email="Aoife@odowd.example")
    assert asked.location == "/forgotten-password/sent"
    deliver()
    link = links_in(mailbox)[0]
    assert _is_in(trainee)
    assert "Choose a new password" in browser.get(link).text
    weak = press(browser, link, link, password="aoifeodowd")
    assert weak.status_code == 422
    assert press(browser, link, link, password=NEW).location == "/account"
    assert _is_in(browser)
    assert not _is_in(trainee)
    assert sign_in(catalogue.test_client()).status_code == 422
    assert sign_in(catalogue.test_client(), password=NEW).status_code == 303
    deliver()
    told = mailbox.list_mails()[-1]
    assert told["subject"] == "Your password at Meridian was changed"
    assert NEW not in told["text"]


def test_the_page_after_asking_is_the_same_for_an_address_without_an_account(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    pages = []
    for email in (TRAINEE["email"], "nobody@people.example"):
        browser = catalogue.test_client()
        press(browser, "/forgotten-password", "/forgotten-password", email=email)
        pages.append(browser.get("/forgotten-password/sent").text.replace(email, "…"))
    assert pages[0] == pages[1]
    deliver()
    assert [mail["to"] for mail in mailbox.list_mails()] == [[TRAINEE["email"]]]


def test_a_link_for_a_password_is_dead_when_used_replaced_old_or_altered(
    trainee: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    links = []
    for _ in range(2):
        press(browser, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
        deliver()
        links.append(links_in(mailbox)[0])
    form = hidden_fields(browser.get(links[1]).text)
    assert browser.post(links[0], data={**form, "password": NEW}).status_code == 303
    for dead in links:
        page = browser.get(dead)
        assert page.status_code == 410
        assert "Send me a new link" in page.text
    press(browser, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    deliver()
    old = links_in(mailbox)[0]
    assert browser.get(old).status_code == 200
    for forged in (old + "x", old.replace(".", "x."), "/set-password/x", "/set-password/" + links[0][-60:]):
        assert browser.get(forged).status_code == 404
    assert browser.get(old.replace("/set-password/", "/register/confirm/")).status_code == 404
    clock.advance(dt.timedelta(hours=5))
    assert browser.get(old).status_code == 410
    token = hidden_fields(browser.get("/sign-out").text)["csrf_token"]
    assert browser.post(old, data={"csrf_token": token, "password": NEW}).status_code == 410


def test_a_closed_account_opens_with_a_new_password(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    for _ in range(10):
        sign_in(browser, password="wrong again")
    press(browser, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    deliver()
    link = next(line for mail in mailbox.list_mails() for line in mail["text"].splitlines() if "/set-password/" in line)
    path = link.partition("5000")[2]
    assert press(browser, path, path, password=NEW).status_code == 303
    assert sign_in(catalogue.test_client(), password=NEW).status_code == 303


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-out"])
def test_the_door_leads_to_no_other_site(trainee: FlaskClient, catalogue: Flask, wanted: str) -> None:
    browser = catalogue.test_client()
    form = hidden_fields(browser.get("/sign-in", query_string={"next": wanted}).text)
    form |= {"next": wanted, "email": TRAINEE["email"], "password": PASSWORD}
    assert browser.post("/sign-in", data=form).location == "/account"


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(
    trainee: FlaskClient, catalogue: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = passwords.matches

    def slowly(kept: str | None, password: str) -> bool:
        right = real(kept, password)
        if right:
            with writing() as session:
                account = session.scalars(select(Account)).one()
                account.password_hash, account.session_epoch = passwords.scramble(NEW), account.session_epoch + 1
        return right

    monkeypatch.setattr(passwords, "matches", slowly)
    assert sign_in(catalogue.test_client()).status_code == 422


@pytest.mark.parametrize("name", ["Win at prize-claim.example/x", "www.prize", "//prize.example"])
def test_a_name_in_our_letters_leads_nowhere(client: FlaskClient, name: str) -> None:
    others = {"email": "ruth@bello.example", "people-0-full_name": "Tom", "people-0-email": "tom@marlow.example"}
    for page, typed in (("/register", TRAINEE), ("/register/others", others)):
        answer = press(client, page, page, **{**typed, "full_name": name})
        assert answer.status_code == 422
        assert "Enter a name without an address of a website in it" in answer.text
