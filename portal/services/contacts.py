"""Contacts at partners: invited by staff, in by a mailed link, bound by the undertaking, out in one press."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere, NotFound, Refusal
from portal.domain.references import new_reference
from portal.domain.roles import UNDERTAKING_VERSION
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import hold, looking, reading, writing
from portal.models.staff import Contact
from portal.records import accounts, catalogue, contacts, outbox, security_log
from portal.records.accounts import Person
from portal.records.paging import Page


def invite(partner: str, full_name: str, email: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Let somebody sign in for a partner (by its code), and write to them how. Raises NotFound or AlreadyThere."""
    with writing() as session:
        now = clock.now(session)
        found = catalogue.current(session).partners.get(partner)
        if found is None:
            raise NotFound("There is no such partner.")
        hold(session, email_key(email))
        account = accounts.find_by_email(session, email_key(email), lock=True)
        if account is None:
            account = Account(
                reference=new_reference("ACC"),
                full_name=full_name,
                email=email,
                email_key=email_key(email),
                created_at=now,
                last_used_at=now,
            )
            session.add(account)
            session.flush()
        if account.suspended_at is not None:
            raise Refusal(f"The account of {email} is suspended. Resume it first, on the page of trainees.")
        contact = contacts.find(session, account.id, found.id)
        if contact is not None and contact.removed_at is None:
            raise AlreadyThere(f"{email} signs in for {found.name} already.")
        if contact is None:
            contact = Contact(account_id=account.id, partner_id=found.id, invited_at=now)
            session.add(contact)
        contact.invited_at, contact.removed_at, contact.undertaking_version = now, None, None
        session.flush()
        _note(session, Happened.INVITED, account.id, visit, clock, f"contact of {partner} (by {by.reference})")
        outbox.add(session, Kind.CONTACT_INVITATION, contact.id, now, key=now.isoformat())


def list_present(page: int) -> Page[Contact]:
    """A page of all who sign in for partners."""
    with reading() as session:
        return contacts.list_present(session, page)


def list_partners() -> list[tuple[str, str]]:
    """(code, name) of every partner, by name."""
    with looking() as connection:
        known = catalogue.current(connection)
    return sorted(((one.code, one.name) for one in known.partners.values()), key=lambda pair: pair[1].casefold())


def remove(reference: str, partner: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Out at the next click, and no way in for this partner. Raises NotFound."""
    with writing() as session:
        account = accounts.get_by_reference(session, reference, lock=True)
        found = catalogue.current(session).partners.get(partner)
        contact = contacts.find(session, account.id, found.id) if found else None
        if contact is None or contact.removed_at is not None:
            raise NotFound("There is no such contact.")
        contact.removed_at = clock.now(session)
        account.session_epoch += 1
        _note(session, Happened.REMOVED, account.id, visit, clock, f"contact of {partner} (by {by.reference})")


def ask_link(address: str, visit: Visit, clock: Clock, vault: Vault, *, may_write: bool) -> None:
    """Send a link that signs in, if the address is a contact's; the worker looks and nobody can tell."""
    with writing() as session:
        now = clock.now(session)
        account = accounts.find_by_email(session, email_key(address), stays=True)
        account_id, mailbox = account.id if account else None, vault.mailbox(address)
        entry = security_log.add(session, Happened.LINK_ASKED, visit, now, account_id=account_id, mailbox=mailbox)
        if may_write:
            outbox.add(session, Kind.SIGN_IN_LINK, entry, now)


def get_asked(reference: str, entry_id: int, versions: str) -> Account:
    """Whom a link would sign in. Changes nothing. Raises NotFound when it was used, or they are no contact any more."""
    with reading() as session:
        return _asked(session, reference, entry_id, versions)


def sign_in(reference: str, entry_id: int, versions: str, visit: Visit, clock: Clock) -> Person:
    """Sign in by a link, once. Raises NotFound as `get_asked` does."""
    with writing() as session:
        account = accounts.get_by_reference(session, reference, lock=True)
        _asked(session, reference, entry_id, versions)
        security_log.became(session, entry_id, Happened.LINK_USED)
        account.last_used_at = clock.now(session)
        _note(session, Happened.SIGN_IN_BY_LINK, account.id, visit, clock, "")
        person = accounts.find_person(session, account.id, account.session_epoch)
        if person is None:
            raise NotFound("This account is suspended.")
        return person


def list_own(person: Person) -> list[Contact]:
    """For which partners somebody is signed in."""
    with reading() as session:
        return contacts.present_of(session, person.account_id)


def undertake(person: Person, visit: Visit, clock: Clock) -> None:
    """Write down that a contact accepted the undertaking as it is worded today."""
    with writing() as session:
        accounts.get_by_reference(session, person.reference, lock=True)
        now = clock.now(session)
        for contact in contacts.present_of(session, person.account_id):
            contact.undertaking_version, contact.undertaking_accepted_at = UNDERTAKING_VERSION, now
        _note(session, Happened.UNDERTAKING_ACCEPTED, person.account_id, visit, clock, UNDERTAKING_VERSION)


def _asked(session: Session, reference: str, entry_id: int, versions: str) -> Account:
    account = accounts.get_by_reference(session, reference)
    entry = security_log.find(session, entry_id)
    if entry is None or entry.kind != Happened.LINK_ASKED or entry.account_id != account.id:
        raise NotFound("This link was used.")
    if account.versions != versions:
        raise NotFound("The address, the password or the sign-ins have changed since.")
    if account.suspended_at is not None or not contacts.present_of(session, account.id):
        raise NotFound("They are no contact any more.")
    return account


def _note(session: Session, kind: Happened, account_id: int, visit: Visit, clock: Clock, detail: str) -> None:
    security_log.add(session, kind, visit, clock.now(session), account_id=account_id, detail=detail)
