"""When an unused account is written to and when it may be deleted; months are the calendar's."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.retention import (
    UNREACHED_FOR,
    WARNED_FOR,
    deleted_at,
    months_after,
    months_before,
    unused_limits,
    warned_when_used_before,
)

DAY = dt.timedelta(days=1)
USED = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
END = dt.datetime(2028, 11, 22, 12, tzinfo=dt.UTC)
moments = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2040, 1, 1)).map(lambda one: one.replace(tzinfo=dt.UTC))


def test_months_later_are_months_of_the_calendar() -> None:
    assert months_after(USED, 24) == END
    assert months_after(dt.datetime(2026, 12, 31, tzinfo=dt.UTC), 2) == dt.datetime(2027, 2, 28, tzinfo=dt.UTC)
    assert months_after(dt.datetime(2026, 12, 1, tzinfo=dt.UTC), 1) == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def test_the_letter_is_due_30_days_before_the_end() -> None:
    assert warned_when_used_before(END - 30 * DAY, 24) == USED


def test_it_names_the_end_of_the_time_or_30_days_from_when_it_goes_whichever_is_later() -> None:
    assert deleted_at(USED, 24, END - 30 * DAY) == END
    assert deleted_at(USED, 24, END - 45 * DAY) == END
    assert deleted_at(USED, 24, END + 100 * DAY) == END + 130 * DAY


def test_an_address_that_takes_no_letter_is_given_longer_than_one_that_does() -> None:
    limits = unused_limits(END, 24)
    assert (limits.used_before, limits.handed_over_by, limits.failed_by) == (USED, END - WARNED_FOR, END - 60 * DAY)
    assert UNREACHED_FOR > WARNED_FOR


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(2, 120), st.integers(0, 4_000), st.integers(0, 60))
def test_nothing_is_deleted_before_the_day_that_the_letter_named(
    used: dt.datetime, months: int, late: int, held_up: int
) -> None:
    written = months_after(used, months) - WARNED_FOR + late * DAY
    named = deleted_at(used, months, written)
    handed_over = written + dt.timedelta(seconds=held_up)
    limits = unused_limits(named - dt.timedelta(microseconds=1), months)
    assert not (used < limits.used_before and handed_over <= limits.handed_over_by)
    limits = unused_limits(max(named, handed_over + WARNED_FOR) + 4 * DAY, months)
    assert used < limits.used_before
    assert handed_over <= limits.handed_over_by


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(2, 120))
def test_nobody_is_written_to_who_used_their_account_just_now(now: dt.datetime, months: int) -> None:
    assert warned_when_used_before(now, months) < now - 25 * DAY
    assert months_before(now, months) < warned_when_used_before(now, months)
