"""For whom contacts sign in: a partner or a sponsor. A partner and a sponsor may have the same code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.import_rows import CODE


class Side(StrEnum):
    """What an organisation is to us."""

    PARTNER = "partner"
    SPONSOR = "sponsor"


@dataclass(frozen=True)
class Organisation:
    """One organisation by what it is and its code; written "partner:LIN"."""

    side: Side
    code: str

    def __str__(self) -> str:
        return f"{self.side}:{self.code}"


def read(said: str) -> Organisation | None:
    """The organisation that is named so; None when no organisation could be."""
    side, _, code = said.partition(":")
    if side not in set(Side) or not CODE.fullmatch(code):
        return None
    return Organisation(Side(side), code)
