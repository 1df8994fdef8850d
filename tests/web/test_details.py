"""Once a year an account asks whether its details are right: one press says yes, and nothing else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, make_trainee, press, sign_in
from tests.people import count_queries, make_staff

PAGE, DETAILS, RIGHT = "/account", "/account/details", "/account/details/right"
ASKS = "Are these right?"


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    return client


@pytest.fixture
def later(trainee: FlaskClient, clock: Clock) -> Callable[[int], None]:
    def pass_(days: int) -> None:
        clock.advance(dt.timedelta(days=days))
        sign_in(trainee)

    return pass_


def _is_asked(browser: FlaskClient) -> bool:
    asked = {ASKS in browser.get(path).text for path in (PAGE, DETAILS)}
    assert len(asked) == 1
    return asked.pop()


@pytest.mark.promise("OPT-22")
def test_it_is_asked_after_a_year_and_one_press_says_yes_for_another(
    trainee: FlaskClient, later: Callable[[int], None]
) -> None:
    assert not _is_asked(trainee)
    later(364)
    assert not _is_asked(trainee)
    later(2)
    page = trainee.get(PAGE).text
    for words in (ASKS, "Aoife O’Dowd", "aoife@odowd.example", "Wales", "Yes, they are right", f'href="{DETAILS}"'):
        assert words in page
    assert "Choose your first course" not in page
    assert _is_asked(trainee)
    done = press(trainee, PAGE, RIGHT)
    assert done.location == "/account?changed=right"
    assert "We ask again in a year" in trainee.get(done.location).text
    assert "Choose your first course" in trainee.get(PAGE).text
    later(360)
    assert not _is_asked(trainee)
    later(10)
    assert _is_asked(trainee)


@pytest.mark.promise("OPT-22")
def test_changing_one_does_not_say_that_the_others_are_right(
    trainee: FlaskClient, later: Callable[[int], None]
) -> None:
    later(400)
    page = "/account/details/change"
    assert press(trainee, page, page, full_name="", region="wales", heard_from="A search").status_code == 422
    assert _is_asked(trainee)
    done = press(trainee, page, page, full_name="Aoife Prys", region="wales", heard_from="A search")
    shown = trainee.get(done.location).text
    assert "Your details are saved" in shown
    assert "Change what is not, then say that the rest is." in shown
    assert _is_asked(trainee)
    assert "Aoife Prys" in trainee.get(PAGE).text
    press(trainee, PAGE, RIGHT)
    assert not _is_asked(trainee)
    later(364)
    assert not _is_asked(trainee)


def test_optional_answers_are_asked_about_too_and_what_was_not_answered_is_not(
    trainee: FlaskClient, later: Callable[[int], None]
) -> None:
    profile = "/account/details/profile"
    press(trainee, profile, profile, organisation="Nair <b>Fibre</b>", teaching="mixed", job_role_not="yes")
    later(400)
    page = trainee.get(PAGE).text
    assert "<dt>Organisation</dt><dd>Nair &lt;b&gt;Fibre&lt;/b&gt;</dd>" in page
    assert "<dt>How taught</dt><dd>Some of each</dd>" in page
    assert "Prefer not to say" not in page
    assert "<dt>Telephone</dt>" not in page


def test_nothing_is_asked_while_another_address_waits_for_its_letters(
    trainee: FlaskClient, later: Callable[[int], None]
) -> None:
    later(400)
    page = "/account/details/email"
    press(trainee, page, page, email="new@odowd.example", password=PASSWORD)
    assert not _is_asked(trainee)


def test_staff_who_learn_nothing_here_are_not_asked(
    catalogue: Flask, mailbox: Mailbox, deliver: Deliver, clock: Clock
) -> None:
    browser = make_staff(catalogue, mailbox, deliver, Role.FINANCE)
    clock.advance(dt.timedelta(days=400))
    assert ASKS not in browser.get(PAGE).text
    assert press(browser, PAGE, RIGHT).status_code == 403


def test_the_page_costs_the_same_few_queries(
    trainee: FlaskClient, catalogue: Flask, later: Callable[[int], None]
) -> None:
    later(400)
    trainee.get(PAGE)  # the catalogue is read once
    before = count_queries(catalogue, lambda: trainee.get(PAGE))
    profile = "/account/details/profile"
    press(trainee, profile, profile, organisation="Nair Fibre", job_role="Jointer", teaching="mixed")
    assert count_queries(catalogue, lambda: trainee.get(PAGE)) == before
