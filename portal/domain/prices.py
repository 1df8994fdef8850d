"""Prices as staff type them: pounds and pence, without VAT."""

from __future__ import annotations

import re

_TYPED = re.compile(r"£?([0-9]{1,7})(?:\.([0-9]{2}))?")


def pence(typed: str) -> int:
    """ "480", "£1,480" or "480.50" in pence. Raises ValueError for anything else."""
    found = _TYPED.fullmatch(typed.replace(",", "").replace(" ", ""))
    if found is None:
        raise ValueError(f"is {typed!r}: write pounds, such as 480 or 480.50")
    return int(found[1]) * 100 + int(found[2] or 0)


def vat_fits(status: str, rate: int) -> bool:
    """True when a course of this kind may bear so many percent: a standard one bears some, the others none."""
    return (rate > 0) == (status == "standard")


def vat_status(rate: int, before: str) -> str:
    """The kind that a course with this rate is of when nobody says so: as `before`, while that fits."""
    return before if vat_fits(before, rate) else "standard" if rate else "zero"


def pounds(amount: int) -> str:
    """Pence as they are typed: "480.00"."""
    return f"{amount // 100}.{amount % 100:02}"
