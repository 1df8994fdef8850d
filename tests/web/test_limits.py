"""Whom a request counts for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from portal.web.limits import limiter, may_write_to, network
from tests.factories import TRAINEE, ask, hidden_fields, make_trainee, press
from tests.people import invite_contact, make_staff


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix", "unix"),
    ],
)
def test_all_addresses_of_one_home_count_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


def test_an_address_gets_ten_letters_a_day_whatever_is_pressed_and_its_enquiries_still_go_out(
    make_app: Callable[[config.Settings], Flask],
    settings: config.Settings,
    catalogue: Flask,
    mailbox: Mailbox,
    deliver: Callable[[], int],
) -> None:
    app = make_app(settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""}))
    for number in range(12):
        stranger = app.test_client()
        stranger.environ_base |= {"REMOTE_ADDR": f"198.51.100.{number}"}
        path = ask(stranger, email=f"victim+{number}@mail.example")
        deliver()
        if number < 6:
            token = hidden_fields(stranger.get(f"{path}/remove").text)["csrf_token"]
            stranger.post(f"{path}/remove", data={"csrf_token": token})
    token = hidden_fields(stranger.get(path).text)["csrf_token"]
    assert stranger.post(f"{path}/link", data={"csrf_token": token}).status_code == 200
    deliver()
    subjects = [mail["subject"] for mail in mailbox.list_mails() if mail["to"][0].startswith("victim")]
    partner = [mail["subject"] for mail in mailbox.list_mails() if mail["subject"].startswith("New enquiry")]
    assert (len(subjects), len(partner)) == (10, 12)


@pytest.mark.parametrize(
    ("page", "email"), [("/sign-in/link", "carol@lindum.example"), ("/forgotten-password", TRAINEE["email"])]
)
def test_no_stranger_uses_up_the_links_that_open_somebodys_account(
    make_app: Callable[[config.Settings], Flask],
    settings: config.Settings,
    catalogue: Flask,
    client: FlaskClient,
    mailbox: Mailbox,
    deliver: Callable[[], int],
    page: str,
    email: str,
) -> None:
    make_trainee(client, mailbox, deliver)
    boss = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    invite_contact(boss, "partner:LIN", "carol@lindum.example", "Carol Ames")
    app = make_app(settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""}))

    def asked(path: str, number: int) -> int:
        stranger = app.test_client()
        stranger.environ_base |= {"REMOTE_ADDR": f"198.51.100.{number}"}
        typed = {**TRAINEE, "email": email} if path == "/register" else {"email": email}
        mailbox.empty()
        press(stranger, path, path, **typed)
        deliver()
        return len(mailbox.list_mails())

    other = "/forgotten-password" if page == "/sign-in/link" else "/sign-in/link"
    deliver()
    for number in range(11):
        asked("/register", number)
        asked(other, number)
    assert [asked(page, number) for number in range(12)] == [1] * 10 + [0] * 2


def test_a_letter_is_sent_when_it_can_not_be_counted(
    make_app: Callable[[config.Settings], Flask], settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(settings.model_copy(update={"RATE_LIMITS": "on"}))

    def broken(*_: object) -> bool:
        raise ConnectionError

    with app.test_request_context():
        assert may_write_to("priya@nairfibre.example")
        monkeypatch.setattr(limiter.limiter, "hit", broken)
        assert may_write_to("priya@nairfibre.example")
