"""What a run of a course is called, and which days it may have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


def code_for(course: str, starts_on: dt.date, used: Collection[str]) -> str:
    """ "FIB-OTDR-2026-12-01", or with -2 and so on when that is in use already."""
    code, number = f"{course}-{starts_on.isoformat()}", 1
    while (made := code if number == 1 else f"{code}-{number}") in used:
        number += 1
    return made


def is_backwards(starts_on: dt.date, ends_on: dt.date) -> bool:
    """True when it would end before it begins."""
    return ends_on < starts_on
