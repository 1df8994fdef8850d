"""Support needs in a browser: told with an agreement, locked, shown to nobody else, deleted with one press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.domain import support as rules
from portal.domain.vault import Vault
from portal.models.consent import ConsentEntry
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from portal.services import data_keys
from tests.factories import Deliver, dump, make_trainee, press, sign_in

PAGE, DETAILS = "/account/support", "/account/details"
WORDS = "Larger print, <i>please</i>\nand a quieter room"
OTHER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    return client


def _ledger(app: Flask) -> list[tuple[str, bool, str]]:
    with app.app_context(), reading() as session:
        entries = session.scalars(select(ConsentEntry).order_by(ConsentEntry.id))
        return [(one.purpose, one.given, one.wording) for one in entries]


def test_the_page_says_who_reads_it_and_what_is_agreed_to(trainee: FlaskClient) -> None:
    page = trainee.get(PAGE).text
    for words in (rules.QUESTION, rules.WHO_READS, rules.agreement("Meridian"), "Prefer not to say", "(optional)"):
        assert words in page
    assert "checked" not in page
    assert rules.TAKE_BACK not in page
    assert "Nothing told yet" in trainee.get(DETAILS).text


def test_words_are_kept_with_the_agreement_ticked_and_not_without(trainee: FlaskClient, catalogue: Flask) -> None:
    without = press(trainee, PAGE, PAGE, words=WORDS)
    assert without.status_code == 422
    assert "Tick this if we may keep what you wrote" in without.text
    assert "Larger print, &lt;i&gt;please&lt;/i&gt;" in without.text
    assert _ledger(catalogue) == []
    saved = press(trainee, PAGE, PAGE, words=WORDS, agreed="yes")
    assert saved.location == f"{DETAILS}?changed=support"
    for path in (saved.location, PAGE):
        page = trainee.get(path).text
        assert "Larger print, &lt;i&gt;please&lt;/i&gt;\nand a quieter room" in page
        assert "<i>" not in page
    assert 'name="agreed" value="yes">' in trainee.get(PAGE).text
    assert _ledger(catalogue) == [("support", True, rules.agreement("Meridian"))]


@pytest.mark.promise("OPT-8")
def test_taking_it_back_is_one_press(trainee: FlaskClient, catalogue: Flask) -> None:
    press(trainee, PAGE, PAGE, words=WORDS, agreed="yes")
    assert rules.TAKE_BACK in trainee.get(PAGE).text
    done = press(trainee, PAGE, f"{PAGE}/delete")
    assert "It is deleted" in trainee.get(done.location).text
    assert "Nothing told yet" in trainee.get(DETAILS).text
    assert "Larger print" not in trainee.get(PAGE).text
    assert _ledger(catalogue)[1:] == [("support", False, rules.TAKE_BACK)]


@pytest.mark.promise("OLT-8")
def test_rather_not_and_left_blank_are_shown_apart_and_need_no_agreement(
    trainee: FlaskClient, catalogue: Flask
) -> None:
    press(trainee, PAGE, PAGE, words_not="yes")
    assert "<dd>Prefer not to say</dd>" in trainee.get(DETAILS).text
    assert 'name="words_not" value="yes" checked' in trainee.get(PAGE).text
    press(trainee, PAGE, PAGE, agreed="yes")
    assert "<dd>Not provided</dd>" in trainee.get(DETAILS).text
    assert _ledger(catalogue) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": "x" * 10_000}, "Text must be 2,000 characters or fewer"),
        ({"words": "Print", "words_not": "yes"}, "Keep either the text or the tick at “Prefer not to say”, not both"),
        ({"words": "a\u202eb"}, "can’t be shown"),
    ],
)
def test_what_can_not_be_kept_is_said_kindly(trainee: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = press(trainee, PAGE, PAGE, **typed, agreed="yes")
    assert answer.status_code == 422
    assert said in answer.text
    assert "Nothing told yet" in trainee.get(DETAILS).text


def test_no_other_trainee_and_no_dump_shows_the_words(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    press(trainee, PAGE, PAGE, words=WORDS, agreed="yes")
    other = catalogue.test_client()
    make_trainee(other, mailbox, deliver, email="other@people.example")
    for path in (PAGE, DETAILS):
        assert "Larger print" not in other.get(path).text
    press(other, PAGE, f"{PAGE}/delete")
    assert "Larger print" in trainee.get(PAGE).text
    with catalogue.app_context():
        stored = dump()
    assert "support" in stored
    for word in ("Larger", "print", "quieter"):
        assert word not in stored


def test_other_data_keys_open_it_still(
    trainee: FlaskClient, catalogue: Flask, settings: config.Settings, make_app: Callable[[config.Settings], Flask]
) -> None:
    press(trainee, PAGE, PAGE, words=WORDS, agreed="yes")
    with catalogue.app_context():
        assert data_keys.rotate(Vault([OTHER_KEY, *settings.data_keys], settings.SECRET_KEY)) == 1
    browser = make_app(settings.model_copy(update={"DATA_KEYS": OTHER_KEY})).test_client()
    sign_in(browser)
    assert "Larger print" in browser.get(PAGE).text
