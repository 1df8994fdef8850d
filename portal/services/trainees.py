"""Trainees as staff see them: finding one, closing and opening an account, and a link for a new password.

What a trainee answered to the optional questions about equality, and their support needs, are read nowhere here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.errors import Refusal
from portal.domain.places import REGIONS
from portal.domain.security import Happened, Visit
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.account import Account, Trainee
from portal.models.enquiry import Enquiry
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import accounts, alerts, catalogue, enquiries, outbox, security_log, staff, trainees
from portal.records.accounts import Person
from portal.records.catalogue import Catalogue
from portal.records.paging import Page, Values
from portal.records.trainees import Standing as Standing  # pages name these types
from portal.records.trainees import Wanted as Wanted

HEADS = (
    *("reference", "name", "email", "region", "registered_on", "last_used_on", "state", "second_step", "heard_from"),
    "via",
)


@dataclass(frozen=True)
class Shown:
    """A trainee's page: the account and its answers, the enquiries of its address, its last sign-ins.

    `works_here` says that the page of staff decides about the account.
    """

    account: Account
    trainee: Trainee
    works_here: bool
    enquiries: Page[Enquiry]
    sign_ins: Page[SecurityEvent]
    catalogue: Catalogue


def list_wanted(wanted: Wanted, *, page: int) -> Page[Values]:
    """A page of the trainees that are wanted, by name."""
    with reading() as session:
        return trainees.list_wanted(session, wanted, page)


def export(wanted: Wanted, visit: Visit, clock: Clock, by: Person) -> str:
    """All trainees that are wanted as CSV, with days in London; that they were taken stands in the security log."""
    with writing() as session:
        rows = trainees.all_wanted(session, wanted)
        alerts.export(session, by.account_id, "Trainees", len(rows), visit, clock.now(session))
    return as_csv(
        HEADS,
        (
            (
                *(row.reference, row.full_name, row.email, REGIONS[row.region].name),
                *(moment.astimezone(LONDON).date() for moment in (row.created_at, row.last_used_at)),
                Standing.SUSPENDED if row.suspended_at else Standing.ACTIVE,
                *("on" if row.has_two_steps else "off", row.heard_from, row.via),
            )
            for row in rows
        ),
    )


def get(reference: str, *, page: int) -> Shown:
    """One trainee; `page` turns the enquiries. Raises NotFound when there is no such trainee."""
    with reading() as session:
        account = accounts.get_by_reference(session, reference)
        return Shown(
            account,
            accounts.get_trainee(session, account.id),
            _works_here(session, account),
            enquiries.list_of(session, account.email_key, page),
            security_log.list_own(session, account.id, 1),
            catalogue.current(session),
        )


def suspend(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Out at the next click, on every device, and no way in. Raises NotFound, or Refusal for a member of staff.

    No letter is sent: whoever presses it rings. Pressed twice it is done once.
    """
    with writing() as session:
        account = _of_trainee(session, reference)
        if account.suspended_at is None:
            account.suspended_at = clock.now(session)
            account.session_epoch += 1
            _note(session, Happened.SUSPENDED, account, visit, clock, by)


def resume(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """The account opens again, with the password it had. Raises as `suspend` does."""
    with writing() as session:
        account = _of_trainee(session, reference)
        if account.suspended_at is not None:
            account.suspended_at = None
            _note(session, Happened.RESUMED, account, visit, clock, by)


def send_password_link(reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Send a link that sets a new password to the address on file. Raises as `suspend` does, or for a suspended one.

    Nobody here sees or sets a password; the old one holds until the link is used.
    """
    with writing() as session:
        account = _of_trainee(session, reference)
        if account.suspended_at is not None:
            raise Refusal("This account is suspended, so a new password would open nothing. Resume it first.")
        entry = _note(session, Happened.PASSWORD_LINK_BY_STAFF, account, visit, clock, by)
        outbox.add(session, Kind.PASSWORD_LINK, entry, clock.now(session))


def check_not_staff(reference: str) -> None:
    """Raises NotFound when there is no such trainee, Refusal for a member of staff."""
    with reading() as session:
        _of_trainee(session, reference)


def _of_trainee(session: Session, reference: str) -> Account:
    account = accounts.get_by_reference(session, reference, lock=True)
    accounts.get_trainee(session, account.id)
    if _works_here(session, account):
        raise Refusal(f"{account.full_name} works here too. Use the page of staff for this account.")
    return account


def _works_here(session: Session, account: Account) -> bool:
    member = staff.find_of(session, account.id)
    return member is not None and member.removed_at is None


def _note(session: Session, kind: Happened, account: Account, visit: Visit, clock: Clock, by: Person) -> int:
    now = clock.now(session)
    return security_log.add(session, kind, visit, now, account_id=account.id, detail=f"by {by.reference}")
