"""How the numbers of accounting documents look: one series for each kind, counted from 1 without a gap."""

from __future__ import annotations

import re
from enum import StrEnum


class Series(StrEnum):
    """The series that numbers are given in, and what stands before each number."""

    INVOICE = "INV"
    CREDIT_NOTE = "CRN"


_NUMBER = re.compile(r"(INV|CRN)-([0-9]{6}|[1-9][0-9]{6,})")


def number(series: Series, count: int) -> str:
    """The `count`-th number of a series, such as "INV-000001". Raises ValueError below 1."""
    if count < 1:
        raise ValueError("A series is counted from 1.")
    return f"{series}-{count:06}"


def counted(written: str) -> tuple[Series, int]:
    """The series and the place in it of a number. Raises ValueError for anything else."""
    found = _NUMBER.fullmatch(written)
    if found is None or int(found[2]) < 1:
        raise ValueError(f"is {written!r}: write a number such as INV-000001")
    return Series(found[1]), int(found[2])
