"""Who signs in for a partner."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.domain.errors import NotFound
from portal.models.account import Account
from portal.models.partner import Partner
from portal.models.staff import Contact
from portal.records.paging import Page, page_of


def get(session: Session, contact_id: int) -> Contact:
    """The contact with account and partner. Raises NotFound."""
    query = select(Contact).where(Contact.id == contact_id).options(*_whole())
    contact = session.scalars(query).first()
    if contact is None:
        raise NotFound("There is no such contact.")
    return contact


def find(session: Session, account_id: int, partner_id: int) -> Contact | None:
    """The contact of this account for this partner, removed or not."""
    query = select(Contact).where(Contact.account_id == account_id, Contact.partner_id == partner_id)
    return session.scalars(query).first()


def present_of(session: Session, account_id: int) -> list[Contact]:
    """For whom this account may sign in, with the partners."""
    query = select(Contact).where(Contact.account_id == account_id, Contact.removed_at.is_(None))
    return list(session.scalars(query.options(*_whole()).order_by(Contact.id)))


def list_present(session: Session, page: int) -> Page[Contact]:
    """A page of all contacts, by partner and name."""
    query = (
        select(Contact)
        .join(Contact.partner)
        .join(Contact.account)
        .where(Contact.removed_at.is_(None))
        .options(*_whole())
        .order_by(Partner.name, Account.email_key)
    )
    return page_of(session, query, page)


def _whole() -> tuple[ExecutableOption, ...]:
    return joinedload(Contact.account), joinedload(Contact.partner)
