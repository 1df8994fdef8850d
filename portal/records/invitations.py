"""Invitations, and who sent them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.errors import NotFound
from portal.models.invitation import Invitation, Registrant


def get_registrant(session: Session, registrant_id: int) -> Registrant:
    """Who invites. Raises NotFound."""
    registrant = session.get(Registrant, registrant_id)
    if registrant is None:
        raise NotFound("There is nobody who invites.")
    return registrant


def get_registrant_by_key(session: Session, key: str, *, lock: bool = False) -> Registrant:
    """Who invites, by the key of their page; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(Registrant).where(Registrant.key == key)
    registrant = session.scalars(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    ).first()
    if registrant is None:
        raise NotFound("There is nobody who invites.")
    return registrant


def list_of(session: Session, registrant: Registrant) -> Sequence[Invitation]:
    """Their invitations, in the order they were entered: never more than a form has room for."""
    query = select(Invitation).where(Invitation.registrant_id == registrant.id).order_by(Invitation.position)
    return session.scalars(query).all()


def get(session: Session, invitation_id: int) -> Invitation:
    """The invitation with who sent it. Raises NotFound."""
    query = select(Invitation).where(Invitation.id == invitation_id).options(joinedload(Invitation.registrant))
    invitation = session.scalars(query).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    return invitation


def get_by_key(session: Session, key: str, *, lock: bool = False) -> Invitation:
    """The unanswered invitation of a link, with who sent it; `lock` as above. Raises NotFound when it is answered."""
    query = select(Invitation).where(Invitation.key == key, Invitation.answered_at.is_(None))
    query = query.options(joinedload(Invitation.registrant))
    invitation = session.scalars(
        query.with_for_update(of=Invitation).execution_options(populate_existing=True) if lock else query
    ).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    return invitation


def answer(invitation: Invitation, now: dt.datetime, *, taken_up: bool) -> None:
    """Delete what was said of the person, and keep whether they took it up."""
    invitation.full_name = invitation.email = invitation.email_key = None
    invitation.taken_up, invitation.answered_at = taken_up, now


def count_invited_before(session: Session, limit: dt.datetime) -> int:
    """How many people sent invitations before `limit`."""
    query = select(func.count()).select_from(Registrant).where(Registrant.invited_at < limit)
    return session.scalar(query) or 0


def delete_invited_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` who sent invitations before `limit`, with their invitations."""
    oldest = select(Registrant.id).where(Registrant.invited_at < limit).order_by(Registrant.id).limit(most)
    deleted = session.execute(
        delete(Registrant).where(Registrant.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
