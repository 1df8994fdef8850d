"""Who signs in for a partner or a sponsor."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.domain.errors import NotFound
from portal.models.account import Account
from portal.models.partner import Partner
from portal.models.sponsor import Sponsor
from portal.models.staff import Contact
from portal.records.paging import Page, page_of

PRESENT = Contact.removed_at.is_(None)
MAY_ENTER = PRESENT & (
    Contact.sponsor_id.is_(None) | exists().where(Sponsor.id == Contact.sponsor_id, Sponsor.active).correlate(Contact)
)
"""Of those who are not removed, whose organisation lets them in: nobody enters for a sponsor that is stopped."""


def get(session: Session, contact_id: int) -> Contact:
    """The contact with account and organisation. Raises NotFound."""
    query = select(Contact).where(Contact.id == contact_id).options(*_whole())
    contact = session.scalars(query).first()
    if contact is None:
        raise NotFound("There is no such contact.")
    return contact


def find(session: Session, account_id: int, organisation: Partner | Sponsor) -> Contact | None:
    """The contact of this account for this organisation, removed or not."""
    column = Contact.partner_id if isinstance(organisation, Partner) else Contact.sponsor_id
    query = select(Contact).where(Contact.account_id == account_id, column == organisation.id)
    return session.scalars(query).first()


def present_of(session: Session, account_id: int) -> list[Contact]:
    """For whom this account may sign in now, with the organisations."""
    query = select(Contact).where(Contact.account_id == account_id, MAY_ENTER)
    return list(session.scalars(query.options(*_whole()).order_by(Contact.id)))


def standing_of(session: Session, account_id: int) -> list[Contact]:
    """Every contact of this account that is not removed, whether or not the organisation lets anybody in."""
    query = select(Contact).where(Contact.account_id == account_id, PRESENT)
    return list(session.scalars(query.options(*_whole()).order_by(Contact.id)))


def list_present(session: Session, page: int) -> Page[Contact]:
    """A page of all contacts by their names, which both databases sort alike; who has several stands together."""
    query = select(Contact).join(Contact.account).where(PRESENT).options(*_whole())
    return page_of(session, query.order_by(Account.search_text, Account.id, Contact.id), page)


def count_by_sponsor(session: Session, sponsor_ids: Iterable[int]) -> dict[int, int]:
    """How many sign in for each of these sponsors, by id; one query, and a sponsor without contacts is not there."""
    query = (
        select(Sponsor.id, func.count())
        .join(Contact, Contact.sponsor_id == Sponsor.id)
        .where(PRESENT, Sponsor.id.in_(list(sponsor_ids)))
        .group_by(Sponsor.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _whole() -> tuple[ExecutableOption, ...]:
    return joinedload(Contact.account), joinedload(Contact.partner), joinedload(Contact.sponsor)
