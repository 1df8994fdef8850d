"""Complaints with what was said and done about each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, case, delete, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain.complaint import About, EntryKind
from portal.domain.errors import NotFound
from portal.domain.searching import words
from portal.models.account import Account
from portal.models.complaint import Complaint, ComplaintEntry
from portal.records.accounts import Person
from portal.records.paging import Page, page_of


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty is everything. `state` is open or closed, `overdue_at` a moment."""

    search: str = ""
    state: str = ""
    about: str = ""
    overdue_at: dt.datetime | None = None


def next_due() -> ColumnElement[dt.datetime]:
    """By when the next must be done: the acknowledgement while there is none and its day comes first; the answer."""
    first = Complaint.acknowledged_at.is_(None) & (Complaint.acknowledge_by < Complaint.answer_by)
    return case((first, Complaint.acknowledge_by), else_=Complaint.answer_by)


def add(session: Session, **columns: Any) -> Complaint:
    """Write a complaint."""
    complaint = Complaint(**columns)
    session.add(complaint)
    session.flush()
    return complaint


def find_by_submission(session: Session, submission: str) -> Complaint | None:
    """The complaint that this sending made, if there is one."""
    return session.scalars(select(Complaint).where(Complaint.submission == submission)).first()


def get(session: Session, complaint_id: int) -> Complaint:
    """The complaint. Raises NotFound."""
    return _there(session.get(Complaint, complaint_id))


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Complaint:
    """The complaint; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(Complaint).where(Complaint.reference == reference)
    return _there(session.scalars(query.with_for_update() if lock else query).first())


def _there(complaint: Complaint | None) -> Complaint:
    if complaint is None:
        raise NotFound("There is no such complaint.")
    return complaint


def list_complaints(session: Session, filters: Filters, seen: Collection[About], page: int) -> Page[Complaint]:
    """A page of those that somebody sees, oldest first."""
    return page_of(session, _oldest_first(filters, seen), page)


def all_wanted(session: Session, filters: Filters, seen: Collection[About]) -> Sequence[Complaint]:
    """Everything that the filters leave of what somebody sees, oldest first."""
    return session.scalars(_oldest_first(filters, seen)).all()


def _oldest_first(filters: Filters, seen: Collection[About]) -> Select[Complaint]:
    query = select(Complaint).where(Complaint.about.in_(seen))
    for word in words(filters.search):
        query = query.where(Complaint.search_text.contains(word, autoescape=True))
    if filters.state:
        is_open = Complaint.closed_at.is_(None)
        query = query.where(is_open if filters.state == "open" else ~is_open)
    if filters.about:
        query = query.where(Complaint.about == filters.about)
    if filters.overdue_at:
        query = query.where(Complaint.closed_at.is_(None), next_due() <= filters.overdue_at)
    return query.order_by(Complaint.received_at, Complaint.id)


def owners_of(session: Session, complaints: Iterable[Complaint]) -> dict[int, str]:
    """The name of who has taken each complaint, by the complaint's id."""
    query = select(Complaint.id, Account.full_name).join(Account, Account.id == Complaint.owner_id)
    rows = session.execute(query.where(Complaint.id.in_([one.id for one in complaints])))
    return {row[0]: row[1] for row in rows}


def add_entry(
    session: Session, complaint: Complaint, kind: EntryKind, words: str, now: dt.datetime, **columns: Any
) -> ComplaintEntry:
    """Add an entry to the timeline."""
    entry = ComplaintEntry(complaint_id=complaint.id, kind=kind, words=words, made_at=now, **columns)
    session.add(entry)
    session.flush()
    return entry


def by(person: Person) -> dict[str, Any]:
    """The columns that say which member of staff made an entry."""
    return {"account_id": person.account_id, "made_by": person.full_name}


def entries_of(session: Session, complaint: Complaint) -> Sequence[ComplaintEntry]:
    """The timeline, oldest first."""
    query = select(ComplaintEntry).where(ComplaintEntry.complaint_id == complaint.id).order_by(ComplaintEntry.id)
    return session.scalars(query).all()


def get_entry(session: Session, entry_id: int) -> ComplaintEntry:
    """The entry. Raises NotFound."""
    entry = session.get(ComplaintEntry, entry_id)
    if entry is None:
        raise NotFound("There is no such entry.")
    return entry


def is_open_of(email_key: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether a complaint from this address (a key) is open: what it may be about is not deleted meanwhile."""
    return exists().where(Complaint.email_key == email_key, Complaint.closed_at.is_(None))


def count_closed_before(session: Session, limit: dt.datetime) -> int:
    """How many complaints were closed before `limit`."""
    return session.scalar(select(func.count()).select_from(Complaint).where(Complaint.closed_at < limit)) or 0


def delete_closed_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` complaints closed before `limit`, with their timelines."""
    oldest = select(Complaint.id).where(Complaint.closed_at < limit).order_by(Complaint.id).limit(most)
    deleted = session.execute(
        delete(Complaint).where(Complaint.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
