"""Quarters: which days belong to one, how it is named, and which is the last that is over."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import quarters
from portal.domain.quarters import Quarter

DAYS = st.dates(dt.date(1000, 1, 1), dt.date(9000, 1, 1))


@pytest.mark.parametrize(
    ("quarter", "first", "over", "name"),
    [
        (Quarter(2026, 1), dt.date(2026, 1, 1), dt.date(2026, 4, 1), "January to March 2026"),
        (Quarter(2026, 2), dt.date(2026, 4, 1), dt.date(2026, 7, 1), "April to June 2026"),
        (Quarter(2026, 3), dt.date(2026, 7, 1), dt.date(2026, 10, 1), "July to September 2026"),
        (Quarter(2026, 4), dt.date(2026, 10, 1), dt.date(2027, 1, 1), "October to December 2026"),
    ],
)
def test_each_quarter_has_its_days_and_its_name(quarter: Quarter, first: dt.date, over: dt.date, name: str) -> None:
    assert (quarter.first_on, quarter.over_on, quarter.name) == (first, over, name)


@given(DAYS)
def test_every_day_is_in_its_quarter_and_after_the_one_before(day: dt.date) -> None:
    own, last = quarters.of(day), quarters.before(day)
    assert own.first_on <= day < own.over_on
    assert last.over_on == own.first_on
    assert last < own
    assert quarters.find(own.code) == own


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-Q0", "2026-Q5", "2026-q1", "26-Q1", "0000-Q1", "2026-Q1x", "٢٠٢٦-Q1"]
)
def test_what_is_no_quarter_is_not_found(code: str) -> None:
    assert quarters.find(code) is None
