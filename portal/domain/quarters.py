"""Quarters of the calendar year, by the days in London."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter: `number` is 1 for January to March."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """ "2026-Q3": as addresses and the database name it."""
        return f"{self.year}-Q{self.number}"

    @property
    def first_on(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def over_on(self) -> dt.date:
        """The first day after it."""
        return dt.date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)

    @property
    def name(self) -> str:
        """ "July to September 2026"."""
        return f"{self.first_on:%B} to {self.over_on - dt.timedelta(days=1):%B} {self.year}"


def of(day: dt.date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def before(day: dt.date) -> Quarter:
    """The last quarter that is over on this day."""
    return of(of(day).first_on - dt.timedelta(days=1))


def find(code: str) -> Quarter | None:
    """The quarter with this code; None when it is none."""
    found = re.fullmatch(r"([0-9]{4})-Q([1-4])", code)
    return Quarter(int(found[1]), int(found[2])) if found and found[1] != "0000" else None
