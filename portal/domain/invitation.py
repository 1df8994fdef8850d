"""Inviting: who invites, and whom."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 5


@dataclass(frozen=True)
class Named:
    """A name and an address."""

    full_name: str
    email: str
