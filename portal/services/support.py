"""What would help a trainee to learn: told with their explicit consent, and taken back with one press."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import support
from portal.domain.answers import SHOWN, AnswerState
from portal.domain.security import Happened
from portal.domain.vault import CanNotOpen, Vault
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import accounts, consents, security_log, staff, support_needs
from portal.records.accounts import Person


@dataclass(frozen=True)
class Told:
    """What somebody told us about support; `text` is empty unless it was answered and can be opened."""

    state: AnswerState
    text: str
    opens: bool = True

    @property
    def words(self) -> str:
        """What their own page shows."""
        return self.text or (SHOWN[self.state] if self.opens else "Locked, and can’t be opened at the moment")


@dataclass(frozen=True)
class Readers:
    """How many members of staff may read it today, how often it was opened while the log is kept, and when last."""

    named: int
    openings: int
    last_at: dt.datetime | None


def find_own(person: Person, vault: Vault) -> Told | None:
    """What this person told us; None when they were never asked, or took it back."""
    with reading() as session:
        row = support_needs.find(session, person.account_id)
        if row is None:
            return None
        try:
            return Told(row.state, vault.open(support.VAULT, row.locked_words) if row.locked_words else "")
        except CanNotOpen:
            return Told(row.state, "", opens=False)


def look_at_readers(person: Person) -> Readers:
    """Who may read what this person tells us, and what the security log says of its having been read."""
    with reading() as session:
        openings, last_at = security_log.count_of(session, Happened.SUPPORT_READ, person.account_id)
        return Readers(staff.count_readers(session), openings, last_at)


def save(person: Person, words: str, agreed_to: str, *, prefers_not: bool, clock: Clock, vault: Vault) -> None:
    """Keep the words, locked, and the agreement to it as it stood on the page (`agreed_to`).

    Without words nothing needs an agreement: the answer alone is kept, and an earlier agreement ends.
    """
    state = AnswerState.PREFER_NOT_TO_SAY if prefers_not else AnswerState.NOT_KNOWN
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        now = clock.now(session)
        if words and not prefers_not:
            support_needs.put(session, account.id, AnswerState.ANSWERED, vault.lock(support.VAULT, words), now)
            consents.give_for_account(
                session, account.id, purpose=support.PURPOSE, wording=agreed_to, form=support.FORM, now=now
            )
        else:
            support_needs.put(session, account.id, state, None, now)
            _end_agreement(session, account.id, support.EMPTIED, clock)


def take_back(person: Person, clock: Clock) -> None:
    """Delete what they told us and end their agreement."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        support_needs.forget(session, account.id)
        _end_agreement(session, account.id, support.TAKE_BACK, clock)


def _end_agreement(session: Session, account_id: int, wording: str, clock: Clock) -> None:
    if standing := consents.find_standing_of_account(session, account_id, support.PURPOSE):
        consents.take_back(session, standing, wording=wording, form=support.FORM, now=clock.now(session))
