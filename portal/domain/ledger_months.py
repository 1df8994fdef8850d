"""The ledger month by month, as London counts months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.charts import Bar
from portal.domain.money import pounds
from portal.domain.orders import Entry
from portal.domain.selling import beginning

_YEARS = range(2000, 2200)
HEADS = ("Charged", "Paid", "Credited", "Given back", "Disputed")


@dataclass(frozen=True)
class Month:
    """One month, named by its first day."""

    first_on: dt.date

    @property
    def name(self) -> str:
        """ "November 2026"."""
        return f"{self.first_on:%B %Y}"

    @property
    def code(self) -> str:
        """ "2026-11", as it stands in an address."""
        return f"{self.first_on:%Y-%m}"

    @property
    def since(self) -> dt.datetime:
        """When it begins, in UTC."""
        return beginning(self.first_on)

    @property
    def until(self) -> dt.datetime:
        """When it is over, in UTC."""
        return beginning(_later(self.first_on, 1))


@dataclass(frozen=True)
class Totals:
    """What was entered in a month, in pence; what failed or was won again is taken off its own kind."""

    month: Month
    charged_pence: int
    paid_pence: int
    credited_pence: int
    refunded_pence: int
    disputed_pence: int

    @property
    def all(self) -> tuple[int, ...]:
        """In the order of `HEADS`."""
        return (self.charged_pence, self.paid_pence, self.credited_pence, self.refunded_pence, self.disputed_pence)


def of_day(day: dt.date) -> Month:
    """The month of a day."""
    return Month(day.replace(day=1))


def read(code: str) -> Month | None:
    """The month that an address names; None when it names none."""
    try:
        first_on = dt.date.fromisoformat(f"{code}-01")
    except ValueError:
        return None
    return Month(first_on) if first_on.year in _YEARS else None


def back_from(last: Month, first: Month) -> list[Month]:
    """Every month between the two, the last one first."""
    count = 12 * (last.first_on.year - first.first_on.year) + last.first_on.month - first.first_on.month
    return [Month(_later(last.first_on, -number)) for number in range(max(0, count) + 1)]


def totals(month: Month, sums: Mapping[Entry, int]) -> Totals:
    """The totals of a month whose entries add up so."""
    return Totals(
        month,
        sums.get(Entry.CHARGED, 0),
        sums.get(Entry.PAID, 0),
        sums.get(Entry.CREDITED, 0),
        sums.get(Entry.REFUNDED, 0) - sums.get(Entry.REFUND_FAILED, 0) - sums.get(Entry.SENT_BACK, 0),
        sums.get(Entry.DISPUTED, 0) - sums.get(Entry.DISPUTE_WON, 0),
    )


def bars(rows: Sequence[Totals]) -> list[Bar]:
    """What was paid in each month, for a chart."""
    return [Bar(row.month.name, row.paid_pence) for row in rows]


def finding(rows: Sequence[Totals]) -> str:
    """ "October 2026 brought the most, £4,120.00"; empty when nothing stands out."""
    most = max((row.paid_pence for row in rows), default=0)
    best = [row for row in rows if row.paid_pence == most]
    return f"{best[0].month.name} brought the most, {pounds(most)}" if most and len(best) == 1 < len(rows) else ""


def _later(first_on: dt.date, months: int) -> dt.date:
    index = first_on.year * 12 + first_on.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)
