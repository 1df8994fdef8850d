"""The second step in a browser: on, asked for at the door, recovery codes, off; and its secret in no dump."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

import config
from portal.domain.settings import DEMO_KEY
from portal.models import Base, db
from portal.models.account import Account
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from portal.services import data_keys
from tests.factories import PASSWORD, TRAINEE, Deliver, dump, links_in, make_trainee, press, sign_in
from tests.people import turn_on_two_steps

PAGE = "/account/security/two-step"
OTHER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    return client


def _next_code(app: Flask, secret: str) -> str:
    """A code that was not used yet: as if half a minute had gone by."""
    with app.app_context(), writing() as session:
        session.scalars(select(Account)).one().totp_step = 0
    return pyotp.TOTP(secret).now()


def test_the_code_is_asked_for_after_the_password_and_not_before(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    secret, codes = turn_on_two_steps(trainee)
    assert len(codes) == 10
    deliver()
    assert mailbox.list_mails()[-1]["subject"] == "The second step of your account at Meridian is on"
    browser = catalogue.test_client()
    assert browser.get("/sign-in/code").location == "/sign-in"
    assert sign_in(browser, password="wrong").status_code == 422
    assert sign_in(browser).location == "/sign-in/code"
    assert browser.get("/account").status_code == 303
    wrong = press(browser, "/sign-in/code", "/sign-in/code", code="000000")
    assert wrong.status_code == 422
    assert browser.get("/account").status_code == 303
    right = press(browser, "/sign-in/code", "/sign-in/code", code=_next_code(catalogue, secret))
    assert right.location == "/account"
    assert browser.get("/account").status_code == 200


def test_a_code_opens_once(trainee: FlaskClient, catalogue: Flask) -> None:
    secret, _ = turn_on_two_steps(trainee)
    code = _next_code(catalogue, secret)
    for status in (303, 422):
        browser = catalogue.test_client()
        sign_in(browser)
        assert press(browser, "/sign-in/code", "/sign-in/code", code=code).status_code == status


def test_a_recovery_code_opens_once_and_is_seen_in_the_list(trainee: FlaskClient, catalogue: Flask) -> None:
    _, codes = turn_on_two_steps(trainee)
    for status in (303, 422):
        browser = catalogue.test_client()
        sign_in(browser)
        answer = press(browser, "/sign-in/code", "/sign-in/code", code=codes[3].lower().replace("-", " "))
        assert answer.status_code == status
    assert "Signed in with a recovery code" in trainee.get("/account/security").text
    assert "You have nine recovery codes left" in trainee.get(PAGE).text


def test_guessed_codes_close_the_door(trainee: FlaskClient, catalogue: Flask) -> None:
    secret, _ = turn_on_two_steps(trainee)
    browser = catalogue.test_client()
    sign_in(browser)
    for _ in range(10):
        assert press(browser, "/sign-in/code", "/sign-in/code", code="123456").status_code == 422
    closed = press(browser, "/sign-in/code", "/sign-in/code", code=_next_code(catalogue, secret))
    assert closed.status_code == 429
    assert "Wait 15 minutes" in closed.text
    assert sign_in(catalogue.test_client()).status_code == 429


def test_half_in_ends_after_ten_minutes_and_with_the_sign_ins(
    trainee: FlaskClient, catalogue: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = turn_on_two_steps(trainee)
    slow, ended = catalogue.test_client(), catalogue.test_client()
    sign_in(slow)
    sign_in(ended)
    press(trainee, "/account/security", "/account/security/sign-out-everywhere")
    assert press(ended, "/sign-in/code", "/sign-in/code", code=_next_code(catalogue, secret)).status_code == 422
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    assert slow.get("/sign-in/code").location == "/sign-in"
    assert slow.post("/sign-in/code", data={}).status_code in (303, 400)


def test_a_mailed_link_sets_the_password_and_does_not_skip_the_code(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    turn_on_two_steps(trainee)
    browser = catalogue.test_client()
    press(browser, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    deliver()
    link = links_in(mailbox)[0]
    assert press(browser, link, link, password="granite walrus lantern").location == "/sign-in"
    assert browser.get("/account").status_code == 303


def test_it_is_turned_off_by_the_password_only(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    turn_on_two_steps(trainee)
    assert press(trainee, PAGE, f"{PAGE}/off", password="").status_code == 422
    assert press(trainee, PAGE, f"{PAGE}/off", password="wrong").status_code == 422
    done = press(trainee, PAGE, f"{PAGE}/off", password=PASSWORD)
    assert "No code is asked for any more" in trainee.get(done.location).text
    assert sign_in(catalogue.test_client()).location == "/account"
    deliver()
    assert mailbox.list_mails()[-1]["subject"] == "The second step of your account at Meridian is off"
    with catalogue.app_context(), db.engine.connect() as connection:
        assert connection.execute(select(Base.metadata.tables["recovery_code"])).all() == []


def test_an_offer_is_for_one_account_and_a_wrong_code_turns_nothing_on(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    other = catalogue.test_client()
    make_trainee(other, mailbox, deliver, email="other@people.example")
    page = other.get(PAGE).text
    secret = re.search(r'class="spelled">([A-Z2-7 ]+)<', page)
    offered = re.search(r'name="locked" value="([^"]*)"', page)
    assert secret
    assert offered
    code = pyotp.TOTP(secret.group(1).replace(" ", "")).now()
    for typed in ({"locked": offered.group(1), "code": code}, {"locked": "", "code": code}, {"code": "000000"}):
        answer = press(trainee, PAGE, f"{PAGE}/on", **typed)
        assert answer.status_code == 422
        assert secret.group(1) not in answer.text
    assert sign_in(catalogue.test_client()).location == "/account"


def test_a_dump_shows_no_password_no_secret_and_no_code(trainee: FlaskClient, catalogue: Flask) -> None:
    secret, codes = turn_on_two_steps(trainee)
    sign_in(catalogue.test_client(), password="a wrong password typed")
    with catalogue.app_context():
        stored = dump()
    assert TRAINEE["email"] in stored
    for word in (PASSWORD, "a wrong password typed", secret, *codes, *(code.replace("-", "") for code in codes)):
        assert word not in stored


def test_changing_the_data_keys_loses_nothing(
    trainee: FlaskClient,
    catalogue: Flask,
    settings: config.Settings,
    make_app: Callable[[config.Settings], Flask],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from portal.cli import main

    secret, codes = turn_on_two_steps(trainee)
    for name in ("PORTAL_ENV", "DATABASE_URL", "PORTAL_DATA_DIR"):
        monkeypatch.setenv(name, str(getattr(settings, name)))
    monkeypatch.setenv("DATA_KEYS", f"{OTHER_KEY},{DEMO_KEY}")
    said = CliRunner().invoke(main, ["data-keys", "rotate"])
    assert said.output == "11 values locked with the first key.\n"
    monkeypatch.setenv("DATA_KEYS", OTHER_KEY)
    assert CliRunner().invoke(main, ["data-keys", "rotate"]).exit_code == 0
    app = make_app(settings.model_copy(update={"DATA_KEYS": OTHER_KEY}))
    for code in (_next_code(app, secret), codes[0]):
        browser = app.test_client()
        sign_in(browser)
        assert press(browser, "/sign-in/code", "/sign-in/code", code=code).location == "/account"
    monkeypatch.setenv("DATA_KEYS", DEMO_KEY)
    refused = CliRunner().invoke(main, ["data-keys", "rotate"])
    assert refused.exit_code == 1
    assert "opens with none of DATA_KEYS: put its key back" in refused.output


def test_a_rotation_in_many_batches_reaches_every_value(
    trainee: FlaskClient, catalogue: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on_two_steps(trainee)
    monkeypatch.setattr(data_keys, "BATCH", 3)
    with catalogue.app_context(), reading() as session:
        before = session.execute(text("SELECT locked_code FROM recovery_code ORDER BY id")).scalars().all()
    with catalogue.app_context():
        assert data_keys.rotate(catalogue.extensions["portal"].vault) == 11
    with catalogue.app_context(), reading() as session:
        after = session.execute(text("SELECT locked_code FROM recovery_code ORDER BY id")).scalars().all()
    assert len(before) == len(after) == 10
    assert not set(before) & set(after)
