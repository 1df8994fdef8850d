"""Who works here: inviting, joining, the undertaking, roles, and removing in one press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere, NotFound, Refusal
from portal.domain.references import new_reference
from portal.domain.roles import UNDERTAKING_VERSION, Role
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import hold, reading, writing
from portal.models.staff import Staff
from portal.records import accounts, outbox, security_log, staff
from portal.records.accounts import Person
from portal.records.paging import Page

MANAGERS = "managers"


@dataclass(frozen=True)
class Member:
    """A member of staff as the list shows one."""

    staff: Staff
    account: Account
    roles: list[Role]


def invite(email: str, roles: Iterable[Role], visit: Visit, clock: Clock, *, by: Person | None = None) -> None:
    """Send somebody a link to join. Who was removed before is taken in again; an account they have already is kept.

    `by` is None at the command line. Raises AlreadyThere when they work here.
    """
    with writing() as session:
        now = clock.now(session)
        hold(session, email_key(email))
        account = accounts.find_by_email(session, email_key(email), lock=True)
        if account is None:
            account = Account(
                reference=new_reference("ACC"),
                full_name="",
                email=email,
                email_key=email_key(email),
                created_at=now,
                last_used_at=now,
            )
            session.add(account)
            session.flush()
        if account.suspended_at is not None:
            raise Refusal(f"The account of {email} is suspended. Resume it first, on the page of trainees.")
        member = staff.find_of(session, account.id)
        if member is not None and member.removed_at is None:
            raise AlreadyThere(f"{email} works here already; change the roles on the page of staff.")
        if member is None:
            member = Staff(account_id=account.id, invited_at=now)
            session.add(member)
        member.invited_at, member.removed_at = now, None
        member.undertaking_version = member.undertaking_accepted_at = None
        member.reads_support_needs = False
        session.flush()
        staff.set_roles(session, member, roles)
        _note(session, Happened.INVITED, member, visit, clock, by, ", ".join(sorted(set(roles))))
        outbox.add(session, Kind.STAFF_INVITATION, member.id, now, key=now.isoformat())


def get_invited(reference: str, version: int) -> Account:
    """Who would join by a link. Changes nothing. Raises NotFound when the link was used, or they are removed."""
    with reading() as session:
        return _invited(session, reference, version)


def join(
    reference: str, version: int, full_name: str, password_hash: str, visit: Visit, clock: Clock, vault: Vault
) -> Person:
    """Give the account its name and password. Raises NotFound when the link was used, or they are removed."""
    with writing() as session:
        account = _invited(session, reference, version, lock=True)
        now = clock.now(session)
        account.full_name, account.password_hash, account.last_used_at = full_name, password_hash, now
        account.password_version += 1
        for kind in (Happened.PASSWORD_SET, Happened.SIGN_IN):
            mailbox = vault.mailbox(account.email)
            security_log.add(session, kind, visit, now, account_id=account.id, mailbox=mailbox)
        session.flush()
        person = accounts.find_person(session, account.id, account.session_epoch)
        if person is None:
            raise NotFound("This account is suspended.")
        return person


def undertake(person: Person, visit: Visit, clock: Clock) -> None:
    """Write down that a member of staff accepted the undertaking as it is worded today."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        member = staff.get_of(session, account.id)
        member.undertaking_version, member.undertaking_accepted_at = UNDERTAKING_VERSION, clock.now(session)
        _note(session, Happened.UNDERTAKING_ACCEPTED, member, visit, clock, person, UNDERTAKING_VERSION)


def list_present(page: int) -> tuple[Page[Staff], list[Member]]:
    """A page of those who work here, with their accounts and roles."""
    with reading() as session:
        found = staff.list_present(session, page)
        roles = staff.roles_of(session, [one.id for one in found.rows])
        owners = staff.accounts_of(session, found.rows)
        return found, [Member(one, owners[one.account_id], roles[one.id]) for one in found.rows]


def change_roles(reference: str, roles: set[Role], visit: Visit, clock: Clock, by: Person) -> None:
    """Give these roles and no others. Raises NotFound, or Refusal when nobody would be manager any more."""
    with writing() as session:
        hold(session, MANAGERS)
        member = _present(session, reference)
        if Role.MANAGER not in roles:
            _keep_a_manager(session, member)
        staff.set_roles(session, member, roles)
        _note(session, Happened.ROLES_CHANGED, member, visit, clock, by, ", ".join(sorted(roles)))


def name_reader(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Let somebody read what trainees tell about support, whatever their roles. Twice is once.

    Raises NotFound, or Refusal when it is the one who names.
    """
    if reference == by.reference:
        raise Refusal("Nobody names themselves to read support needs: ask another manager.")
    _let_read(reference, True, visit, clock, by)


def unname_reader(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """It is closed to them from the next click on. Raises NotFound. Twice is once."""
    _let_read(reference, False, visit, clock, by)


def remove(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Out at the next click, on every device, and no way in as staff. Raises as `change_roles` does."""
    with writing() as session:
        hold(session, MANAGERS)
        member = _present(session, reference)
        _keep_a_manager(session, member)
        member.removed_at, member.reads_support_needs = clock.now(session), False
        staff.set_roles(session, member, ())
        account = accounts.get(session, member.account_id)
        account.session_epoch += 1
        account.password_version += 1
        _note(session, Happened.REMOVED, member, visit, clock, by, "")


def _let_read(reference: str, reads: bool, visit: Visit, clock: Clock, by: Person) -> None:
    with writing() as session:
        member = _present(session, reference)
        if member.reads_support_needs != reads:
            member.reads_support_needs = reads
            kind = Happened.READER_NAMED if reads else Happened.READER_UNNAMED
            _note(session, kind, member, visit, clock, by, "")


def check_member(reference: str) -> None:
    """Raises NotFound when nobody of this account works here."""
    with reading() as session:
        staff.get_of(session, accounts.get_by_reference(session, reference).id)


def _present(session: Session, reference: str) -> Staff:
    return staff.get_of(session, accounts.get_by_reference(session, reference, lock=True).id)


def _keep_a_manager(session: Session, member: Staff) -> None:
    if staff.count_managers(session, but=member.id) == 0:
        raise Refusal("Nobody would be manager any more: make somebody else manager first.")


def _invited(session: Session, reference: str, version: int, *, lock: bool = False) -> Account:
    account = accounts.get_by_reference(session, reference, lock=lock)
    if account.password_version != version or account.password_hash is not None:
        raise NotFound("This link was used, or a newer one has been.")
    staff.get_of(session, account.id)
    return account


def _note(
    session: Session, kind: Happened, member: Staff, visit: Visit, clock: Clock, by: Person | None, what: str
) -> None:
    """In the log of the account that it happened to; `detail` says who did it, by the reference of their account."""
    done_by = by.reference if by else "the command line"
    detail = f"{what} (by {done_by})" if what else f"by {done_by}"
    security_log.add(session, kind, visit, clock.now(session), account_id=member.account_id, detail=detail)
