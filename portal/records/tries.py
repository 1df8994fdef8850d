"""Tries at the front door. Each is written down as a failure before it is judged, so that guesses made at the same
time are all counted; one that succeeds is then called what it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import passwords
from portal.domain.delivery import Kind
from portal.domain.errors import TriedTooOften, WrongPassword
from portal.domain.security import TRIES_OF_AN_ACCOUNT, Happened, Lock, Visit, lock
from portal.domain.vault import Vault
from portal.models.account import Account
from portal.models.session import hold
from portal.records import accounts, alerts, outbox, security_log


@dataclass(frozen=True)
class Try:
    """A try that has begun: its entry in the log, and whether the door was closed already."""

    entry_id: int
    account_id: int | None
    closed: Lock | None
    is_last: bool


def queue(session: Session, visit: Visit, mailbox: str) -> None:
    """Let tries at one address, and from one network, begin one after another; before the account is locked."""
    hold(session, f"tries:{mailbox}")
    hold(session, f"tries:{visit.network}")


def begin(session: Session, account_id: int | None, visit: Visit, mailbox: str, now: dt.datetime) -> Try:
    """Count a try at this address, whether or not it has an account. The caller has queued."""
    of_account, of_network = security_log.count_failures(session, mailbox, visit.network, now)
    closed = lock(of_account, of_network)
    kind = Happened.SIGN_IN_REFUSED if closed else Happened.SIGN_IN_FAILED
    entry_id = security_log.add(session, kind, visit, now, account_id=account_id, mailbox=mailbox)
    return Try(entry_id, account_id, closed, of_account + 1 == TRIES_OF_AN_ACCOUNT)


def failed(session: Session, tried: Try, visit: Visit, mailbox: str, now: dt.datetime) -> None:
    """The last try closes the door, and the account's address is told, if there is one: the worker looks."""
    if tried.is_last:
        entry = security_log.add(session, Happened.LOCKED, visit, now, account_id=tried.account_id, mailbox=mailbox)
        outbox.add(session, Kind.ACCOUNT_LOCKED, entry, now)
        alerts.after_lock(session, visit, now)


def succeeded(session: Session, tried: Try, kind: Happened) -> None:
    """Call the entry what it was."""
    security_log.became(session, tried.entry_id, kind)


def prove(
    session: Session, account: Account, password: str, visit: Visit, vault: Vault, now: dt.datetime
) -> WrongPassword | TriedTooOften | None:
    """Prove by the password that whoever is signed in is still the same; None when it is proved.

    The account is locked for it and read afresh: the password that counts is the one of now. A refusal is answered
    and not raised, since the transaction that counts the try must not be undone by it.
    """
    mailbox = vault.mailbox(account.email)
    queue(session, visit, mailbox)
    account = accounts.get(session, account.id, lock=True)
    tried = begin(session, account.id, visit, mailbox, now)
    if tried.closed:
        return TriedTooOften("That was tried too often. Wait 15 minutes")
    if not passwords.matches(account.password_hash, password):
        failed(session, tried, visit, mailbox, now)
        return WrongPassword("This is not the password you have now")
    succeeded(session, tried, Happened.PASSWORD_RIGHT)
    return None
