"""Access codes: how they are made, typed and shown, and whether one still gives places."""

from __future__ import annotations

import datetime as dt
import secrets
from enum import StrEnum

from portal.domain.references import ALPHABET

GROUPS, LETTERS = 3, 4
MOST_USES = 1000
LONGEST = dt.timedelta(days=731)
"""How long a code may hold at most: one that nobody remembers must not open a course for ever."""


class Standing(StrEnum):
    """Whether a code gives places, and if not, why."""

    LIVE = "live"
    USED_UP = "used_up"
    OVER = "over"
    STOPPED = "stopped"


def standing(*, stopped: bool, ends_on: dt.date, today: dt.date, used: int, uses: int) -> Standing:
    """Where a code is today; on its last day it still gives places."""
    if stopped:
        return Standing.STOPPED
    if ends_on < today:
        return Standing.OVER
    return Standing.USED_UP if used >= uses else Standing.LIVE


def new_code() -> str:
    """A new code as it is kept: twelve letters without look-alikes, twenty thousand million million possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS))


def as_kept(typed: str) -> str:
    """A code as it is kept, however it was typed: in capitals, without blanks and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def as_shown(code: str) -> str:
    """The code in groups, as it is read out: "7K3M-9QTD-ACEF"."""
    kept = as_kept(code)
    return "-".join(kept[start : start + LETTERS] for start in range(0, len(kept), LETTERS))


def first_group(code: str) -> str:
    """What names a code where the whole of it would be given away, such as in a log: "7K3M-…"."""
    return f"{as_kept(code)[:LETTERS]}-…"
