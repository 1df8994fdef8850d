"""An account's own pages: its sign-ins, another password, its details."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, hidden_fields, make_trainee, press, sign_in

NEW = "granite lantern walrus"


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A browser whose trainee is signed in; the mailbox is empty again."""
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    return client


def _is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


@pytest.mark.promise("OLT-7")
def test_another_password_needs_the_one_of_now_and_ends_the_other_sign_ins(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    telephone = catalogue.test_client()
    sign_in(telephone)
    page = action = "/account/security/password"
    wrong = press(trainee, page, action, old="not this one", password=NEW)
    assert wrong.status_code == 422
    assert "This is not the password you have now" in wrong.text
    assert _is_in(telephone)
    right = press(trainee, page, action, old=PASSWORD, password=NEW)
    assert right.location == "/account/security?changed=password"
    assert "Your new password is in use" in trainee.get(right.location).text
    assert not _is_in(telephone)
    deliver()
    assert mailbox.list_mails()[-1]["subject"] == "Your password at Meridian was changed"


def test_guessing_the_old_password_closes_the_door_too(trainee: FlaskClient) -> None:
    for _ in range(10):
        assert (
            press(
                trainee, "/account/security/password", "/account/security/password", old="no", password=NEW
            ).status_code
            == 422
        )
    closed = press(trainee, "/account/security/password", "/account/security/password", old=PASSWORD, password=NEW)
    assert closed.status_code == 429


def test_own_sign_ins_are_listed_with_their_device_and_nobody_elses(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    other = catalogue.test_client()
    make_trainee(other, mailbox, deliver, email="other@people.example")
    browser = catalogue.test_client()
    form = hidden_fields(browser.get("/sign-in").text)
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
    at = {"REMOTE_ADDR": "192.0.2.9"}
    data = {**form, "email": TRAINEE["email"], "password": "wrong"}
    browser.post("/sign-in", data=data, headers=firefox, environ_overrides=at)
    page = trainee.get("/account/security").text
    assert len(re.findall(r'<tr role="row"><th scope="row"', page)) == 2
    assert "Firefox on Windows" in page
    assert "192.0.2.9" in page
    assert "Wrong password or code" in page
    assert "192.0.2.9" not in other.get("/account/security").text


def test_the_list_of_sign_ins_has_pages(trainee: FlaskClient, catalogue: Flask) -> None:
    for _ in range(11):
        sign_in(catalogue.test_client())
    first, second = (trainee.get(f"/account/security?page={page}").text for page in (1, 2))
    assert [len(re.findall(r'<th scope="row"', page)) for page in (first, second)] == [10, 2]
    assert "/account/security?page=2" in first
    assert trainee.get("/account/security?page=0").status_code == 200
    assert trainee.get("/account/security?page=999999999999999999999").status_code == 200


@pytest.mark.parametrize("path", ["/account", "/account/details", "/account/details/change", "/account/security"])
def test_pages_of_an_account_are_kept_nowhere(trainee: FlaskClient, path: str) -> None:
    answer = trainee.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.promise("OPT-22")
def test_details_are_put_right(trainee: FlaskClient) -> None:
    assert "Aoife O’Dowd" in trainee.get("/account/details").text
    page = "/account/details/change"
    wrong = press(trainee, page, page, full_name="", region="wales", heard_from="A search")
    assert wrong.status_code == 422
    assert "Enter your full name" in wrong.text
    right = press(trainee, page, page, full_name="Aoife Prys", region="scotland", heard_from="My aunt")
    assert right.location == "/account/details?changed=yes"
    shown = trainee.get(right.location).text
    for words in ("Aoife Prys", "Scotland", "My aunt", "Your details are saved"):
        assert words in shown
