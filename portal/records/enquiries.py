"""Enquiries with their routing and referral."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Insert, Row, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.errors import NotFound
from portal.models.base import Base
from portal.models.enquiry import Enquiry, Referral
from portal.records import complaints
from portal.records.paging import Page, page_of

Values = Mapping[str, Any]
OWN_SIZE = 10

# Made once and straight to the tables: sending waits for these, and records of the mapper would double its price.
_ENQUIRY, _ROUTING, _REFERRAL = (Base.metadata.tables[name] for name in ("enquiry", "enquiry_routing", "referral"))
_BY_SUBMISSION = select(_ENQUIRY.c.reference, _ENQUIRY.c.link_epoch, _ENQUIRY.c.received_at).where(
    _ENQUIRY.c.submission == bindparam("submission")
)
_INSERT_ENQUIRY, _INSERT_ROUTING, _INSERT_REFERRAL = insert(_ENQUIRY), insert(_ROUTING), insert(_REFERRAL)


def _whole() -> tuple[object, ...]:
    return joinedload(Enquiry.routing), joinedload(Enquiry.referral).joinedload(Referral.partner)


def get(session: Session, enquiry_id: int) -> Enquiry:
    """The enquiry with its routing, referral and partner. Raises NotFound."""
    enquiry = session.scalars(
        select(Enquiry).where(Enquiry.id == enquiry_id).options(*_whole())  # type: ignore[arg-type]
    ).first()
    if enquiry is None:
        raise NotFound(f"There is no enquiry {enquiry_id}.")
    return enquiry


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Enquiry:
    """The enquiry with its routing, referral and partner; `lock` holds it until the transaction ends."""
    query = select(Enquiry).where(Enquiry.reference == reference).options(*_whole())  # type: ignore[arg-type]
    if lock:
        query = query.with_for_update(of=Enquiry)
    enquiry = session.scalars(query).first()
    if enquiry is None:
        raise NotFound(f"There is no enquiry {reference}.")
    return enquiry


def find_by_submission(session: Session, submission: str) -> Row[str, int, dt.datetime] | None:
    """(reference, link_epoch, received_at) of the enquiry that this once-only submission made, if it has been used."""
    return session.execute(_BY_SUBMISSION, {"submission": submission}).first()


def add(session: Session, *, referral: Values | None, routing: Values, **enquiry: Any) -> tuple[int, int | None]:
    """Write an enquiry with its routing and its referral, each by column; answers (enquiry id, referral id or None)."""
    connection = session.connection()
    enquiry_id = _insert(connection, _INSERT_ENQUIRY, enquiry)
    _insert(connection, _INSERT_ROUTING, {"enquiry_id": enquiry_id, **routing})
    if referral is None:
        return enquiry_id, None
    return enquiry_id, _insert(connection, _INSERT_REFERRAL, {"enquiry_id": enquiry_id, **referral})


def _insert(connection: Connection, statement: Insert, row: Values) -> int:
    key = connection.execute(statement, row).inserted_primary_key
    assert key
    return int(key[0])


def list_of(session: Session, key: str, page: int) -> Page[Enquiry]:
    """A page of the enquiries sent with this email key, newest first."""
    newest = select(Enquiry).where(Enquiry.email_key == key).order_by(Enquiry.id.desc())
    return page_of(session, newest.options(*_whole()), page, OWN_SIZE)  # type: ignore[arg-type]


def get_referral(session: Session, referral_id: int) -> Referral:
    """The referral with its partner, its enquiry and that one's routing. Raises NotFound."""
    referral = session.scalars(
        select(Referral)
        .where(Referral.id == referral_id)
        .options(joinedload(Referral.partner), joinedload(Referral.enquiry).joinedload(Enquiry.routing))
    ).first()
    if referral is None:
        raise NotFound(f"There is no referral {referral_id}.")
    return referral


def count_received_before(session: Session, limit: dt.datetime) -> int:
    """How many enquiries were received before `limit` and may be deleted."""
    return session.scalar(select(func.count()).select_from(Enquiry).where(_deletable(limit))) or 0


def delete_received_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` enquiries received before `limit`, with their routing, referral and link to consents."""
    oldest = select(Enquiry.id).where(_deletable(limit)).order_by(Enquiry.id).limit(most)
    deleted = session.execute(
        delete(Enquiry).where(Enquiry.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount


def _deletable(limit: dt.datetime) -> ColumnElement[bool]:
    return (Enquiry.received_at < limit) & ~complaints.is_open_of(Enquiry.email_key)
