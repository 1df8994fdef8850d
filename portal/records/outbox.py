"""Outbox rows: writing one beside its cause, claiming the next, and finishing by compare-and-set on the lease."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain.delivery import WAITING, Kind, Lane, State
from portal.domain.errors import NotFound
from portal.models.base import Base
from portal.models.outbox import OutboxMessage
from portal.records.paging import Page, page_of

_INSERT = insert(Base.metadata.tables["outbox_message"])

Note = Callable[[Session, int, dt.datetime], None]
FailureNote = Callable[[Session, int, dt.datetime], bool]


def _nothing(_session: Session, _record_id: int, _now: dt.datetime) -> None:
    """Nothing to note."""


def _no_other_way(_session: Session, _record_id: int, _now: dt.datetime) -> bool:
    """Nothing to note, and no other way to try."""
    return False


@dataclass(frozen=True)
class Handler:
    """How one kind is delivered.

    `deliver(record_id, key, deadline)` acts on the outside world and raises a DeliveryError. `sent` and `failed` note
    the end on the record, in the transaction that finishes the message; `failed` answers True when there is another
    way (a second address) and the message should be tried again at once.
    """

    deliver: Callable[[int, str, Any], None]
    sent: Note = _nothing
    failed: FailureNote = _no_other_way


def add(
    session: Session,
    kind: Kind,
    record_id: int,
    now: dt.datetime,
    *,
    key: str = "",
    lane: str = Lane.MAIL,
    due_at: dt.datetime | None = None,
) -> None:
    """Write a message beside its cause. `key` tells two of the same kind and record apart; `due_at`: not before."""
    unique = f"{kind}:{record_id}{':' if key else ''}{key}"
    due = max(now, due_at) if due_at else now
    row = {"kind": kind, "record_id": record_id, "lane": lane, "key": unique, "created_at": now, "due_at": due}
    session.connection().execute(_INSERT, row)


def find_by_key(session: Session, key: str) -> OutboxMessage | None:
    """The message with this unique key."""
    return session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).first()


def add_once(session: Session, kind: Kind, record_id: int, now: dt.datetime, *, key: str, lane: str) -> None:
    """Write the message unless one with its key stands already, even if another worker writes it meanwhile."""
    row = {"kind": kind, "record_id": record_id, "lane": lane, "key": f"{kind}:{record_id}:{key}"}
    row |= {
        "state": State.QUEUED,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
        "uncertain": False,
        "last_error": "",
    }
    insert_ = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert_(OutboxMessage).values(row).on_conflict_do_nothing(index_elements=["key"]))


def claim(session: Session, lane: str, now: dt.datetime, lease: dt.timedelta) -> OutboxMessage | None:
    """Take the lane's next due message, or one whose worker died, until `lease` is over. None when there is none."""
    due = OutboxMessage.state.in_(WAITING) & (OutboxMessage.due_at <= now)
    abandoned = (OutboxMessage.state == State.LEASED) & (OutboxMessage.lease_until <= now)
    message = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.lane == lane, due | abandoned)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if message is not None:
        message.uncertain = message.uncertain or message.state == State.LEASED
        message.state = State.LEASED
        message.lease_token = secrets.token_hex(16)
        message.lease_until = now + lease
        message.attempts += 1
    return message


def finish(session: Session, message_id: int, lease_token: str, **changes: Any) -> bool:
    """Change the message, if this worker still holds its lease; False when another has taken it over."""
    changed = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.lease_token == lease_token)
        .values(lease_token=None, lease_until=None, **changes)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    return changed.rowcount == 1


def reopen(session: Session, message_id: int, now: dt.datetime) -> None:
    """Try again at once, from the beginning: there is another way."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(state=State.RETRYING, attempts=0, due_at=now, finished_at=None)
        .execution_options(synchronize_session=False)
    )


def find(session: Session, kind: Kind, record_id: int) -> OutboxMessage | None:
    """The newest message of this kind about this record."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == kind, OutboxMessage.record_id == record_id)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).first()


def states_of(session: Session, kinds: Iterable[Kind], record_ids: Iterable[int]) -> dict[int, State]:
    """The state of the newest message of these kinds about each of these records, by the record's id."""
    query = select(OutboxMessage.record_id, OutboxMessage.state).where(
        OutboxMessage.kind.in_(list(kinds)), OutboxMessage.record_id.in_(list(record_ids))
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(OutboxMessage.id))}


def cancel(
    session: Session, kinds: Iterable[Kind], record_id: int, now: dt.datetime, *, states: Collection[State] = WAITING
) -> None:
    """Cancel what waits, or is in one of these `states`; what a worker holds at this moment it finishes itself."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.kind.in_(list(kinds)),
            OutboxMessage.record_id == record_id,
            OutboxMessage.state.in_(states),
        )
        .values(state=State.CANCELLED, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def get(session: Session, message_id: int) -> OutboxMessage:
    """The message, held until the transaction ends. Raises NotFound."""
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such delivery.")
    return message


def list_messages(session: Session, states: Iterable[State], page: int) -> Page[OutboxMessage]:
    """A page of what people are sent, newest first, in these states or in any; timed work only when it failed."""
    wanted = list(states)
    query = select(OutboxMessage).where((OutboxMessage.lane != Lane.TIME) | (OutboxMessage.state == State.FAILED))
    query = query.where(OutboxMessage.state.in_(wanted)) if wanted else query
    return page_of(session, query.order_by(OutboxMessage.id.desc()), page)


def count_failed(session: Session) -> list[tuple[Kind, int, str]]:
    """(kind, how many were given up, the last one's reason), for each kind that has any."""
    counted = (
        select(OutboxMessage.kind, func.count(), func.max(OutboxMessage.id))
        .where(OutboxMessage.state == State.FAILED)
        .group_by(OutboxMessage.kind)
        .order_by(OutboxMessage.kind)
    )
    rows = session.execute(counted).all()
    newest = select(OutboxMessage.id, OutboxMessage.last_error).where(OutboxMessage.id.in_([row[2] for row in rows]))
    errors = {row[0]: row[1] for row in session.execute(newest)}
    return [(kind, count, errors[last]) for kind, count, last in rows]


def count_overdue(session: Session, since: dt.datetime) -> int:
    """How many messages a worker should have taken up before `since`, and has not."""
    waiting = OutboxMessage.state.in_(WAITING) & (OutboxMessage.due_at < since)
    abandoned = (OutboxMessage.state == State.LEASED) & (OutboxMessage.lease_until < since)
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(waiting | abandoned)) or 0


def may_have_arrived(message: OutboxMessage) -> bool:
    """True unless it is sure that the other side never had it."""
    return message.uncertain or message.state in (State.SENT, State.LEASED)


def _done_before(limit: dt.datetime) -> ColumnElement[bool]:
    """Timed work that came to an end; what was given up stays, for staff."""
    ended = OutboxMessage.state.in_((State.SENT, State.CANCELLED))
    return (OutboxMessage.lane == Lane.TIME) & ended & (OutboxMessage.finished_at < limit)


def count_done_before(session: Session, limit: dt.datetime) -> int:
    """How many pieces of timed work were done before `limit`."""
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(_done_before(limit))) or 0


def delete_done_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete the notes of up to `most` of them."""
    oldest = select(OutboxMessage.id).where(_done_before(limit)).order_by(OutboxMessage.id).limit(most)
    deleted = session.execute(
        delete(OutboxMessage).where(OutboxMessage.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
