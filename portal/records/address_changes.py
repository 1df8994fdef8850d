"""Changes of address that wait for both addresses to agree."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.models.account import AddressChange


def get(session: Session, change_id: int) -> AddressChange:
    """The change. Raises NotFound."""
    change = session.get(AddressChange, change_id)
    if change is None:
        raise NotFound("There is no such change.")
    return change


def get_by_key(session: Session, key: str, *, lock: bool = False) -> AddressChange:
    """The change that a link agrees to; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(AddressChange).where(AddressChange.key == key)
    change = session.scalars(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    ).first()
    if change is None:
        raise NotFound("There is no such change.")
    return change


def find_of(session: Session, account_id: int) -> AddressChange | None:
    """The change that waits for this account."""
    return session.scalars(select(AddressChange).where(AddressChange.account_id == account_id)).first()


def forget(session: Session, account_id: int) -> None:
    """Delete what waits for this account."""
    session.execute(delete(AddressChange).where(AddressChange.account_id == account_id))


def count_asked_before(session: Session, limit: dt.datetime) -> int:
    """How many were asked for before `limit`."""
    query = select(func.count()).select_from(AddressChange).where(AddressChange.asked_at < limit)
    return session.scalar(query) or 0


def delete_asked_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` that were asked for before `limit`."""
    oldest = select(AddressChange.id).where(AddressChange.asked_at < limit).order_by(AddressChange.id).limit(most)
    deleted = session.execute(
        delete(AddressChange).where(AddressChange.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
