"""Registrations whose address is not proved yet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.models.account import Registration


def get(session: Session, registration_id: int) -> Registration:
    """The registration. Raises NotFound."""
    registration = session.get(Registration, registration_id)
    if registration is None:
        raise NotFound("There is no such registration.")
    return registration


def get_by_key(session: Session, key: str, *, lock: bool = False) -> Registration:
    """The registration that a link proves; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(Registration).where(Registration.key == key)
    registration = session.scalars(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    ).first()
    if registration is None:
        raise NotFound("There is no such registration.")
    return registration


def forget(session: Session, email_key: str) -> None:
    """Delete every registration of this address: one of them has become an account."""
    session.execute(delete(Registration).where(Registration.email_key == email_key))


def count_registered_before(session: Session, limit: dt.datetime) -> int:
    """How many were registered before `limit`."""
    query = select(func.count()).select_from(Registration).where(Registration.registered_at < limit)
    return session.scalar(query) or 0


def delete_registered_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` that were registered before `limit`."""
    oldest = select(Registration.id).where(Registration.registered_at < limit).order_by(Registration.id).limit(most)
    deleted = session.execute(
        delete(Registration).where(Registration.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
