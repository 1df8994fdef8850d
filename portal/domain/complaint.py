"""A complaint: what it is about, who sees it, by when we must answer, and how it ended.

Of a complaint about data the law says that we acknowledge it within 30 days, look into it without undue delay and say
what came of it (Data Protection Act 2018, section 164A). We do the same for every other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import working_days
from portal.domain.references import ALPHABET
from portal.domain.roles import Role

ACKNOWLEDGE_DAYS = 30


class About(StrEnum):
    """What a complaint is about."""

    ORDER = "order"
    DATA = "data"
    OTHER = "other"


class Outcome(StrEnum):
    """How a complaint ended."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


class EntryKind(StrEnum):
    """What an entry of a complaint's timeline is; `WORDS` are the person's own, the others are ours."""

    WORDS = "words"
    NOTE = "note"
    TAKEN = "taken"
    ACKNOWLEDGED = "acknowledged"
    REPLY = "reply"
    EXTENDED = "extended"
    CLOSED = "closed"


ABOUT = {
    About.ORDER: "An order, a course or a payment",
    About.DATA: "How we use your data",
    About.OTHER: "Something else",
}
"""As the form asks."""

ABOUT_WHAT = {
    About.ORDER: "an order",
    About.DATA: "how we use data",
    About.OTHER: "another matter",
}
"""Inside a sentence of the staff pages: "Priya Nair complains about an order"."""

OUTCOMES = {
    Outcome.UPHELD: "Upheld",
    Outcome.PARTLY_UPHELD: "Partly upheld",
    Outcome.NOT_UPHELD: "Not upheld",
    Outcome.WITHDRAWN: "Withdrawn",
}

TOLD = {
    Outcome.UPHELD: "We uphold your complaint",
    Outcome.PARTLY_UPHELD: "We uphold part of your complaint",
    Outcome.NOT_UPHELD: "We do not uphold your complaint",
    Outcome.WITHDRAWN: "Your complaint is withdrawn",
}
"""As the person is told, at the head of their page and in the letter."""

_SEEN_BY = {
    About.ORDER: {Role.MANAGER, Role.FINANCE},
    About.DATA: {Role.MANAGER, Role.PRIVACY},
    About.OTHER: {Role.MANAGER},
}

EXTENSIONS = {"1": "One week more", "2": "Two weeks more", "4": "Four weeks more"}
"""By how many weeks an answer may be put off, each as it is asked."""


@dataclass(frozen=True)
class Answers:
    """What somebody who complains told us; None is "not provided"."""

    about: About
    full_name: str
    email: str
    message: str
    order_reference: str | None = None
    wish: str | None = None


def seen_by(roles: Collection[str]) -> tuple[About, ...]:
    """Which complaints open to somebody with these roles."""
    return tuple(about for about in About if _SEEN_BY[about].intersection(roles))


def order_reference(typed: str) -> str:
    """An order's reference as we write it, however it was typed; what can't be one stays as it is."""
    letters = re.sub(r"[\W_]", "", typed).upper()
    bare = letters.removeprefix("ORD") if len(letters) == 11 else letters
    if len(bare) == 8 and set(bare) <= set(ALPHABET):
        return f"ORD-{bare[:4]}-{bare[4:]}"
    return typed


def due(since: dt.datetime, days: int) -> dt.datetime:
    """17:00 in London on the last of so many days, the day of `since` being the first; before a holiday, earlier.

    The law counts from the day of receipt, the regulator from the day after and on over holidays: this is the
    stricter of the two.
    """
    day = since.astimezone(working_days.LONDON).date() + dt.timedelta(days=days - 1)
    while not working_days.is_working_day(day):
        day -= dt.timedelta(days=1)
    return dt.datetime.combine(day, working_days.CLOSING, working_days.LONDON).astimezone(dt.UTC)


def put_off(answer_by: dt.datetime, weeks: int, now: dt.datetime) -> dt.datetime:
    """The new day, so many weeks after the old one; of one that is over, after today."""
    return due(max(answer_by, now), weeks * 7 + 1)
