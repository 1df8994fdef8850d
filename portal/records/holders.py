"""Who is let in as what today: staff by role, named readers, contacts by their organisation; trainees as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain.sight import Hat
from portal.models.account import Account, Trainee
from portal.models.partner import Partner
from portal.models.sponsor import Sponsor
from portal.models.staff import Contact, Staff, StaffRole
from portal.records.contacts import MAY_ENTER
from portal.records.paging import Page, Values, rows_of

_ACCOUNT = (
    *(Account.reference, Account.full_name, Account.email, Account.search_text, Account.last_used_at),
    *(Account.suspended_at, Account.totp_secret.is_not(None).label("has_two_steps")),
)


def _holders() -> CompoundSelect[*tuple[object, ...]]:
    of_staff = (
        select(
            cast(StaffRole.role, String).label("who"),
            *_ACCOUNT,
            literal("", String).label("organisation"),
            *(Staff.invited_at, Staff.undertaking_accepted_at),
        )
        .join(Staff, Staff.id == StaffRole.staff_id)
        .join(Account, Account.id == Staff.account_id)
        .where(Staff.removed_at.is_(None))
    )
    readers = (
        select(
            literal(Hat.SUPPORT_READER.value, String),
            *_ACCOUNT,
            literal("", String),
            *(Staff.invited_at, Staff.undertaking_accepted_at),
        )
        .join(Account, Account.id == Staff.account_id)
        .where(Staff.removed_at.is_(None), Staff.reads_support_needs)
    )
    of_partners = _contacts(Hat.PARTNER_CONTACT, Partner.name).join(Contact.partner)
    of_sponsors = _contacts(Hat.SPONSOR_CONTACT, Sponsor.name).join(Contact.sponsor)
    return union_all(of_staff, readers, of_partners, of_sponsors)


def _contacts(hat: Hat, organisation: InstrumentedAttribute[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(hat.value, String),
            *_ACCOUNT,
            organisation,
            *(Contact.invited_at, Contact.undertaking_accepted_at),
        )
        .select_from(Contact)
        .join(Contact.account)
        .where(MAY_ENTER)
    )


def count(session: Session) -> dict[str, int]:
    """How many people there are of each role and hat that has any."""
    held = _holders().subquery()
    counted = {row.who: row[1] for row in session.execute(select(held.c.who, func.count()).group_by(held.c.who))}
    return counted | {Hat.TRAINEE.value: session.scalar(select(func.count()).select_from(Trainee)) or 0}


def list_of(session: Session, who: str, page: int) -> Page[Values]:
    """A page of the people of a role or hat, by organisation and name."""
    held = _holders().subquery()
    query = select(held).where(held.c.who == who).order_by(held.c.organisation, held.c.search_text, held.c.reference)
    return rows_of(session, query, page)


def list_all(session: Session) -> Sequence[Values]:
    """All people of all roles and hats but trainees."""
    held = _holders().subquery()
    query = select(held).order_by(held.c.who, held.c.organisation, held.c.search_text, held.c.reference)
    return session.execute(query).all()
