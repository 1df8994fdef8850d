"""Details are asked about once a year, and only those that can go out of date."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain import details
from portal.domain.profile import QUESTIONS

NOW = dt.datetime(2027, 11, 22, 12, tzinfo=dt.UTC)


@pytest.mark.promise("OPT-22")
@pytest.mark.parametrize(
    ("right_at", "asked"),
    [
        (NOW.replace(year=2026), True),
        (NOW.replace(year=2026) + dt.timedelta(seconds=1), False),
        (NOW.replace(year=2025), True),
        (NOW, False),
    ],
)
def test_they_are_asked_about_a_year_after_they_were_right(right_at: dt.datetime, asked: bool) -> None:
    assert details.are_asked_about(right_at, NOW) is asked


def test_a_leap_day_is_a_year_old_on_the_last_of_february() -> None:
    leap = dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)
    assert not details.are_asked_about(leap, dt.datetime(2029, 2, 28, 12, tzinfo=dt.UTC))
    assert details.are_asked_about(leap, dt.datetime(2029, 3, 1, 12, tzinfo=dt.UTC))


def test_what_can_not_grow_old_and_what_was_never_answered_is_left_out() -> None:
    said = (("answered", "Nair Fibre"), ("prefer_not_to_say", ""), ("not_known", ""), ("answered", "a_lot"))
    answers = [(question, state, value) for question, (state, value) in zip(QUESTIONS, said, strict=False)]
    assert details.listed("Aoife O’Dowd", "aoife@odowd.example", "Wales", answers) == [
        ("Full name", "Aoife O’Dowd"),
        ("Email", "aoife@odowd.example"),
        ("Based in", "Wales"),
        ("Organisation", "Nair Fibre"),
        ("Experience", "A lot"),
    ]
