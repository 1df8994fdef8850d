"""Days as people type and read them."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain import days

DAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("1 December 2026", "1 Dec 2026", "1st december, 2026", "01 Dec. 26", "Tuesday 1 December 2026"),
        *("Tue, 1 Dec 2026", "1/12/2026", "01/12/26", "1.12.2026", "1-12-2026", "1 12 2026", "1 / 12 / 2026"),
        *("2026-12-01", "2026-12-1", "  1  December\t2026 "),
    ],
)
def test_a_day_is_read_in_each_way_that_people_write_one(typed: str) -> None:
    assert days.read(typed) == DAY


@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "1 December", "31/11/2026", "1/13/2026", "12/2026", "1 Decembre 2026", "1 D 2026", "0/1/2026"),
        *("2026-02-30", "1/12/1026", "1/12/9999", "٠١/١٢/٢٠٢٦", "1 December 2026 at 9", "Funday 1 December 2026"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(ValueError, match="write a day such as 1 December 2026, 1/12/2026 or 2026-12-01"):
        days.read(typed)


def test_a_day_of_the_week_that_does_not_fit_is_said() -> None:
    with pytest.raises(days.WrongWeekday, match="is 'Mon 1 Dec 2026', which is a Tuesday") as wrong:
        days.read("Mon 1 Dec 2026")
    assert wrong.value.right == "Tuesday"


def test_a_day_as_it_is_typed_reads_as_itself() -> None:
    assert days.typed(DAY) == "1 December 2026"
    assert days.read(days.typed(DAY)) == DAY


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (DAY, DAY, "Tuesday 1 December"),
        (DAY, dt.date(2026, 12, 2), "Tuesday 1 and Wednesday 2 December"),
        (dt.date(2026, 11, 30), DAY, "Monday 30 November and Tuesday 1 December"),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 1), "Thursday 31 December and Friday 1 January"),
        (dt.date(2027, 12, 1), dt.date(2027, 12, 2), "Wednesday 1 and Thursday 2 December 2027"),
        (dt.date(2027, 12, 31), dt.date(2028, 1, 1), "Friday 31 December 2027 and Saturday 1 January 2028"),
        (dt.date(2025, 12, 1), dt.date(2025, 12, 1), "Monday 1 December 2025"),
    ],
)
def test_days_are_said_with_their_weekdays_and_far_ones_with_their_year(
    first: dt.date, last: dt.date, said: str
) -> None:
    assert days.span(first, last, dt.date(2026, 11, 22)) == said
