"""What a run of a course is called, and which days it may have."""

from __future__ import annotations

import datetime as dt

from portal.domain import course_run

DAY = dt.date(2026, 12, 1)


def test_the_code_is_made_of_course_and_day_and_a_number_when_that_is_taken() -> None:
    made = course_run.code_for("FIB-OTDR", DAY, ())
    assert made == "FIB-OTDR-2026-12-01"
    assert course_run.code_for("FIB-OTDR", DAY, {made}) == "FIB-OTDR-2026-12-01-2"
    assert course_run.code_for("FIB-OTDR", DAY, {made, f"{made}-2"}) == "FIB-OTDR-2026-12-01-3"


def test_the_code_of_the_longest_course_is_a_code() -> None:
    made = course_run.code_for("A" * 40, DAY, {f"{'A' * 40}-2026-12-01"})
    assert course_run.CODE.fullmatch(made)


def test_nothing_ends_before_it_begins() -> None:
    assert course_run.is_backwards(DAY, DAY - dt.timedelta(days=1))
    assert not course_run.is_backwards(DAY, DAY)
