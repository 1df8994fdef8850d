"""The front door: signing in and out, and setting a password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import passwords
from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound
from portal.domain.security import TRIES_OF_AN_ACCOUNT, Happened, Lock, Visit, lock
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import hold, looking, reading, writing
from portal.records import accounts, outbox, security_log
from portal.records.accounts import Person as Person  # pages name its type


@dataclass(frozen=True)
class SignIn:
    """How a try ended: somebody is in, or the door is closed for a while, or neither; or the account is suspended."""

    person: Person | None = None
    closed: Lock | None = None
    suspended: bool = False


@dataclass(frozen=True)
class _Try:
    """A try, counted as a failure from the beginning, so that guesses made at the same time are all counted."""

    entry_id: int
    account: Account | None
    closed: Lock | None
    is_last: bool


def find_person(account_id: int, epoch: int) -> Person | None:
    """Who is signed in with this account and epoch; None when that sign-in has been ended."""
    with looking() as connection:
        return accounts.find_person(connection, account_id, epoch)


def sign_in(address: str, password: str, visit: Visit, mailbox: str, clock: Clock) -> SignIn:
    """Try to sign in. `mailbox` is the digest that tries at this address are counted under.

    An address without an account takes the same steps and the same time as one with.
    """
    tried = _begin(address, visit, mailbox, clock)
    if tried.closed:
        return SignIn(closed=tried.closed)
    kept = tried.account.password_hash if tried.account else None
    right = passwords.matches(kept, password)
    suspended = tried.account is not None and tried.account.suspended_at is not None
    if not right or suspended or tried.account is None or kept is None:
        _end_badly(tried, visit, mailbox, clock)
        return SignIn(suspended=right and suspended)
    fresh = passwords.scramble(password) if passwords.is_outdated(kept) else None
    with writing() as session:
        security_log.became(session, tried.entry_id, Happened.SIGN_IN)
        account = accounts.get(session, tried.account.id)
        account.last_used_at = clock.now(session)
        if fresh and account.password_hash == kept:
            account.password_hash = fresh
        return SignIn(person=accounts.find_person(session, account.id, account.session_epoch))


def _begin(address: str, visit: Visit, mailbox: str, clock: Clock) -> _Try:
    with writing() as session:
        now = clock.now(session)
        hold(session, f"tries:{mailbox}")
        hold(session, f"tries:{visit.network}")
        account = accounts.find_by_email(session, email_key(address))
        of_account, of_network = security_log.count_failures(session, mailbox, visit.network, now)
        closed = lock(of_account, of_network)
        kind = Happened.SIGN_IN_REFUSED if closed else Happened.SIGN_IN_FAILED
        account_id = account.id if account else None
        entry_id = security_log.add(session, kind, visit, now, account_id=account_id, mailbox=mailbox)
        return _Try(entry_id, account, closed, of_account + 1 == TRIES_OF_AN_ACCOUNT)


def _end_badly(tried: _Try, visit: Visit, mailbox: str, clock: Clock) -> None:
    """The last try closes the door, and the account's address is told, if there is one: the worker looks."""
    with writing() as session:
        if tried.is_last:
            now = clock.now(session)
            account_id = tried.account.id if tried.account else None
            entry = security_log.add(session, Happened.LOCKED, visit, now, account_id=account_id, mailbox=mailbox)
            outbox.add(session, Kind.ACCOUNT_LOCKED, entry, now)


def sign_out(person: Person, visit: Visit, clock: Clock) -> None:
    """Note that somebody signed out; the browser's own cookie is the page's to empty."""
    with writing() as session:
        security_log.add(session, Happened.SIGN_OUT, visit, clock.now(session), account_id=person.account_id)


def sign_out_everywhere(person: Person, visit: Visit, clock: Clock) -> None:
    """End every sign-in of this account, on every device, at its next click."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        account.session_epoch += 1
        now = clock.now(session)
        security_log.add(session, Happened.SIGN_OUT_EVERYWHERE, visit, now, account_id=account.id)


def ask_for_password(address: str, visit: Visit, mailbox: str, clock: Clock, *, may_write: bool) -> None:
    """Send a link that sets a new password, if the address has an account; the worker looks and nobody can tell."""
    with writing() as session:
        now = clock.now(session)
        account = accounts.find_by_email(session, email_key(address))
        account_id = account.id if account else None
        entry = security_log.add(session, Happened.PASSWORD_ASKED, visit, now, account_id=account_id, mailbox=mailbox)
        if may_write:
            outbox.add(session, Kind.PASSWORD_LINK, entry, now)


def get_password_owner(reference: str, version: int) -> Account:
    """Whose password a link would set. Changes nothing. Raises NotFound when the link was used."""
    with reading() as session:
        return _owner(session, reference, version)


def set_password(
    reference: str, version: int, password_hash: str, visit: Visit, mailbox: str, clock: Clock
) -> Person | None:
    """Set the password by a mailed link: every mailed link before it is dead, and every sign-in ended.

    Answers whom to sign in, or None when the account is suspended. Raises NotFound when the link was used.
    """
    with writing() as session:
        account = _owner(session, reference, version, lock=True)
        return _change_password(session, account, password_hash, visit, mailbox, clock)


def change_password(person: Person, old: str, password_hash: str, visit: Visit, mailbox: str, clock: Clock) -> SignIn:
    """Set the password of somebody who is signed in and knows the old one; wrong tries count as those at the door."""
    tried = _begin(person.email, visit, mailbox, clock)
    if tried.closed:
        return SignIn(closed=tried.closed)
    account = tried.account
    if account is None or not passwords.matches(account.password_hash, old):
        _end_badly(tried, visit, mailbox, clock)
        return SignIn()
    with writing() as session:
        security_log.became(session, tried.entry_id, Happened.SIGN_IN)
        owner = accounts.get_by_reference(session, account.reference, lock=True)
        return SignIn(person=_change_password(session, owner, password_hash, visit, mailbox, clock))


def _owner(session: Session, reference: str, version: int, *, lock: bool = False) -> Account:
    account = accounts.get_by_reference(session, reference, lock=lock)
    if account.password_version != version:
        raise NotFound("This link was used, or a newer one has been.")
    return account


def _change_password(
    session: Session, account: Account, password_hash: str, visit: Visit, mailbox: str, clock: Clock
) -> Person | None:
    now = clock.now(session)
    account.password_hash = password_hash
    account.password_version += 1
    account.session_epoch += 1
    account.last_used_at = now
    entry = security_log.add(session, Happened.PASSWORD_SET, visit, now, account_id=account.id, mailbox=mailbox)
    outbox.add(session, Kind.PASSWORD_CHANGED, entry, now)
    session.flush()
    return accounts.find_person(session, account.id, account.session_epoch)
