"""Complaints: by when we answer, who sees which, and how a reference may be typed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import complaint, complaint_journey, working_days
from portal.domain.complaint import ABOUT, ABOUT_WHAT, OUTCOMES, TOLD, About, Outcome
from portal.domain.complaint_journey import Facts
from portal.domain.journey import StepState
from portal.domain.roles import Role

LONDON = ZoneInfo("Europe/London")
FRIDAY = dt.datetime(2026, 11, 20, 14, 32, tzinfo=LONDON)


def _day(moment: dt.datetime) -> str:
    return f"{moment.astimezone(LONDON):%a %Y-%m-%d %H:%M}"


def test_the_day_of_receipt_is_the_first_and_a_last_day_without_work_is_the_working_day_before() -> None:
    assert _day(complaint.due(FRIDAY, 30)) == "Fri 2026-12-18 17:00", "the 30th day is Saturday 19 December"
    assert _day(complaint.due(FRIDAY, 28)) == "Thu 2026-12-17 17:00"
    assert _day(complaint.due(dt.datetime(2026, 11, 27, 23, 30, tzinfo=LONDON), 30)) == "Thu 2026-12-24 17:00"


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2036, 12, 31), timezones=st.just(dt.UTC)),
    st.integers(7, 90),
)
def test_it_is_never_later_than_the_law_allows_and_always_on_a_working_day_to_come(
    received: dt.datetime, days: int
) -> None:
    due = complaint.due(received, days).astimezone(LONDON)
    first = received.astimezone(LONDON).date()
    assert first < due.date() <= first + dt.timedelta(days=days - 1)
    assert working_days.is_working_day(due.date())
    assert due.time() == dt.time(17)


def test_an_answer_is_put_off_from_its_day_or_from_today_when_that_is_over() -> None:
    by = complaint.due(FRIDAY, 28)
    assert _day(complaint.put_off(by, 1, FRIDAY)) == "Thu 2026-12-24 17:00"
    late = by + dt.timedelta(days=30)
    assert _day(complaint.put_off(by, 2, late)) == "Fri 2027-01-29 17:00", "30 January is a Saturday"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ORD-7K3M-9QTD", "ORD-7K3M-9QTD"),
        ("ord 7k3m 9qtd", "ORD-7K3M-9QTD"),
        ("7k3m9qtd", "ORD-7K3M-9QTD"),
        ("ORD7K3M–9QTD", "ORD-7K3M-9QTD"),
        ("ORD_7K3M.9QTD", "ORD-7K3M-9QTD"),
        ("the one of May", "the one of May"),
        ("ENQ-7K3M-9QTD", "ENQ-7K3M-9QTD"),
        ("12345678", "12345678"),
        ("", ""),
    ],
)
def test_a_reference_is_known_in_any_spelling_and_what_is_none_stays(typed: str, kept: str) -> None:
    assert complaint.order_reference(typed) == kept


def test_managers_see_all_finance_orders_and_privacy_data() -> None:
    assert complaint.seen_by([Role.MANAGER]) == tuple(About)
    assert complaint.seen_by([Role.FINANCE]) == (About.ORDER,)
    assert complaint.seen_by([Role.PRIVACY]) == (About.DATA,)
    assert complaint.seen_by([Role.FINANCE, Role.PRIVACY]) == (About.ORDER, About.DATA)
    assert complaint.seen_by([Role.ENQUIRIES, Role.REPORTS]) == ()


def test_everything_has_its_words() -> None:
    assert set(ABOUT) == set(ABOUT_WHAT) == set(About)
    assert set(OUTCOMES) == set(TOLD) == set(Outcome)


def _facts(**changes: object) -> Facts:
    by = complaint.due(FRIDAY, 28)
    return Facts(FRIDAY, by, FRIDAY + dt.timedelta(hours=1), **changes)  # type: ignore[arg-type]


def test_at_first_it_is_on_its_way_to_somebody() -> None:
    told = complaint_journey.journey(_facts())
    assert told.heading == "We have your complaint"
    assert told.lead == "We answer by Thursday 17 December at 17:00, to the email address you gave."
    assert [step.state for step in told.steps] == [StepState.DONE, StepState.DONE, StepState.NOW, StepState.TO_COME]
    assert told.steps[1].words == "Our letter is on its way"
    assert complaint_journey.journey(_facts(letter_failed=True)).steps[1].state == StepState.FAILED


def test_whoever_has_taken_it_is_named() -> None:
    told = complaint_journey.journey(_facts(owner="Ruth Bello", acknowledged_at=FRIDAY))
    assert told.heading == "Ruth Bello is looking into it"
    assert told.steps[1].words == "We told you Friday 20 November, 14:32"
    assert told.steps[2].words == "By Ruth Bello"


def test_what_is_late_says_so() -> None:
    facts = Facts(FRIDAY, complaint.due(FRIDAY, 28), FRIDAY + dt.timedelta(days=40))
    told = complaint_journey.journey(facts)
    assert told.lead == "Our answer was due by Thursday 17 December at 17:00. We are sorry that it is late."
    assert told.steps[3].words == "Was due Thursday 17 December, 17:00"


@pytest.mark.parametrize("outcome", Outcome)
def test_at_the_end_stands_what_came_of_it(outcome: Outcome) -> None:
    told = complaint_journey.journey(_facts(closed_at=FRIDAY + dt.timedelta(days=3), outcome=outcome))
    assert told.heading == TOLD[outcome]
    assert told.lead == "We wrote to you on Monday 23 November."
    assert {step.state for step in told.steps} == {StepState.DONE}
