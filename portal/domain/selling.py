"""The words with which a course is sold: what a buyer asks for and accepts, exactly as it is stored for proof.

Source: the Consumer Contracts Regulations 2013 (SI 2013/3134), regulations 14, 16, 36 and 37.
"""

from __future__ import annotations

import datetime as dt

from portal.domain.cancellation import Content, Start, last_day
from portal.domain.working_days import LONDON

START_NOW = {
    Content.SERVICE: (
        "Please start now. If I cancel within 14 days I pay for what I have had; once I have had all of it I cannot"
        " cancel."
    ),
    Content.RECORDED: "Please start now. I understand that I lose my right to cancel once the course opens.",
}


def starts_offered(made_at: dt.datetime, run_starts_on: dt.date | None) -> tuple[Start, ...]:
    """What a consumer may choose from. Nothing: the date lies after the 14 days, so that there is nothing to ask for.

    A date within the 14 days can only be had by who asks for it to begin within them.
    """
    if run_starts_on is None:
        return (Start.NOW, Start.AFTER_14_DAYS)
    return () if run_starts_on > last_day(made_at, made_at) else (Start.NOW,)


def why_not_any_more(today: dt.date, starts_on: dt.date | None, *, offered: bool) -> str:
    """Why what was ordered earlier can't be paid for now; empty when it can. `offered`: the course and its date are."""
    if starts_on is not None and starts_on <= today:
        return "This date is over"
    return "" if offered else "This is not on offer any more"


def day(on: dt.date) -> str:
    """ "Sunday 6 December 2026"."""
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def short_day(on: dt.date) -> str:
    """ "6 December 2026"."""
    return f"{on.day} {on:%B} {on.year}"


def days(starts_on: dt.date, ends_on: dt.date) -> str:
    """ "Tuesday 1 and Wednesday 2 December 2026", or the one day, or from the first day to the last."""
    if starts_on == ends_on:
        return day(starts_on)
    joint = " and " if ends_on - starts_on == dt.timedelta(days=1) else " to "
    first = f"{starts_on:%A} {starts_on.day}"
    if starts_on.year != ends_on.year:
        first = day(starts_on)
    elif starts_on.month != ends_on.month:
        first += f" {starts_on:%B}"
    return f"{first}{joint}{day(ends_on)}"


def described(title: str, starts_on: dt.date, ends_on: dt.date, place: str) -> str:
    """A place on a date, as an order's line and its papers name it."""
    return f"{title}, {days(starts_on, ends_on)}{f', {place}' if place else ''}"


def beginning(on: dt.date) -> dt.datetime:
    """When this day begins in London, in UTC."""
    return dt.datetime.combine(on, dt.time(), LONDON).astimezone(dt.UTC)
