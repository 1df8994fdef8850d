"""Working days by London's clock and each nation's bank holidays."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import working_days
from portal.domain.working_days import NATIONS, due, is_working_day

DAY = dt.date.fromisoformat


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "free_in"),
    [
        ("2026-01-01", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-01-02", {"scotland"}),
        ("2026-03-17", {"northern-ireland"}),
        ("2026-04-03", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-04-06", {"england", "wales", "northern-ireland"}),
        ("2026-05-04", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-05-25", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-07-13", {"northern-ireland"}),
        ("2026-08-03", {"scotland"}),
        ("2026-08-31", {"england", "wales", "northern-ireland"}),
        ("2026-11-30", {"scotland"}),
        ("2026-12-24", set()),
        ("2026-12-25", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-12-28", {"england", "wales", "scotland", "northern-ireland"}),
        ("2026-12-29", set()),
    ],
)
def test_bank_holidays_are_those_of_each_nation(day: str, free_in: set[str]) -> None:
    assert {nation for nation in NATIONS if not is_working_day(DAY(day), nation)} == free_in


def test_weekends_are_free_everywhere_and_the_days_between_are_not() -> None:
    for nation in NATIONS:
        week = [is_working_day(dt.date(2026, 11, 16) + dt.timedelta(days=day), nation) for day in range(7)]
        assert week == [True] * 5 + [False] * 2


def test_days_are_counted_after_the_day_of_receipt_and_end_at_five() -> None:
    assert due(utc("2026-11-17 09:00"), 1) == utc("2026-11-18 17:00")
    assert due(utc("2026-11-17 16:59"), 3) == utc("2026-11-20 17:00")
    assert due(utc("2026-11-17 23:59"), 3) == utc("2026-11-20 17:00")


def test_a_weekend_is_passed_over_whenever_it_arrives() -> None:
    for received in ("2026-11-20 09:00", "2026-11-21 09:00", "2026-11-22 23:30"):
        assert due(utc(received), 1) == utc("2026-11-23 17:00")


@pytest.mark.parametrize(("nation", "expected"), [("england", "2026-11-30 17:00"), ("scotland", "2026-12-01 17:00")])
def test_saint_andrews_day_gives_scotland_a_day_more(nation: str, expected: str) -> None:
    assert due(utc("2026-11-27 10:00"), 1, nation) == utc(expected)


def test_saint_patricks_day_gives_northern_ireland_a_day_more() -> None:
    assert due(utc("2026-03-16 10:00"), 1, "northern-ireland") == utc("2026-03-18 17:00")
    assert due(utc("2026-03-16 10:00"), 1, "wales") == utc("2026-03-17 17:00")


@pytest.mark.parametrize("nation", NATIONS)
def test_christmas_and_a_boxing_day_on_a_saturday_are_passed_over(nation: str) -> None:
    assert due(utc("2026-12-24 12:00"), 1, nation) == utc("2026-12-29 17:00")


def test_a_count_goes_on_over_the_end_of_the_year() -> None:
    assert due(utc("2026-12-31 12:00"), 1, "england") == utc("2027-01-04 17:00")
    assert due(utc("2026-12-31 12:00"), 1, "scotland") == utc("2027-01-05 17:00")


def test_five_in_london_is_four_in_utc_in_summer_and_five_in_winter() -> None:
    assert due(utc("2026-07-06 09:00"), 1) == utc("2026-07-07 16:00")
    assert due(utc("2026-12-07 09:00"), 1) == utc("2026-12-08 17:00")


def test_a_count_over_the_change_of_clocks_ends_at_five_by_the_new_clock() -> None:
    assert due(utc("2026-03-27 12:00"), 1) == utc("2026-03-30 16:00")
    assert due(utc("2026-10-23 12:00"), 1) == utc("2026-10-26 17:00")


def test_just_before_midnight_in_utc_is_the_next_day_already_in_a_london_summer() -> None:
    assert due(utc("2026-07-06 22:59"), 1) == utc("2026-07-07 16:00")
    assert due(utc("2026-07-06 23:00"), 1) == utc("2026-07-08 16:00")


def test_a_moment_of_another_zone_is_taken_as_the_moment_it_is() -> None:
    late_in_tokyo = dt.datetime(2026, 11, 18, 7, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert due(late_in_tokyo, 1) == utc("2026-11-18 17:00")


@settings(max_examples=100, deadline=None)
@given(
    received=st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)),
    days=st.integers(1, 20),
    nation=st.sampled_from(sorted(NATIONS)),
)
def test_exactly_that_many_working_days_lie_after_the_day_of_receipt(
    received: dt.datetime, days: int, nation: str
) -> None:
    end = due(received, days, nation)
    first = received.astimezone(working_days.LONDON).date()
    last = end.astimezone(working_days.LONDON)
    between = [first + dt.timedelta(days=number) for number in range(1, (last.date() - first).days + 1)]
    assert sum(is_working_day(day, nation) for day in between) == days
    assert is_working_day(last.date(), nation)
    assert last.time() == dt.time(17)
    assert end.tzinfo is dt.UTC


def test_days_and_times_are_said_in_london() -> None:
    assert working_days.long_day(utc("2026-11-25 17:00")) == "Wednesday 25 November"
    assert working_days.long_day(utc("2026-07-06 23:30")) == "Tuesday 7 July"
    assert working_days.clock_time(utc("2026-07-06 23:30")) == "00:30"
    assert working_days.clock_time(utc("2026-12-06 08:05")) == "08:05"
