"""The front door: signing in and out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import passwords, two_step
from portal.domain.enquiry import email_key
from portal.domain.security import Happened, Lock, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import looking, writing
from portal.records import accounts, recovery_codes, security_log, tries
from portal.records.accounts import Person as Person  # pages name its type
from portal.records.tries import Try


@dataclass(frozen=True)
class SignIn:
    """How a try ended: somebody is in, or half in and needs a code, or the door is closed for a while, or none of it.

    `suspended` is said only to who knows the password.
    """

    person: Person | None = None
    needs_code: bool = False
    closed: Lock | None = None
    suspended: bool = False


def find_person(account_id: int, epoch: int) -> Person | None:
    """Who is signed in with this account and epoch; None when that sign-in has been ended."""
    with looking() as connection:
        return accounts.find_person(connection, account_id, epoch)


def sign_in(address: str, password: str, visit: Visit, clock: Clock, vault: Vault) -> SignIn:
    """Try to sign in. An address without an account takes the same steps and the same time as one with."""
    mailbox = vault.mailbox(address)
    with writing() as session:
        tries.queue(session, visit, mailbox)
        account = accounts.find_by_email(session, email_key(address), stays=True)
        tried = tries.begin(session, account.id if account else None, visit, mailbox, clock.now(session))
    if tried.closed:
        return SignIn(closed=tried.closed)
    kept = account.password_hash if account else None
    right = passwords.matches(kept, password)
    if not right or account is None or kept is None or account.suspended_at is not None:
        with writing() as session:
            tries.failed(session, tried, visit, mailbox, clock.now(session))
        return SignIn(suspended=right)
    return _let_in(account, kept, password, tried, visit, mailbox, clock)


def _let_in(account: Account, kept: str, password: str, tried: Try, visit: Visit, mailbox: str, clock: Clock) -> SignIn:
    """The password was right: in, or one step further where a code is asked for, unless it was changed meanwhile."""
    fresh = passwords.scramble(password) if passwords.is_outdated(kept) else None
    with writing() as session:
        owner = accounts.find_by_email(session, account.email_key, lock=True)
        if owner is None:
            return SignIn()
        if owner.password_hash != kept or owner.suspended_at is not None:
            tries.failed(session, tried, visit, mailbox, clock.now(session))
            return SignIn()
        owner.password_hash = fresh or kept
        needs_code = owner.totp_secret is not None
        tries.succeeded(session, tried, Happened.PASSWORD_RIGHT if needs_code else Happened.SIGN_IN)
        if not needs_code:
            owner.last_used_at = clock.now(session)
        return SignIn(accounts.find_person(session, owner.id, owner.session_epoch), needs_code)


def enter_code(account_id: int, epoch: int, code: str, visit: Visit, clock: Clock, vault: Vault) -> SignIn:
    """The second step: a code of the app, or a recovery code, which is used up."""
    with writing() as session:
        person = accounts.find_person(session, account_id, epoch)
        if person is None:
            return SignIn()
        mailbox = vault.mailbox(person.email)
        tries.queue(session, visit, mailbox)
        account, now = accounts.get_by_reference(session, person.reference, lock=True), clock.now(session)
        tried = tries.begin(session, account_id, visit, mailbox, now)
        if tried.closed:
            return SignIn(closed=tried.closed)
        if _is_app_code(account, code, vault):
            kind = Happened.SIGN_IN
        elif recovery_codes.use(session, account_id, code, vault, now):
            kind = Happened.SIGN_IN_BY_RECOVERY_CODE
        else:
            tries.failed(session, tried, visit, mailbox, now)
            return SignIn()
        tries.succeeded(session, tried, kind)
        account.last_used_at = now
        return SignIn(person)


def _is_app_code(account: Account, code: str, vault: Vault) -> bool:
    """True for a code of the app, which is used up with it. The clock is the host's, as for every protocol."""
    if account.totp_secret is None:
        return False
    secret = vault.open(two_step.VAULT, account.totp_secret)
    step = two_step.matching_step(secret, code, dt.datetime.now(dt.UTC), account.totp_step)
    account.totp_step = step or account.totp_step
    return step is not None


def sign_out(person: Person, visit: Visit, clock: Clock) -> None:
    """Note that somebody signed out; the browser's own cookie is the page's to empty."""
    with writing() as session:
        _note(session, Happened.SIGN_OUT, person, visit, clock)


def sign_out_everywhere(person: Person, visit: Visit, clock: Clock) -> None:
    """End every sign-in of this account, on every device, at its next click."""
    with writing() as session:
        accounts.get_by_reference(session, person.reference, lock=True).session_epoch += 1
        _note(session, Happened.SIGN_OUT_EVERYWHERE, person, visit, clock)


def _note(session: Session, kind: Happened, person: Person, visit: Visit, clock: Clock) -> None:
    security_log.add(session, kind, visit, clock.now(session), account_id=person.account_id)
