"""Who is let in as what today: staff by role, named readers, contacts by their organisation; trainees as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, case, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import Subquery

from portal.domain.roles import UNDERTAKING_VERSION
from portal.domain.sight import LISTED, Hat
from portal.models.account import Account, Trainee
from portal.models.partner import Partner
from portal.models.sponsor import Sponsor
from portal.models.staff import Contact, Staff, StaffRole
from portal.records.contacts import MAY_ENTER
from portal.records.paging import Page, Values, rows_of

# Whoever was only invited has no password and has signed in by no link: the account is as old as its last use.
_HAS_COME = Account.password_hash.is_not(None) | (Account.last_used_at > Account.created_at)
_ACCOUNT = (
    *(Account.reference, Account.full_name, Account.email, Account.search_text),
    case((_HAS_COME, Account.last_used_at)).label("last_used_at"),
    *(Account.suspended_at, Account.totp_secret.is_not(None).label("has_two_steps")),
)
_ORDER = {who: number for number, who in enumerate(LISTED)}


def _promise(table: type[Staff | Contact]) -> tuple[ColumnElement[Any], ...]:
    """When they were invited, and when they accepted today's wording; None when they have not."""
    accepted = case((table.undertaking_version == UNDERTAKING_VERSION, table.undertaking_accepted_at))
    return table.invited_at.expression, accepted.label("undertaking_accepted_at")


def _holders() -> CompoundSelect[*tuple[object, ...]]:
    of_staff = (
        select(
            cast(StaffRole.role, String).label("who"),
            *_ACCOUNT,
            literal("", String).label("organisation"),
            *_promise(Staff),
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
            *_promise(Staff),
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
            *_promise(Contact),
        )
        .select_from(Contact)
        .join(Contact.account)
        .where(MAY_ENTER)
    )


def count(session: Session) -> dict[str, int]:
    """How many people there are of each role and hat that has any; who has one for several organisations is one."""
    held = _holders().subquery()
    people = select(held.c.who, func.count(held.c.reference.distinct())).group_by(held.c.who)
    counted = {row.who: row[1] for row in session.execute(people)}
    return counted | {Hat.TRAINEE.value: session.scalar(select(func.count()).select_from(Trainee)) or 0}


def list_of(session: Session, who: str, page: int) -> Page[Values]:
    """A page of the people of a role or hat, by name; a contact stands there once for each organisation."""
    held = _holders().subquery()
    query = select(held).where(held.c.who == who).order_by(*_by_name(held))
    return rows_of(session, query, page)


def list_all(session: Session) -> Sequence[Values]:
    """All people of all roles and hats but trainees."""
    held = _holders().subquery()
    query = select(held).order_by(case(_ORDER, value=held.c.who), *_by_name(held))
    return session.execute(query).all()


def _by_name(held: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Alike on both databases, whatever language the server speaks; of one person in the order of the invitations."""
    return held.c.search_text, held.c.reference, held.c.invited_at
