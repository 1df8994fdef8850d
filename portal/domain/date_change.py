"""A date of a course that is moved or cancelled: who must know, what each can choose, and until when.

Source: the course terms (terms.py), "If we change a date".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import selling

TIME_TO_CHOOSE = dt.timedelta(days=3)
REMIND_AFTER = dt.timedelta(days=3)
MOST_DATES = 12
KEEP, BACK, TO = "keep", "back", "to:"


class What(StrEnum):
    """What became of the date."""

    MOVED = "moved"
    CANCELLED = "cancelled"


class Side(StrEnum):
    """Who chooses: whoever paid, who may be the learner, or a learner for whom somebody else paid."""

    PAYER = "payer"
    LEARNER = "learner"


class Choice(StrEnum):
    """What was chosen. `overtaken`: the date was changed once more before anybody had chosen."""

    KEEP = "keep"
    MOVE = "move"
    BACK = "back"
    OVERTAKEN = "overtaken"


REASONS = {What.MOVED: "We moved the date", What.CANCELLED: "We cancelled the date"}
"""Why money goes back, as the credit note says it."""

SINCE = {What.MOVED: "we moved the date", What.CANCELLED: "we cancelled the date"}
"""The same inside a sentence."""

WHO = {Side.PAYER: "by whoever paid", Side.LEARNER: "by the learner"}
"""Who chose, on an order's timeline: without a name, since what is known of a learner may have to go."""

CHOSEN = {
    Choice.KEEP: "Keeps the place",
    Choice.MOVE: "Another date",
    Choice.BACK: "Gave the place back",
    Choice.OVERTAKEN: "Changed again before they chose",
}
"""What staff read."""


@dataclass(frozen=True)
class Announced:
    """What people were told of a date: its days, times and place."""

    starts_on: dt.date
    ends_on: dt.date
    times: str
    place: str
    address: str

    @property
    def words(self) -> str:
        """ "Tuesday 1 December 2026, 9:00 to 16:30, Birmingham, 8 Canal Wharf"."""
        days = selling.days(self.starts_on, self.ends_on)
        return ", ".join(part for part in (days, self.times, self.place, _one_line(self.address)) if part)


def must_know(before: Announced, after: Announced) -> bool:
    """True when whoever has a place must be told and may choose anew.

    Other days, times or another place do; so does an address that is another one. What was left open and is filled in,
    or is only written in another way, changes nobody's plans.
    """
    if (before.starts_on, before.ends_on) != (after.starts_on, after.ends_on):
        return True
    pairs = ((before.times, after.times), (before.place, after.place), (before.address, after.address))
    return any(_plain(old) and _plain(old) != _plain(new) for old, new in pairs)


def is_over(what: What, told_at: dt.datetime, starts_on: dt.date, now: dt.datetime) -> bool:
    """True when it is too late to choose: a place on a date that was moved is kept, when the date begins.

    Nobody has less than three days. On a date that was cancelled there is no place to keep, so the choice stays open.
    """
    return what is What.MOVED and now >= max(selling.beginning(starts_on), told_at + TIME_TO_CHOOSE)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _one_line(text: str) -> str:
    return ", ".join(line.strip(" ,") for line in text.splitlines() if line.strip(" ,"))
