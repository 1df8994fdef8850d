"""Accounts and the trainees among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere, NotFound
from portal.domain.references import new_reference
from portal.domain.registration import Answers
from portal.domain.roles import UNDERTAKING_VERSION
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.models.account import Account, Trainee
from portal.models.session import Source
from portal.models.staff import Contact, Staff, StaffRole
from portal.records import security_log
from portal.records.contacts import MAY_ENTER

TRAINEE, STAFF, SUPPORT_READER = "trainee", "staff", "support_reader"
PARTNER_CONTACT, SPONSOR_CONTACT = "partner_contact", "sponsor_contact"

_CONTACT = exists().where(Contact.account_id == Account.id, MAY_ENTER)

_PERSON = (
    select(
        Account.id,
        Account.session_epoch,
        Account.reference,
        Account.full_name,
        Account.email,
        Account.totp_secret.is_not(None).label("has_two_steps"),
        exists().where(Trainee.account_id == Account.id).label("is_trainee"),
        _CONTACT.where(Contact.partner_id.is_not(None)).label("is_partner_contact"),
        _CONTACT.where(Contact.sponsor_id.is_not(None)).label("is_sponsor_contact"),
        (~_CONTACT.where(func.coalesce(Contact.undertaking_version, "") != bindparam("version"))).label(
            "contact_has_undertaken"
        ),
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

    `hats` are trainee, staff, support_reader, partner_contact, sponsor_contact; `roles` those of staff.
    `has_undertaken` and `contact_has_undertaken` say whether they accepted today's wording of the undertaking as staff,
    and for every organisation that they are a contact of.
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
        (TRAINEE, row.is_trainee),
        (STAFF, is_staff),
        (SUPPORT_READER, row.reads_support_needs),
        (PARTNER_CONTACT, row.is_partner_contact),
        (SPONSOR_CONTACT, row.is_sponsor_contact),
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


def find_by_email(session: Session, key: str, *, lock: bool = False, stays: bool = False) -> Account | None:
    """The account with this email key; `lock` as below. One that `stays` is not deleted before the transaction ends."""
    query = select(Account).where(Account.email_key == key)
    if stays:
        query = query.with_for_update(read=True, key_share=True)
    return session.scalars(_locked(query) if lock else query).first()


def get(session: Session, account_id: int, *, lock: bool = False) -> Account:
    """The account; `lock` holds it, as it is by then, until the transaction ends. Raises NotFound.

    What the caller holds by name (`hold`) it holds first, and other rows of the account after it. A row that points to
    the account can be written meanwhile: an entry of the log waits for nobody.
    """
    query = select(Account).where(Account.id == account_id)
    account = session.scalars(_locked(query)).first() if lock else session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Account:
    """The account; `lock` as above. Raises NotFound."""
    query = select(Account).where(Account.reference == reference)
    account = session.scalars(_locked(query) if lock else query).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _locked(query: Select[Account]) -> Select[Account]:
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


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
    """Make somebody a trainee under a proved address, signed in: the only way one comes to be.

    The caller holds the address. Raises AlreadyThere when its account may not become a trainee's by a link.
    """
    account = find_by_email(session, email_key(email), lock=True)
    if account is None:
        account = Account(reference=new_reference("ACC"), email=email, email_key=email_key(email), created_at=now)
        session.add(account)
    elif not may_register(session, account):
        raise AlreadyThere("This address has an account already.")
    account.full_name, account.password_hash, account.last_used_at = answers.full_name, password_hash, now
    session.flush()
    told = {"region": answers.region, "heard_from": answers.heard_from, "of_age": answers.of_age, "via": via}
    session.add(Trainee(account_id=account.id, details_confirmed_at=now, **told))
    for kind in (Happened.PASSWORD_SET, Happened.SIGN_IN):
        security_log.add(session, kind, visit, now, account_id=account.id, mailbox=vault.mailbox(email))
    session.flush()
    person = find_person(session, account.id, account.session_epoch)
    assert person
    return person


def may_register(session: Session, account: Account) -> bool:
    """True for a contact, who has signed in by mailed links alone: registering makes a trainee of them as well.

    Not for who has a password, was suspended, or was invited to the staff: a link must not open what those guard.
    """
    is_staff = session.scalar(select(exists().where(Staff.account_id == account.id, Staff.removed_at.is_(None))))
    return account.password_hash is None and account.suspended_at is None and not is_staff


def get_trainee(session: Session, account_id: int) -> Trainee:
    """The trainee of an account. Raises NotFound."""
    trainee = session.scalars(select(Trainee).where(Trainee.account_id == account_id)).first()
    if trainee is None:
        raise NotFound("This account is no trainee's.")
    return trainee
