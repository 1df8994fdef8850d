"""What trainees told about support, as the named readers see it: who told something, and one's words at a time.

The list opens nothing. Each opening of one's words stands in the security log: who read whose; many are an alert.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain import support
from portal.domain.errors import NotFound
from portal.domain.security import Visit
from portal.domain.vault import CanNotOpen, Vault
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import alerts, support_needs
from portal.records.accounts import Person
from portal.records.paging import Page, Values


@dataclass(frozen=True)
class Opened:
    """What one trainee told; `words` is None when none of the data keys opens it."""

    reference: str
    full_name: str
    email: str
    words: str | None
    told_at: dt.datetime


def list_told(page: int) -> Page[Values]:
    """A page of those who told us something and agree to its being read, newest first."""
    with reading() as session:
        return support_needs.list_agreed(session, page)


def read(reference: str, visit: Visit, clock: Clock, vault: Vault, by: Person) -> Opened:
    """One trainee's words, and the entry that they were opened. Raises NotFound, also when they were taken back."""
    with writing() as session:
        told = support_needs.find_agreed(session, reference)
        if told is None:
            raise NotFound("This trainee has told nothing, or has taken it back.")
        alerts.support_read(session, told.id, by.account_id, by.reference, visit, clock.now(session))
        words = _opened(told.locked_words, vault)
        return Opened(told.reference, told.full_name, told.email, words, told.answered_at)


def _opened(locked: str, vault: Vault) -> str | None:
    try:
        return vault.open(support.VAULT, locked)
    except CanNotOpen:
        return None
