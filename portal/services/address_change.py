"""Changing the address of an account: both ends agree, the old address and the new one, each by a link of its own."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account, AddressChange
from portal.models.session import hold, reading, writing
from portal.records import accounts, address_changes, alerts, contacts, outbox, security_log, tries
from portal.records.accounts import Person


@dataclass(frozen=True)
class Waiting:
    """A change as a page shows it: from which address to which, and whether this side has agreed already.

    `ends` names the organisations that its owner signs in for until then; the new address is told none.
    """

    old: str
    new: str
    has_agreed: bool
    ends: list[str]


def find_waiting(person: Person) -> AddressChange | None:
    """The change that this account waits for."""
    with reading() as session:
        return address_changes.find_of(session, person.account_id)


def list_ending(person: Person) -> list[str]:
    """For which partners and sponsors somebody signs in with the address of today, and not with another."""
    with reading() as session:
        return _organisations(session, person.account_id)


def ask(
    person: Person, email: str, password: str, visit: Visit, clock: Clock, vault: Vault, *, may_write: bool
) -> None:
    """Write to both addresses; a change asked for before is forgotten. Raises WrongPassword or TriedTooOften.

    Whether the new address has an account is not looked at here; the worker does, and writes another letter then.
    """
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference)
        now = clock.now(session)
        refusal = tries.prove(session, account, password, visit, vault, now)
        if refusal is None:
            address_changes.forget(session, account.id)
            change = AddressChange(key=secrets.token_urlsafe(16), account_id=account.id, email=email, asked_at=now)
            session.add(change)
            session.flush()
            for kind in (Kind.ADDRESS_AGREE_OLD, *([Kind.ADDRESS_AGREE_NEW] if may_write else [])):
                outbox.add(session, kind, change.id, now)
    if refusal:
        raise refusal


def get_waiting(key: str, side: str) -> Waiting:
    """The change that a link agrees to. Changes nothing. Raises NotFound."""
    with reading() as session:
        change = address_changes.get_by_key(session, key)
        account = accounts.get(session, change.account_id)
        agreed_at = change.old_agreed_at if side == "old" else change.new_agreed_at
        ends = _organisations(session, account.id) if side == "old" else []
        return Waiting(account.email, change.email, agreed_at is not None, ends)


def agree(key: str, side: str, visit: Visit, clock: Clock, vault: Vault) -> bool:
    """One side agrees; True when both have, and the account has its new address. Raises NotFound or AlreadyThere."""
    with writing() as session:
        asked = address_changes.get_by_key(session, key)
        hold(session, email_key(asked.email))
        accounts.get(session, asked.account_id, lock=True)
        change = address_changes.get_by_key(session, key, lock=True)
        now = clock.now(session)
        if side == "old":
            change.old_agreed_at = now
        else:
            change.new_agreed_at = now
        if change.old_agreed_at is None or change.new_agreed_at is None:
            return False
        taken = not _is_free(session, change)
        if not taken:
            _change(session, change, visit, clock, vault)
        address_changes.forget(session, change.account_id)
    if taken:
        raise AlreadyThere("The new address has an account of its own.")
    return True


def refuse(key: str) -> None:
    """Neither address changes. Raises NotFound."""
    with writing() as session:
        address_changes.forget(session, address_changes.get_by_key(session, key, lock=True).account_id)


def _is_free(session: Session, change: AddressChange) -> bool:
    found = accounts.find_by_email(session, email_key(change.email))
    return found is None or found.id == change.account_id


def _organisations(session: Session, account_id: int) -> list[str]:
    return [one.organisation.name for one in contacts.standing_of(session, account_id)]


def _change(session: Session, change: AddressChange, visit: Visit, clock: Clock, vault: Vault) -> None:
    """Every link that was mailed to the old address is dead from now on."""
    account = accounts.get(session, change.account_id)
    account.email, account.email_key = change.email, email_key(change.email)
    account.password_version += 1
    now, mailbox = clock.now(session), vault.mailbox(change.email)
    entry = security_log.add(session, Happened.ADDRESS_CHANGED, visit, now, account_id=account.id, mailbox=mailbox)
    outbox.add(session, Kind.ADDRESS_CHANGED, entry, now)
    _end_contacts(session, account, visit, now)


def _end_contacts(session: Session, account: Account, visit: Visit, now: dt.datetime) -> None:
    """Whom an organisation lets in is known by the address that it gave: another one is let in by a manager alone."""
    standing = contacts.standing_of(session, account.id)
    if not standing:
        return
    account.session_epoch += 1
    for contact in standing:
        contact.removed_at = now
        detail = f"contact of {contact.named} (another address)"
        security_log.add(session, Happened.REMOVED, visit, now, account_id=account.id, detail=detail)
    alerts.contact_moved(session, account.id, ", ".join(one.organisation.name for one in standing), visit, now)
