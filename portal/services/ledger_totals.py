"""The ledger month by month, and its entries as a file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.domain import ledger_months
from portal.domain.ledger_months import Month, Totals
from portal.domain.orders import SIGNS
from portal.domain.security import Visit
from portal.domain.working_days import LONDON, london_day
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.session import reading, writing
from portal.records import alerts
from portal.records import ledger_months as months
from portal.records.accounts import Person
from portal.records.paging import Page, page_in

SIZE = 12
HEADS = ("month", "entered_on", "time", "order", "entry", "amount", "currency", "changes_what_is_owed_by", "source")


@dataclass(frozen=True)
class Listing:
    """A year of months with their totals, the newest first, and what stands out."""

    page: Page[Totals]
    finding: str


def list_months(clock: Clock, *, page: int) -> Listing:
    """From this month back to the one with the first entry, twelve a page. None before anything was entered."""
    with reading() as session:
        first, today = months.find_first(session), london_day(clock.now(session))
        every = ledger_months.back_from(_of(today), _of(london_day(first))) if first else []
        shown = page_in(every, page, SIZE)
        sums = months.sums_of(session, shown.rows)
    rows = [ledger_months.totals(month, sums[month]) for month in shown.rows]
    return Listing(Page(rows, shown.number, shown.pages, shown.total), ledger_months.finding(rows))


def export(month: Month | None, visit: Visit, clock: Clock, by: Person) -> str:
    """The entries of a month, or all of them, as CSV; that they were taken stands in the security log.

    Amounts are pounds. The one that changes what is owed has its sign: of an order that is settled they add up to 0.
    """
    with writing() as session:
        rows = months.list_entries(session, month)
        alerts.export(session, by.account_id, "Ledger", len(rows), visit, clock.now(session))
    return as_csv(
        HEADS,
        (
            (
                *(_of(london_day(row.entered_at)).code, london_day(row.entered_at)),
                *(f"{row.entered_at.astimezone(LONDON):%H:%M}", row.reference, row.kind),
                *(_pounds(row.amount_pence), row.currency, _pounds(SIGNS[row.kind] * row.amount_pence), row.source),
            )
            for row in rows
        ),
    )


_of = ledger_months.of_day


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)
