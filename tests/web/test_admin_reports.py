"""Reports in a browser: the equality totals of each quarter, said in words where they are hidden, and as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.domain import quarters
from portal.domain.quarters import Quarter
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.answers import EqualityPublication
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, Deliver
from tests.people import add_trainees, answer_equality, count_queries, make_staff

PAGE = "/admin/reports"


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update=EQUALITY_ON)


@pytest.fixture
def quarter(catalogue: Flask, clock: Clock) -> Quarter:
    """The quarter of today."""
    with catalogue.app_context(), reading() as session:
        return quarters.of(clock.now(session).date())


@pytest.fixture
def published(catalogue: Flask, clock: Clock, quarter: Quarter) -> Quarter:
    """A quarter in which twenty people of Wales said their sex, published when it was over."""
    with catalogue.app_context():
        women = add_trainees(clock, *(f"Woman {number}" for number in range(12)))
        men = add_trainees(clock, *(f"Man {number}" for number in range(8)))
    answer_equality(catalogue, women, sex="female")
    answer_equality(catalogue, men, sex="male")
    with catalogue.app_context():
        with reading() as session:
            over_at = dt.datetime.combine(quarter.over_on, dt.time(2), dt.UTC)
            clock.advance(max(dt.timedelta(), over_at - clock.now(session)))
        assert catalogue.extensions["portal.equality_totals"].publish(quarter)
    return quarter


@pytest.fixture
def reporter(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.REPORTS, name="Kofi Marlow")


def test_with_nothing_published_it_says_when_the_next_is(reporter: FlaskClient, quarter: Quarter) -> None:
    page = reporter.get(PAGE).text
    assert "No equality totals are published yet" in page
    assert f"{quarter.name} is counted on 1 {quarter.over_on:%B %Y}" in page
    assert f'href="{PAGE}"' in reporter.get("/admin").text
    assert reporter.get(f"{PAGE}/equality/{quarter.code}").status_code == 404
    assert reporter.get(f"{PAGE}/equality/{quarter.code}.csv").status_code == 404
    assert reporter.get(f"{PAGE}/equality/nonsense").status_code == 404


def test_a_quarter_is_shown_by_nation_with_what_is_hidden_in_words(published: Quarter, reporter: FlaskClient) -> None:
    page = reporter.get(PAGE).text
    assert f'href="{PAGE}/equality/{published.code}">Equality, {published.name}</a>' in page
    page = reporter.get(f"{PAGE}/equality/{published.code}").text
    assert "<h3>“Female” was answered most often</h3>" in page
    assert "What is your sex?" in page
    assert "<strong>10</strong>" in page
    assert "<strong>12</strong>" not in page
    assert "Not shown: Male; Prefer not to say." in page
    assert page.count("Too few people answered to show any number.") == 3
    assert "What is your religion?" not in page


def test_the_file_holds_the_same_and_is_noted(published: Quarter, reporter: FlaskClient, catalogue: Flask) -> None:
    answer = reporter.get(f"{PAGE}/equality/{published.code}.csv")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="equality-{published.code}-')
    heads, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert heads == ["period", "nation", "question", "answer", "people_to_the_nearest_five"]
    assert [row[-2:] for row in rows] == [["Female", "10"], ["Male", "not shown"], ["Prefer not to say", "not shown"]]
    with catalogue.app_context(), reading() as session:
        noted = session.scalars(select(SecurityEvent.detail).where(SecurityEvent.kind == Happened.EXPORTED)).all()
    assert noted == [f"Equality totals, {published.name}, 3 rows"]


def test_a_page_of_the_list_costs_the_same_however_long_it_is(
    reporter: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    asked = []
    for years in (range(2020, 2021), range(2021, 2027)):
        with catalogue.app_context(), writing() as session:
            session.add_all(
                EqualityPublication(period=f"{year}-Q{number}", tables="[]", made_at=clock.now(session))
                for year in years
                for number in (1, 2, 3, 4)
            )
        asked.append(count_queries(catalogue, lambda: reporter.get(PAGE)))
    assert asked[0] == asked[1] <= 8
    assert "January to March 2020" in reporter.get(f"{PAGE}?page=2").text


def test_switched_off_there_is_no_trace_of_it(
    published: Quarter,
    reporter: FlaskClient,
    settings: config.Settings,
    make_app: Callable[[config.Settings], Flask],
) -> None:
    browser = make_app(settings.model_copy(update={"EQUALITY": "off"})).test_client()
    cookie = reporter.get_cookie("portal_session")
    assert cookie
    browser.set_cookie("portal_session", cookie.value)
    assert "The equality questions are switched off" in browser.get(PAGE).text
    for path in (f"{PAGE}/equality/{published.code}", f"{PAGE}/equality/{published.code}.csv"):
        assert browser.get(path).status_code == 404
