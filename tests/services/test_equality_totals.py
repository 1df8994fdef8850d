"""Equality totals: counted once for each quarter, frozen, and nothing that a second look could be set against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain import quarters
from portal.domain.delivery import Kind, Lane, State
from portal.domain.equality import Answer
from portal.domain.errors import NotFound
from portal.domain.quarters import Quarter
from portal.domain.vault import CanNotOpen, Vault
from portal.gateways.clock import Clock
from portal.models.answers import EqualityAnswer, EqualityPublication
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import equality, equality_totals, outbox
from portal.services.equality_totals import EqualityTotals

pytestmark = pytest.mark.usefixtures("context")
MakePerson = Callable[..., Person]
OTHER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


def _now(clock: Clock) -> dt.datetime:
    with reading() as session:
        return clock.now(session)


@pytest.fixture
def quarter(clock: Clock) -> Quarter:
    """The quarter of today."""
    return quarters.of(_now(clock).date())


@pytest.fixture
def totals(clock: Clock, vault: Vault) -> EqualityTotals:
    return EqualityTotals(clock, vault, is_on=True)


@pytest.fixture
def fill(make_person: MakePerson, clock: Clock, vault: Vault) -> Callable[..., list[Person]]:
    """So many new people of a region give these answers."""

    def fill_(times: int, region: str = "london", **answers: str) -> list[Person]:
        people = [make_person(region) for _ in range(times)]
        for person in people:
            equality.begin(person, clock, vault)
            for question, code in answers.items():
                equality.answer(person, question.replace("_", "-"), Answer(code), clock, vault)
        return people

    return fill_


def _until_over(clock: Clock, quarter: Quarter) -> None:
    """Move the clock into the first hours of the day after the quarter."""
    over_at = dt.datetime.combine(quarter.over_on, dt.time(2), dt.UTC)
    clock.advance(max(dt.timedelta(), over_at - _now(clock)))


def _published() -> list[EqualityPublication]:
    with reading() as session:
        return list(session.scalars(select(EqualityPublication).order_by(EqualityPublication.id)))


def _counts(period: str) -> dict[str, dict[str, int | None]]:
    """The rows of each question of England."""
    charts = equality_totals.get_published(period).nations[equality_totals.NATIONS["england"]]
    return {chart.question: dict(chart.rows) for chart in charts}


def test_a_quarter_is_published_when_it_is_over_and_only_once(
    totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, vault: Vault, quarter: Quarter
) -> None:
    women, men = fill(12, sex="female"), fill(8, sex="male")
    assert not totals.publish(quarter)
    _until_over(clock, quarter)
    assert totals.publish(quarter)
    before = _published()
    assert [one.period for one in before] == [quarter.code]
    assert _counts(quarter.code) == {
        "What is your sex?": {"Female": 10, "Male": None, "Prefer not to say": None},
    }
    for person in (*women, *men[:3]):
        equality.stop(person, clock, vault)
    assert not totals.publish(quarter)
    assert [(one.tables, one.made_at) for one in _published()] == [(one.tables, one.made_at) for one in before]


@pytest.mark.promise("PRE-2")
def test_a_quarter_counts_its_own_answers_alone_so_that_no_two_can_be_subtracted(
    totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, vault: Vault, quarter: Quarter
) -> None:
    first = [*fill(12, sex="female"), *fill(8, sex="male")]
    _until_over(clock, quarter)
    assert totals.publish(quarter)
    newcomer = fill(1, sex="male")
    equality.stop(first[0], clock, vault)
    following = quarters.of(_now(clock).date())
    _until_over(clock, following)
    assert totals.publish(following)
    assert _counts(following.code) == {}
    assert _counts(quarter.code)["What is your sex?"] == {"Female": 10, "Male": None, "Prefer not to say": None}
    equality.answer(newcomer[0], "sex", Answer("female"), clock, vault)
    with reading() as session:
        days = session.scalars(select(EqualityAnswer.answered_on).order_by(EqualityAnswer.answered_on.desc())).all()
    assert days[0] >= following.over_on
    assert all(day < quarter.over_on for day in days[1:])


def test_what_is_kept_holds_rounded_numbers_only(
    totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, quarter: Quarter
) -> None:
    fill(8, sex="female")
    fill(6, sex="male")
    _until_over(clock, quarter)
    totals.publish(quarter)
    with reading() as session:
        kept = session.scalars(select(EqualityPublication.tables)).one()
    assert '"Female", 10' in kept
    assert "8" not in kept
    assert "6" not in kept


def test_follow_ups_and_nations_stand_apart(
    totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, quarter: Quarter
) -> None:
    fill(6, ethnic_group="white", ethnic_group_white="white-british")
    fill(2, ethnic_group="asian", ethnic_group_asian="indian")
    fill(14, ethnic_group="black", ethnic_group_black="black-african")
    fill(4, ethnic_group="black", ethnic_group_black="black-caribbean")
    fill(3, ethnic_group="black", ethnic_group_black="other-black")
    fill(3, "wales", sex="female")
    _until_over(clock, quarter)
    totals.publish(quarter)
    found = _counts(quarter.code)
    assert found["What is your ethnic group?"] == {
        "White": None,  # hidden with the 2, since the 2 alone could be worked out from the total
        "Mixed or multiple ethnic groups": None,
        "Asian or Asian British": None,
        "Black, African, Caribbean or Black British": 20,
        "Other ethnic group": None,
        "Prefer not to say": None,
    }
    (background,) = [rows for question, rows in found.items() if "background" in question]
    assert {words: count for words, count in background.items() if count} == {"African": 15}
    shown = equality_totals.get_published(quarter.code).nations
    assert list(shown) == list(equality_totals.NATIONS.values())
    assert shown["Wales"] == shown["Scotland"] == []


def test_nothing_is_published_before_anybody_was_asked(
    totals: EqualityTotals, clock: Clock, make_person: MakePerson, vault: Vault, quarter: Quarter
) -> None:
    last = quarters.before(_now(clock).date())
    assert not totals.publish(last)
    person = make_person()
    equality.begin(person, clock, vault)
    assert not totals.publish(last)
    _until_over(clock, quarter)
    assert totals.publish(quarter)
    assert _counts(quarter.code) == {}


def _work(app: Flask, clock: Clock) -> int:
    worked = 0
    while outbox.work_once(Lane.TIME, app.extensions["portal.handlers"], clock).worked:
        worked += 1
    return worked


def _messages() -> list[tuple[str, State]]:
    query = select(OutboxMessage.key, OutboxMessage.state).where(OutboxMessage.kind == Kind.PUBLISH_EQUALITY)
    with reading() as session:
        return [(row.key, row.state) for row in session.execute(query.order_by(OutboxMessage.id))]


def test_the_worker_does_it_once_a_quarter_where_it_is_switched_on(
    app: Flask, totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, quarter: Quarter
) -> None:
    app.extensions["portal.equality_totals"].plan()
    assert _messages() == []
    fill(6, sex="female")
    for _ in range(2):
        totals.plan()
    assert _work(app, clock) == 1
    last = quarters.before(quarter.first_on)
    assert _messages() == [(f"publish_equality:0:{last.code}", State.CANCELLED)]
    _until_over(clock, quarter)
    totals.plan()
    totals.plan()
    assert _work(app, clock) == 1
    assert _messages()[1:] == [(f"publish_equality:0:{quarter.code}", State.SENT)]
    assert [one.period for one in _published()] == [quarter.code]


def test_what_is_incomplete_is_not_published_and_is_tried_again(
    app: Flask, totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, vault: Vault, quarter: Quarter
) -> None:
    fill(6, sex="female")
    kept = app.extensions["portal"].settings
    alone = EqualityTotals(clock, Vault([OTHER_KEY], kept.SECRET_KEY), is_on=True)
    _until_over(clock, quarter)
    with pytest.raises(CanNotOpen):
        alone.publish(quarter)
    totals.plan()
    assert outbox.work_once(Lane.TIME, alone.handlers(), clock).worked
    assert _published() == []
    with reading() as session:
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.PUBLISH_EQUALITY)).one()
    assert (message.state, message.last_error) == (
        State.RETRYING,
        "An answer opens with none of DATA_KEYS: put its key back.",
    )


def test_two_workers_keep_one(
    totals: EqualityTotals, fill: Callable[..., list[Person]], clock: Clock, quarter: Quarter, app: Flask
) -> None:
    import threading

    fill(6, sex="female")
    _until_over(clock, quarter)
    ended: list[bool] = []

    def publish() -> None:
        with app.app_context():
            ended.append(totals.publish(quarter))

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == [False, False, False, True]
    assert len(_published()) == 1


def test_an_unknown_quarter_is_not_found() -> None:
    for period in ("2026-Q3", "nonsense"):
        with pytest.raises(NotFound):
            equality_totals.get_published(period)


def test_the_list_says_which_quarter_is_next(clock: Clock, quarter: Quarter) -> None:
    listing = equality_totals.list_published(clock, page=1)
    assert (listing.page.total, listing.next) == (0, quarter)
