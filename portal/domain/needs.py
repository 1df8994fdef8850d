"""What needs somebody: one list over the whole portal, oldest first, each with one thing to do.

A feature adds its kinds where its rows are read (services/needs.py); how each is worded stands here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import working_days


class Urgency(StrEnum):
    """How near the due time is."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody: what it is, since when, until when, whose it is, and the one button.

    `act` is the button's words and `href` where it leads; with `posts` the button does it at once.
    """

    title: str
    detail: str
    since: dt.datetime
    due_at: dt.datetime
    act: str
    href: str
    owner: str = ""
    posts: bool = False


def urgency(due_at: dt.datetime, now: dt.datetime) -> Urgency:
    """Overdue, due today in London, or later."""
    if due_at <= now:
        return Urgency.OVERDUE
    today = due_at.astimezone(working_days.LONDON).date() == now.astimezone(working_days.LONDON).date()
    return Urgency.TODAY if today else Urgency.LATER


def due_word(due_at: dt.datetime, now: dt.datetime) -> str:
    """ "Overdue", "Today", "Tomorrow", "Wednesday", "23 December": the day in the fewest words."""
    near = urgency(due_at, now)
    if near != Urgency.LATER:
        return near.capitalize()
    due = due_at.astimezone(working_days.LONDON).date()
    days = (due - now.astimezone(working_days.LONDON).date()).days
    if days == 1:
        return "Tomorrow"
    return f"{due:%A}" if days < 7 else f"{due.day} {due:%B}"


def due_time(due_at: dt.datetime, now: dt.datetime) -> str:
    """The line below the word: the time, with the day where the word does not say it."""
    time = working_days.clock_time(due_at)
    if urgency(due_at, now) != Urgency.OVERDUE:
        return time
    due = due_at.astimezone(working_days.LONDON).date()
    days = (now.astimezone(working_days.LONDON).date() - due).days
    day = "Today" if days == 0 else f"{due:%A}" if days < 7 else f"{due.day} {due:%B}"
    return f"{day}, {time}"


def age(since: dt.datetime, now: dt.datetime) -> str:
    """ "3 days old": how long it has been there, in the largest whole unit."""
    hours = max(0, int((now - since).total_seconds() // 3600))
    if hours < 1:
        return "new"
    count, unit = (hours // 24, "day") if hours >= 24 else (hours, "hour")
    return f"{count} {unit if count == 1 else unit + 's'} old"
