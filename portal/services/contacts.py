"""Contacts at partners and sponsors: invited by staff, in by a link, bound by the undertaking, out in one press."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain import organisation
from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere, NotFound, Refusal, Unfit
from portal.domain.organisation import Organisation, Side
from portal.domain.references import new_reference
from portal.domain.roles import UNDERTAKING_VERSION
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.partner import Partner
from portal.models.session import hold, reading, writing
from portal.models.sponsor import Sponsor
from portal.models.staff import Contact
from portal.records import accounts, catalogue, contacts, outbox, partners, security_log, sponsors
from portal.records.accounts import Person
from portal.records.paging import Page


def invite(named: str, full_name: str, email: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Let somebody sign in for an organisation ("partner:LIN"), and write to them how.

    Raises Unfit when contacts can't be invited for it, or AlreadyThere.
    """
    with writing() as session:
        now = clock.now(session)
        found = _find_organisation(session, named)
        if found is None or not found.active:
            raise Unfit("organisation", "Nobody signs in for this one any more: choose another organisation")
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
        contact = contacts.find(session, account.id, found)
        if contact is not None and contact.removed_at is None:
            raise AlreadyThere(f"{email} signs in for {found.name} already.")
        if contact is None:
            column = "partner_id" if isinstance(found, Partner) else "sponsor_id"
            contact = Contact(account_id=account.id, invited_at=now, **{column: found.id})
            session.add(contact)
        contact.invited_at, contact.removed_at = now, None
        contact.undertaking_version = contact.undertaking_accepted_at = None
        session.flush()
        _note(session, Happened.INVITED, account.id, visit, clock, f"contact of {named} (by {by.reference})")
        outbox.add(session, Kind.CONTACT_INVITATION, contact.id, now, key=now.isoformat())


def list_present(page: int) -> Page[Contact]:
    """A page of all who sign in for partners and sponsors."""
    with reading() as session:
        return contacts.list_present(session, page)


def list_organisations() -> dict[Side, list[tuple[str, str]]]:
    """(how it is named, its name) of each partner that has not ended and each sponsor that is not stopped, by name."""
    with reading() as session:
        of_partners = sorted(catalogue.current(session).partners.values(), key=lambda one: one.name.casefold())
        of_sponsors = sponsors.list_all(session)
    return {
        Side.PARTNER: [(str(Organisation(Side.PARTNER, one.code)), one.name) for one in of_partners if one.active],
        Side.SPONSOR: [(str(Organisation(Side.SPONSOR, one.code)), one.name) for one in of_sponsors if one.active],
    }


def remove(reference: str, named: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Out at the next click, and no way in for this organisation ("sponsor:ACME"). Raises NotFound."""
    with writing() as session:
        account = accounts.get_by_reference(session, reference, lock=True)
        found = _find_organisation(session, named)
        contact = contacts.find(session, account.id, found) if found else None
        if contact is None or contact.removed_at is not None:
            raise NotFound("There is no such contact.")
        contact.removed_at = clock.now(session)
        account.session_epoch += 1
        _note(session, Happened.REMOVED, account.id, visit, clock, f"contact of {named} (by {by.reference})")


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


def list_own(person: Person, *sides: Side) -> list[Contact]:
    """For which organisations of these sides somebody is signed in."""
    with reading() as session:
        return [one for one in contacts.present_of(session, person.account_id) if one.named.side in sides]


def undertake(person: Person, visit: Visit, clock: Clock) -> None:
    """Write down, for each organisation, that its contact accepted the undertaking as it is worded today."""
    with writing() as session:
        accounts.get_by_reference(session, person.reference, lock=True)
        now = clock.now(session)
        for contact in contacts.present_of(session, person.account_id):
            contact.undertaking_version, contact.undertaking_accepted_at = UNDERTAKING_VERSION, now
        _note(session, Happened.UNDERTAKING_ACCEPTED, person.account_id, visit, clock, UNDERTAKING_VERSION)


def _find_organisation(session: Session, named: str) -> Partner | Sponsor | None:
    asked = organisation.read(named)
    if asked is None:
        return None
    find = partners.find_by_code if asked.side is Side.PARTNER else sponsors.find_by_code
    return find(session, asked.code)


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
