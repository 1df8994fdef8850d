"""Months as London counts them, and what was entered in each."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain import ledger_months
from portal.domain.ledger_months import Month
from portal.domain.orders import Entry

NOVEMBER = Month(dt.date(2026, 11, 1))


def test_a_month_begins_and_ends_in_london() -> None:
    summer = ledger_months.of_day(dt.date(2026, 7, 31))
    assert (summer.name, summer.code) == ("July 2026", "2026-07")
    assert summer.since == dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)
    assert summer.until == dt.datetime(2026, 7, 31, 23, tzinfo=dt.UTC)
    assert Month(dt.date(2026, 12, 1)).until == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("code", ["", "2026", "2026-13", "november", "2026-11-01", "0000-01", "9999-12"])
def test_what_names_no_month_is_none(code: str) -> None:
    assert ledger_months.read(code) is None


def test_an_address_names_a_month() -> None:
    assert ledger_months.read("2026-11") == NOVEMBER


def test_months_are_counted_back_over_a_new_year() -> None:
    first = Month(dt.date(2025, 12, 1))
    codes = [month.code for month in ledger_months.back_from(Month(dt.date(2026, 2, 1)), first)]
    assert codes == ["2026-02", "2026-01", "2025-12"]
    assert ledger_months.back_from(first, NOVEMBER) == [first]


def test_what_failed_and_what_was_won_count_against_their_own() -> None:
    sums = {Entry.CHARGED: 900, Entry.PAID: 800, Entry.REFUNDED: 300, Entry.REFUND_FAILED: 100, Entry.DISPUTED: 50}
    made = ledger_months.totals(NOVEMBER, {**sums, Entry.SENT_BACK: 50, Entry.DISPUTE_WON: 50})
    assert made.all == (900, 800, 0, 150, 0)


def test_the_finding_names_the_best_month_alone() -> None:
    october = Month(dt.date(2026, 10, 1))
    rows = [ledger_months.totals(NOVEMBER, {Entry.PAID: 100}), ledger_months.totals(october, {Entry.PAID: 74400})]
    assert ledger_months.finding(rows) == "October 2026 brought the most, £744.00"
    assert ledger_months.finding([rows[0], rows[0]]) == ""
    assert ledger_months.finding(rows[:1]) == ""
    assert ledger_months.finding([]) == ""
