"""The link in the letter before an unused account is deleted: opening it changes nothing, its button keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.delivery import Lane
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from portal.services import outbox
from tests.factories import PASSWORD, TRAINEE, Deliver, dump, hidden_fields, links_in, make_trainee, press, sign_in

GONE, KEPT = "/keep-account?outcome=gone", "/keep-account?outcome=kept"


@pytest.fixture
def nights(catalogue: Flask, clock: Clock, deliver: Deliver) -> Callable[[int], None]:
    """Let days go by, and the worker do what is due on the last."""

    def pass_(days: int) -> None:
        clock.advance(dt.timedelta(days=days))
        with catalogue.app_context():
            catalogue.extensions["portal.retention"].plan()
            while outbox.work_once(Lane.TIME, catalogue.extensions["portal.handlers"], clock).worked:
                pass
        deliver()

    return pass_


@pytest.fixture
def link(client: FlaskClient, mailbox: Mailbox, deliver: Deliver, nights: Callable[[int], None]) -> str:
    """The path in the letter about an account that has not been used for 705 days."""
    make_trainee(client, mailbox, deliver)
    press(client, "/account/security", "/sign-out")
    nights(705)
    return links_in(mailbox)[0]


def _kept(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return len(session.scalars(select(SecurityEvent).where(SecurityEvent.kind == Happened.ACCOUNT_KEPT)).all())


def _push(browser: FlaskClient, link: str) -> str | None:
    token = hidden_fields(browser.get("/sign-out").text)["csrf_token"]
    return browser.post(link, data={"csrf_token": token}).location


def test_opening_changes_nothing(client: FlaskClient, catalogue: Flask, link: str) -> None:
    with catalogue.app_context():
        before = dump()
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "Keep your account?" in page.text
        assert "24 months" in page.text
        assert TRAINEE["email"] not in page.text
    client.head(link)
    with catalogue.app_context():
        assert dump() == before


def test_pressing_keeps_it_and_signs_nobody_in(
    client: FlaskClient, catalogue: Flask, link: str, nights: Callable[[int], None]
) -> None:
    assert client.post(link).status_code == 400
    assert press(client, link, link).location == KEPT
    assert "Your account is kept" in client.get(KEPT).text
    assert client.get("/account").location == "/sign-in?next=%2Faccount"
    assert _push(client, link) == KEPT
    assert client.get(link).location == KEPT
    assert _kept(catalogue) == 1
    nights(650)
    assert sign_in(client).status_code == 303
    assert "Kept the account, by the link in our letter" not in client.get("/account/security").text  # 60 days are over


def test_its_owner_sees_that_it_was_kept(client: FlaskClient, link: str) -> None:
    press(client, link, link)
    sign_in(client)
    assert "Kept the account, by the link in our letter" in client.get("/account/security").text


def test_signing_in_keeps_it_too_and_the_link_says_so(client: FlaskClient, catalogue: Flask, link: str) -> None:
    sign_in(client)
    assert client.get(link).location == KEPT
    assert _push(catalogue.test_client(), link) == KEPT
    assert _kept(catalogue) == 0


def test_a_link_of_the_spell_before_is_dead_and_so_is_one_that_ran_out(
    client: FlaskClient, link: str, nights: Callable[[int], None], mailbox: Mailbox
) -> None:
    press(client, link, link)
    nights(710)
    assert mailbox.list_mails()[-1]["subject"] == "Do you want to keep your account at Meridian?"
    newer = links_in(mailbox)[0]
    assert newer != link
    for dead in (link, link[:-1] + ("A" if link[-1] != "A" else "B"), "/keep-account/x"):
        assert client.get(dead).location in (GONE, None)
    assert client.get("/keep-account/x").status_code == 404
    assert client.get(newer).status_code == 200
    assert _push(client, link) == GONE
    assert client.get(GONE).status_code == 410
    nights(31)
    assert _push(client, newer) == GONE
    assert client.get("/keep-account?outcome=other").status_code == 404


@pytest.mark.parametrize("change", ["password", "address", "everywhere", "suspended", "gone"])
def test_it_is_dead_when_the_account_has_changed(
    client: FlaskClient, catalogue: Flask, link: str, mailbox: Mailbox, deliver: Deliver, change: str
) -> None:
    other = catalogue.test_client()
    sign_in(other)
    if change == "password":
        page = "/account/security/password"
        press(other, page, page, old=PASSWORD, password="granite lantern walrus")
    elif change == "address":
        page = "/account/details/email"
        press(other, page, page, email="new@odowd.example", password=PASSWORD)
        deliver()
        for mail in mailbox.list_mails()[-2:]:
            path = "/address/" + mail["text"].split("/address/")[1].split()[0]
            press(client, path, f"{path}/agree")
    elif change == "everywhere":
        press(other, "/account/security", "/account/security/sign-out-everywhere")
    else:
        with catalogue.app_context(), writing() as session:
            account = session.scalars(select(Account)).one()
            if change == "gone":
                session.delete(account)
            else:
                account.suspended_at = account.created_at
    assert client.get(link).location == GONE
    assert _push(client, link) == GONE
    page = client.get(GONE)
    assert page.status_code == 410
    assert "This link does not work any more" in page.text
    assert _kept(catalogue) == 0


def test_a_link_for_something_else_keeps_nothing(
    client: FlaskClient, catalogue: Flask, link: str, mailbox: Mailbox, deliver: Deliver
) -> None:
    press(client, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    deliver()
    other = links_in(mailbox)[0].replace("/set-password/", "/keep-account/")
    assert client.get(other).status_code == 404
    assert client.get(link.replace("/keep-account/", "/set-password/")).status_code == 404
    assert _kept(catalogue) == 0
