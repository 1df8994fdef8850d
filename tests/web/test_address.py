"""Another address: both ends agree, each by its own link, or nothing changes."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.gateways.clock import Clock
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, make_trainee, press, sign_in

NEW = "aoife.prys@people.example"
PAGE = "/account/details/email"


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    return client


def _ask(browser: FlaskClient, mailbox: Mailbox, deliver: Deliver, email: str = NEW) -> dict[str, str]:
    """Ask for the change; answers the path of the link that each address got."""
    mailbox.empty()
    assert press(browser, PAGE, PAGE, email=email, password=PASSWORD).location == "/account/details?changed=email"
    deliver()
    links = {}
    for mail in mailbox.list_mails():
        found = re.search(r"/address/\S+", mail["text"])
        links[mail["to"][0]] = found.group(0) if found else ""
    return links


def _press(app: Flask, link: str, what: str) -> str:
    """Press a button behind a link, in a browser that is signed in nowhere; answers what is said."""
    browser = app.test_client()
    answer = press(browser, link, f"{link}/{what}")
    assert answer.status_code == 303
    return browser.get(answer.location).text


@pytest.mark.parametrize("first", [0, 1])
def test_it_changes_when_both_have_agreed_in_either_order(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, first: int
) -> None:
    links = _ask(trainee, mailbox, deliver)
    assert set(links) == {TRAINEE["email"], NEW}
    assert "Two letters are waiting for you" in trainee.get("/account/details").text
    order = [links[TRAINEE["email"]], links[NEW]]
    for link in order:
        assert "A new address for your account?" in catalogue.test_client().get(link).text
    assert sign_in(catalogue.test_client()).status_code == 303
    assert "This address has agreed" in _press(catalogue, order[first], "agree")
    assert "This address has agreed" in catalogue.test_client().get(order[first]).text
    assert sign_in(catalogue.test_client()).status_code == 303
    assert "Your new address is in use" in _press(catalogue, order[1 - first], "agree")
    assert sign_in(catalogue.test_client()).status_code == 422
    assert sign_in(catalogue.test_client(), NEW).status_code == 303
    deliver()
    assert mailbox.list_mails()[-1]["to"] == [NEW]
    assert NEW in trainee.get("/account/details").text


def test_one_side_alone_changes_nothing_however_often(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    links = _ask(trainee, mailbox, deliver)
    for _ in range(3):
        assert "This address has agreed" in _press(catalogue, links[NEW], "agree")
    assert sign_in(catalogue.test_client(), NEW).status_code == 422


def test_each_letter_shows_the_other_address_only_in_part(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    links = _ask(trainee, mailbox, deliver)
    letters = {mail["to"][0]: mail["text"] for mail in mailbox.list_mails()}
    assert "a••••@people.example" in letters[TRAINEE["email"]]
    assert NEW not in letters[TRAINEE["email"]]
    assert TRAINEE["email"] not in letters[NEW] + catalogue.test_client().get(links[NEW]).text


def test_either_side_can_refuse(trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    for side in (TRAINEE["email"], NEW):
        links = _ask(trainee, mailbox, deliver)
        _press(catalogue, links[NEW if side != NEW else TRAINEE["email"]], "agree")
        assert "Nothing has changed" in _press(catalogue, links[side], "refuse")
        for link in links.values():
            assert catalogue.test_client().get(link).location == "/address?outcome=gone"
    assert sign_in(catalogue.test_client()).status_code == 303


def test_an_address_that_has_an_account_gets_another_letter_and_is_not_taken(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    links = _ask(trainee, mailbox, deliver)
    make_trainee(catalogue.test_client(), mailbox, deliver, email=NEW)
    _press(catalogue, links[TRAINEE["email"]], "agree")
    assert "That address has an account of its own" in _press(catalogue, links[NEW], "agree")
    assert sign_in(catalogue.test_client()).status_code == 303
    again = _ask(trainee, mailbox, deliver)
    assert again[NEW] == ""
    letter = next(mail for mail in mailbox.list_mails() if mail["to"] == [NEW])
    assert letter["subject"] == "This address has an account at Meridian already"


def test_the_password_is_asked_for_and_guessing_it_closes_the_door(trainee: FlaskClient, catalogue: Flask) -> None:
    for _ in range(10):
        assert press(trainee, PAGE, PAGE, email=NEW, password="wrong").status_code == 422
    assert press(trainee, PAGE, PAGE, email=NEW, password=PASSWORD).status_code == 429
    assert sign_in(catalogue.test_client()).status_code == 429


def test_links_are_for_one_change_and_not_for_ever(
    trainee: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    first = _ask(trainee, mailbox, deliver)
    second = _ask(trainee, mailbox, deliver, "third@people.example")
    assert catalogue.test_client().get(first[NEW]).location == "/address?outcome=gone"
    assert catalogue.test_client().get(second["third@people.example"] + "x").status_code == 404
    clock.advance(dt.timedelta(days=8))
    late = catalogue.test_client().get(second["third@people.example"])
    assert late.location == "/address?outcome=gone"
    assert catalogue.test_client().get(late.location).status_code == 410
    assert catalogue.test_client().get("/address?outcome=nonsense").status_code == 404


def test_a_link_for_a_password_is_dead_after_the_address_changed(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    press(browser, "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    deliver()
    found = re.search(r"/set-password/\S+", mailbox.list_mails()[-1]["text"])
    assert found
    assert browser.get(found.group(0)).status_code == 200
    for link in _ask(trainee, mailbox, deliver).values():
        _press(catalogue, link, "agree")
    assert browser.get(found.group(0)).status_code == 410
