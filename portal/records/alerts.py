"""What in the security log somebody must look at: written beside its cause, open until somebody has looked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.security import (
    ALERT_WINDOW,
    ALERTS,
    Happened,
    Visit,
    too_many_locked,
    too_many_read,
    too_much_exported,
)
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import hold
from portal.records import outbox, security_log
from portal.records.paging import Query, Values


def after_lock(session: Session, visit: Visit, now: dt.datetime) -> None:
    """An account was closed: raise the alert when too many were within the hour."""
    hold(session, "alerts")
    recent = (SecurityEvent.kind == Happened.LOCKED) & (SecurityEvent.happened_at > now - ALERT_WINDOW)
    accounts = session.scalar(select(func.count(SecurityEvent.account_id.distinct())).where(recent)) or 0
    if detail := too_many_locked(accounts):
        _raise(session, Happened.MANY_LOCKED, visit, now, None, detail)


def export(session: Session, account_id: int, what: str, rows: int, visit: Visit, now: dt.datetime) -> None:
    """Note that somebody takes a list away, and raise the alert when that is much.

    Every export calls this in the transaction that reads its rows. `what` names the list, as in "trainees".
    """
    hold(session, "alerts")
    detail = f"{what}, {rows:,} {'row' if rows == 1 else 'rows'}"
    security_log.add(session, Happened.EXPORTED, visit, now, account_id=account_id, detail=detail)
    recent = (SecurityEvent.kind == Happened.EXPORTED) & (SecurityEvent.happened_at > now - ALERT_WINDOW)
    own = select(func.count()).select_from(SecurityEvent).where(recent, SecurityEvent.account_id == account_id)
    if alarming := too_much_exported(rows, session.scalar(own) or 0):
        _raise(session, Happened.MASS_EXPORT, visit, now, account_id, alarming)


def support_read(
    session: Session, trainee_id: int, account_id: int, reference: str, visit: Visit, now: dt.datetime
) -> None:
    """Note that a named reader (their account and its reference) opens a trainee's words; many are an alert."""
    hold(session, "alerts")
    detail = f"by {reference}"
    security_log.add(session, Happened.SUPPORT_READ, visit, now, account_id=trainee_id, detail=detail)
    recent = (SecurityEvent.kind == Happened.SUPPORT_READ) & (SecurityEvent.happened_at > now - ALERT_WINDOW)
    opened = select(func.count(SecurityEvent.account_id.distinct())).where(recent, SecurityEvent.detail == detail)
    if alarming := too_many_read(session.scalar(opened) or 0):
        _raise(session, Happened.MASS_READING, visit, now, account_id, alarming)


def contact_moved(session: Session, account_id: int, names: str, visit: Visit, now: dt.datetime) -> None:
    """A contact of these organisations changed the address, which has removed them: a manager may invite them again."""
    hold(session, "alerts")
    _raise(session, Happened.CONTACT_MOVED, visit, now, account_id, names)


def _raise(
    session: Session, kind: Happened, visit: Visit, now: dt.datetime, account_id: int | None, detail: str
) -> None:
    """Once an hour for each account, with one letter an hour for each kind. The caller holds "alerts"."""
    recent = (SecurityEvent.kind == kind) & (SecurityEvent.happened_at > now - ALERT_WINDOW)
    raised = list(session.scalars(select(SecurityEvent.account_id).where(recent)))
    if account_id in raised:
        return
    entry = security_log.add(session, kind, visit, now, account_id=account_id, detail=detail)
    if not raised:
        outbox.add(session, Kind.SECURITY_ALERT, entry, now, key=f"{now:%Y-%m-%dT%H}")


def _open() -> Query:
    looked = (
        select(func.coalesce(func.max(SecurityEvent.id), 0))
        .where(SecurityEvent.kind == Happened.ALERTS_SEEN)
        .scalar_subquery()
    )
    return (
        select(
            *(SecurityEvent.kind, SecurityEvent.detail, SecurityEvent.happened_at),
            *(Account.reference, Account.full_name),
        )
        .outerjoin(Account, Account.id == SecurityEvent.account_id)
        .where(SecurityEvent.kind.in_(list(ALERTS)), SecurityEvent.id > looked)
    )


def list_open(session: Session, most: int) -> Sequence[Values]:
    """The first alerts that nobody has looked at, oldest first."""
    return session.execute(_open().order_by(SecurityEvent.id).limit(most)).all()


def count_open(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(_open().subquery())) or 0


def find_newest(session: Session) -> dt.datetime | None:
    """When the newest of them was raised."""
    newest = _open().order_by(SecurityEvent.id.desc()).limit(1)
    row = session.execute(newest).first()
    return row.happened_at if row else None
