"""Filters of a list live in its address: what is asked for can be sent to a colleague, and Back goes back.

A value that means nothing is no filter: what is in force is said on the page, each with a link that takes it away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from portal.domain.working_days import LONDON
from portal.forms.base import showable, tidy

LONGEST = 200
_YEARS = range(2000, 2200)


def asked(name: str) -> str:
    """What the address asks for under this name; empty when it can't be shown."""
    value = tidy(request.args.get(name, ""))[:LONGEST]
    return value if showable(value, lines=False) else ""


def asked_day(name: str) -> dt.date | None:
    """The day that the address asks for (ISO); None when it is none."""
    try:
        day = dt.date.fromisoformat(asked(name))
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def asked_page() -> int:
    """The number of the page."""
    return request.args.get("page", 1, type=int)


def start_of(day: dt.date) -> dt.datetime:
    """When a day begins in London."""
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


@dataclass(frozen=True)
class Filters:
    """The filters in force: what each asks for in the address, and how each is said."""

    path: str
    values: Mapping[str, str]
    said: Mapping[str, str]

    def page(self, number: int) -> str:
        """The address of another page of the same."""
        return self._address({**self.values, "page": str(number)})

    def without(self, name: str) -> str:
        """The address without one of them."""
        return self._address({other: value for other, value in self.values.items() if other != name})

    def only(self, name: str, value: str) -> str:
        """The address with one of them set."""
        return self._address({**self.values, name: value})

    def file(self, ending: str) -> str:
        """The address of the same as a file."""
        return self._address(self.values, f"{self.path}.{ending}")

    def _address(self, values: Mapping[str, str], path: str = "") -> str:
        return (path or self.path) + (f"?{urlencode(values)}" if values else "")


def in_force(path: str, **said: str) -> Filters:
    """The filters that are said in words; each has what the address asks for under its name.

    A name that Python keeps for itself ends with "_".
    """
    words = {name.removesuffix("_"): one for name, one in said.items() if one}
    return Filters(path, {name: asked(name) for name in words}, words)
