"""How long orders are kept: unpaid ones some days, books for whole financial years."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.retention import order_limits

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "year_end", "first_kept"),
    [
        (dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), "03-31", dt.date(2020, 4, 1)),
        (dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC), "03-31", dt.date(2019, 4, 1)),
        (dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC), "03-31", dt.date(2020, 4, 1)),
        (dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), "12-31", dt.date(2020, 1, 1)),
    ],
)
def test_books_are_kept_six_years_from_the_end_of_their_year(
    now: dt.datetime, year_end: str, first_kept: dt.date
) -> None:
    limit = order_limits(now, 30, 72, year_end).books_before
    assert limit.astimezone(dt.timezone(dt.timedelta(hours=1 if limit.month == 3 else 0))).date() == first_kept


def test_what_nobody_paid_goes_after_its_days() -> None:
    assert order_limits(NOW, 30, 72, "03-31").unpaid_before == NOW - dt.timedelta(days=30)


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
    st.dates(dt.date(2001, 1, 1), dt.date(2001, 12, 31)),
)
def test_nothing_goes_before_its_years_are_over(now: dt.datetime, year_end: dt.date) -> None:
    limit = order_limits(now, 30, 72, f"{year_end:%m-%d}").books_before
    assert dt.timedelta(days=6 * 365) < now - limit <= dt.timedelta(days=7 * 366 + 2)
