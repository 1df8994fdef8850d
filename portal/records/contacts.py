"""Who signs in for a partner or a sponsor."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, func, select, update
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
    exists().where(Partner.id == Contact.partner_id, Partner.active).correlate(Contact)
    | exists().where(Sponsor.id == Contact.sponsor_id, Sponsor.active).correlate(Contact)
)
"""Of those who are not removed, whose organisation lets them in: nobody enters for a partner that has ended or a
sponsor that is stopped. A partner that is paused, or has no room for enquiries, works on."""


def get(session: Session, contact_id: int) -> Contact:
    """The contact with account and organisation. Raises NotFound."""
    query = select(Contact).where(Contact.id == contact_id).options(*_whole())
    contact = session.scalars(query).first()
    if contact is None:
        raise NotFound("There is no such contact.")
    return contact


def find(session: Session, account_id: int, organisation: Partner | Sponsor) -> Contact | None:
    """The contact of this account for this organisation, removed or not."""
    query = select(Contact).where(Contact.account_id == account_id, _of(organisation))
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


def end_sign_ins(session: Session, organisation: Partner | Sponsor) -> None:
    """End every sign-in of whoever signs in for an organisation that lets nobody in any more.

    Those of today would wake otherwise when it lets them in again. The accounts are locked in their order.
    """
    theirs = select(Contact.account_id).where(_of(organisation), PRESENT)
    query = select(Account.id).where(Account.id.in_(theirs)).order_by(Account.id).with_for_update(key_share=True)
    ended = update(Account).where(Account.id.in_(session.scalars(query).all()))
    raised = ended.values(session_epoch=Account.session_epoch + 1)
    session.execute(raised.execution_options(synchronize_session=False))


def count_by_sponsor(session: Session, sponsor_ids: Iterable[int]) -> dict[int, int]:
    """How many sign in for each of these sponsors, by id; one query, and a sponsor without contacts is not there."""
    query = (
        select(Sponsor.id, func.count())
        .join(Contact, Contact.sponsor_id == Sponsor.id)
        .where(PRESENT, Sponsor.id.in_(list(sponsor_ids)))
        .group_by(Sponsor.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _of(organisation: Partner | Sponsor) -> ColumnElement[bool]:
    column = Contact.partner_id if isinstance(organisation, Partner) else Contact.sponsor_id
    return column == organisation.id


def _whole() -> tuple[ExecutableOption, ...]:
    return joinedload(Contact.account), joinedload(Contact.partner), joinedload(Contact.sponsor)
