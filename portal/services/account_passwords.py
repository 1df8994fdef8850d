"""Passwords of accounts: a link that sets one, and another one for somebody who is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import reading, writing
from portal.records import accounts, outbox, security_log, tries
from portal.records.accounts import Person


def ask(address: str, visit: Visit, clock: Clock, vault: Vault, *, may_write: bool) -> None:
    """Send a link that sets a new password, if the address has an account; the worker looks and nobody can tell."""
    with writing() as session:
        now = clock.now(session)
        account = accounts.find_by_email(session, email_key(address), stays=True)
        account_id, mailbox = account.id if account else None, vault.mailbox(address)
        entry = security_log.add(session, Happened.PASSWORD_ASKED, visit, now, account_id=account_id, mailbox=mailbox)
        if may_write:
            outbox.add(session, Kind.PASSWORD_LINK, entry, now)


def get_owner(reference: str, version: int) -> Account:
    """Whose password a link would set. Changes nothing. Raises NotFound when the link was used."""
    with reading() as session:
        return _owner(session, reference, version)


def set_by_link(
    reference: str, version: int, password_hash: str, visit: Visit, clock: Clock, vault: Vault
) -> Person | None:
    """Set the password: every link mailed before is dead, and every sign-in ended.

    Answers whose it is, or None when the account is suspended. Raises NotFound when the link was used.
    """
    with writing() as session:
        account = _owner(session, reference, version, lock=True)
        return _change(session, account, password_hash, visit, clock, vault)


def change(person: Person, old: str, password_hash: str, visit: Visit, clock: Clock, vault: Vault) -> Person:
    """Set another password for somebody who knows the old one; wrong tries count as those at the door.

    Answers the person whose sign-in goes on; all others are ended. Raises WrongPassword or TriedTooOften.
    """
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference)
        refusal = tries.prove(session, account, old, visit, vault, clock.now(session))
        changed = None if refusal else _change(session, account, password_hash, visit, clock, vault)
    if refusal:
        raise refusal
    assert changed
    return changed


def _owner(session: Session, reference: str, version: int, *, lock: bool = False) -> Account:
    account = accounts.get_by_reference(session, reference, lock=lock)
    if account.password_version != version or account.password_hash is None:
        raise NotFound("This link was used, or a newer one has been.")
    return account


def _change(
    session: Session, account: Account, password_hash: str, visit: Visit, clock: Clock, vault: Vault
) -> Person | None:
    now = clock.now(session)
    account.password_hash = password_hash
    account.password_version += 1
    account.session_epoch += 1
    account.last_used_at = now
    mailbox = vault.mailbox(account.email)
    entry = security_log.add(session, Happened.PASSWORD_SET, visit, now, account_id=account.id, mailbox=mailbox)
    outbox.add(session, Kind.PASSWORD_CHANGED, entry, now)
    session.flush()
    return accounts.find_person(session, account.id, account.session_epoch)
