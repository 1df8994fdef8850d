"""Accounts and the trainees among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import CursorResult, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound
from portal.domain.references import new_reference
from portal.domain.registration import Answers
from portal.domain.roles import UNDERTAKING_VERSION
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.models.account import Account, Trainee
from portal.models.session import Source
from portal.models.staff import Contact, Staff, StaffRole
from portal.records import security_log

TRAINEE, STAFF, PARTNER_CONTACT, SUPPORT_READER = "trainee", "staff", "partner_contact", "support_reader"

_PERSON = (
    select(
        Account.id,
        Account.session_epoch,
        Account.reference,
        Account.full_name,
        Account.email,
        Account.totp_secret.is_not(None).label("has_two_steps"),
        exists().where(Trainee.account_id == Account.id).label("is_trainee"),
        exists().where(Contact.account_id == Account.id, Contact.removed_at.is_(None)).label("is_contact"),
        ~exists()
        .where(
            Contact.account_id == Account.id,
            Contact.removed_at.is_(None),
            func.coalesce(Contact.undertaking_version, "") != bindparam("version"),
        )
        .label("contact_has_undertaken"),
        Staff.id.label("staff_id"),
        Staff.undertaking_version,
        Staff.reads_support_needs,
    )
    .outerjoin(Staff, (Staff.account_id == Account.id) & Staff.removed_at.is_(None))
    .where(Account.id == bindparam("id"), Account.session_epoch == bindparam("epoch"), Account.suspended_at.is_(None))
)
_ROLES = select(StaffRole.role).where(StaffRole.staff_id == bindparam("staff_id"))


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: whose account it is, and as what they may act.

    `hats` are trainee, staff, support_reader, partner_contact; `roles` those of staff. `has_undertaken` and
    `contact_has_undertaken` say whether they accepted today's wording of the undertaking as staff, and as a partner's
    contact.
    """

    account_id: int
    epoch: int
    reference: str
    full_name: str
    email: str
    hats: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    has_two_steps: bool = False
    has_undertaken: bool = False
    contact_has_undertaken: bool = False


def find_person(source: Source, account_id: int, epoch: int) -> Person | None:
    """The person of a sign-in; None when it was ended, or the account is suspended or gone."""
    row = source.execute(_PERSON, {"id": account_id, "epoch": epoch, "version": UNDERTAKING_VERSION}).first()
    if row is None:
        return None
    is_staff = row.staff_id is not None
    worn = (
        *((TRAINEE, row.is_trainee), (STAFF, is_staff), (SUPPORT_READER, row.reads_support_needs)),
        (PARTNER_CONTACT, row.is_contact),
    )
    return Person(
        account_id=row.id,
        epoch=row.session_epoch,
        reference=row.reference,
        full_name=row.full_name,
        email=row.email,
        hats=frozenset(hat for hat, wears in worn if wears),
        roles=frozenset(source.execute(_ROLES, {"staff_id": row.staff_id}).scalars()) if is_staff else frozenset(),
        has_two_steps=row.has_two_steps,
        has_undertaken=row.undertaking_version == UNDERTAKING_VERSION,
        contact_has_undertaken=row.contact_has_undertaken,
    )


def find_by_email(session: Session, key: str) -> Account | None:
    """The account with this email key."""
    return session.scalars(select(Account).where(Account.email_key == key)).first()


def get(session: Session, account_id: int, *, lock: bool = False) -> Account:
    """The account; `lock` holds it until the transaction ends. Raises NotFound."""
    account = session.get(Account, account_id, with_for_update=lock, populate_existing=lock)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Account:
    """The account; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(Account).where(Account.reference == reference)
    account = session.scalars(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    ).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def open_trainee(
    session: Session,
    answers: Answers,
    email: str,
    password_hash: str,
    visit: Visit,
    vault: Vault,
    now: dt.datetime,
    *,
    via: str = "",
) -> Person:
    """Make a trainee's account under a proved address, signed in: the only way one comes to be."""
    account = Account(
        reference=new_reference("ACC"),
        full_name=answers.full_name,
        email=email,
        email_key=email_key(email),
        password_hash=password_hash,
        created_at=now,
        last_used_at=now,
    )
    session.add(account)
    session.flush()
    told = {"region": answers.region, "heard_from": answers.heard_from, "of_age": answers.of_age, "via": via}
    session.add(Trainee(account_id=account.id, **told))
    for kind in (Happened.PASSWORD_SET, Happened.SIGN_IN):
        security_log.add(session, kind, visit, now, account_id=account.id, mailbox=vault.mailbox(email))
    session.flush()
    person = find_person(session, account.id, account.session_epoch)
    assert person
    return person


def get_trainee(session: Session, account_id: int) -> Trainee:
    """The trainee of an account. Raises NotFound."""
    trainee = session.scalars(select(Trainee).where(Trainee.account_id == account_id)).first()
    if trainee is None:
        raise NotFound("This account is no trainee's.")
    return trainee


def count_unused_since(session: Session, limit: dt.datetime) -> int:
    """How many accounts were last used before `limit`."""
    return session.scalar(select(func.count()).select_from(Account).where(Account.last_used_at < limit)) or 0


def delete_unused_since(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` accounts last used before `limit`, with what belongs to them."""
    oldest = select(Account.id).where(Account.last_used_at < limit).order_by(Account.id).limit(most)
    deleted = session.execute(
        delete(Account).where(Account.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
