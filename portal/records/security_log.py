"""The security log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, exists, false, func, select, true, update
from sqlalchemy.orm import Session

from portal.domain.security import FOR_READERS, WINDOW, Happened, Visit
from portal.models.account import Account, Trainee
from portal.models.security_event import SecurityEvent
from portal.records.paging import Page, Query, Values, page_of, rows_of

_FRESH_START = (Happened.SIGN_IN, Happened.SIGN_IN_BY_RECOVERY_CODE, Happened.PASSWORD_SET)
OWN = (
    Happened.SIGN_IN,
    Happened.SIGN_IN_BY_RECOVERY_CODE,
    Happened.SIGN_IN_BY_LINK,
    Happened.SIGN_IN_FAILED,
    Happened.SIGN_IN_REFUSED,
    Happened.ACCOUNT_KEPT,
)
OWN_SIZE = 10


@dataclass(frozen=True)
class Wanted:
    """Which entries: of a kind, from a network, of the account with a reference, from `since` on and before `until`."""

    kind: Happened | None = None
    network: str = ""
    account: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


_TOLD = SecurityEvent.kind == FOR_READERS


def add(
    session: Session,
    kind: Happened,
    visit: Visit,
    now: dt.datetime,
    *,
    account_id: int | None,
    mailbox: str = "",
    detail: str = "",
) -> int:
    """Write an entry; answers its id. `detail` names nobody but by a reference."""
    entry = SecurityEvent(
        kind=kind,
        account_id=account_id,
        mailbox=mailbox,
        network=visit.network,
        device=visit.device,
        detail=detail,
        happened_at=now,
    )
    session.add(entry)
    session.flush()
    return entry.id


def find(session: Session, entry_id: int) -> SecurityEvent | None:
    """The entry, unless it has been deleted since."""
    return session.get(SecurityEvent, entry_id)


def became(session: Session, entry_id: int, kind: Happened) -> None:
    """Say how it ended: each try stands as a failure until it has succeeded."""
    session.execute(
        update(SecurityEvent)
        .where(SecurityEvent.id == entry_id)
        .values(kind=kind)
        .execution_options(synchronize_session=False)
    )


def count_failures(session: Session, mailbox: str, network: str, now: dt.datetime) -> tuple[int, int]:
    """(failed tries at this address since it last succeeded, failed tries from this network), within the window."""
    failed = (SecurityEvent.kind == Happened.SIGN_IN_FAILED) & (SecurityEvent.happened_at > now - WINDOW)
    since = (
        select(func.coalesce(func.max(SecurityEvent.id), 0))
        .where(SecurityEvent.mailbox == mailbox, SecurityEvent.kind.in_(_FRESH_START))
        .scalar_subquery()
    )
    count = select(func.count()).select_from(SecurityEvent)
    of_account = count.where(failed, SecurityEvent.mailbox == mailbox, SecurityEvent.id > since)
    of_network = count.where(failed, SecurityEvent.network == network)
    return session.scalar(of_account) or 0, session.scalar(of_network) or 0


def list_own(session: Session, account_id: int, page: int) -> Page[SecurityEvent]:
    """A page of an account's sign-ins and of what kept it, newest first."""
    own = (SecurityEvent.account_id == account_id) & SecurityEvent.kind.in_(OWN)
    return page_of(session, select(SecurityEvent).where(own).order_by(SecurityEvent.id.desc()), page, OWN_SIZE)


def list_wanted(session: Session, wanted: Wanted, page: int, *, is_reader: bool) -> Page[Values]:
    """A page of the entries that are wanted, newest first, each with whose account it is.

    Who is no named reader is not told who has told a support need: those entries have nobody's name, and are not
    found by an account. `is_withheld` says so.
    """
    return rows_of(session, _wanted(wanted, is_reader=is_reader), page)


def all_wanted(session: Session, wanted: Wanted, *, is_reader: bool) -> Sequence[Values]:
    """All of them, in the same way."""
    return session.execute(_wanted(wanted, is_reader=is_reader)).all()


def _wanted(wanted: Wanted, *, is_reader: bool) -> Query:
    named = true() if is_reader else ~_TOLD
    is_trainee = exists().where(Trainee.account_id == Account.id).label("is_trainee")
    query = (
        select(
            *(SecurityEvent.happened_at, SecurityEvent.kind, SecurityEvent.network, SecurityEvent.device),
            *(SecurityEvent.detail, Account.reference, Account.full_name, is_trainee),
            (false() if is_reader else _TOLD).label("is_withheld"),
        )
        .outerjoin(Account, (Account.id == SecurityEvent.account_id) & named)
        .order_by(SecurityEvent.happened_at.desc(), SecurityEvent.id.desc())
    )
    if wanted.kind:
        query = query.where(SecurityEvent.kind == wanted.kind)
    if wanted.network:
        query = query.where(SecurityEvent.network == wanted.network)
    if wanted.account:
        query = query.where(Account.reference == wanted.account)
    if wanted.since:
        query = query.where(SecurityEvent.happened_at >= wanted.since)
    return query.where(SecurityEvent.happened_at < wanted.until) if wanted.until else query


def was_noted(session: Session, kind: Happened, network: str, since: dt.datetime) -> bool:
    """True when this network has an entry of this kind since then."""
    same = (SecurityEvent.kind == kind) & (SecurityEvent.network == network) & (SecurityEvent.happened_at > since)
    return session.scalar(select(SecurityEvent.id).where(same).limit(1)) is not None


def count_of(session: Session, kind: Happened, account_id: int) -> tuple[int, dt.datetime | None]:
    """(how many entries of this kind an account has, when the last of them was made)."""
    query = select(func.count(), func.max(SecurityEvent.happened_at)).where(
        SecurityEvent.kind == kind, SecurityEvent.account_id == account_id
    )
    times, last_at = session.execute(query).one()
    return times, last_at


def count_before(session: Session, limit: dt.datetime) -> int:
    """How many entries are older than `limit`."""
    query = select(func.count()).select_from(SecurityEvent).where(SecurityEvent.happened_at < limit)
    return session.scalar(query) or 0


def delete_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` entries older than `limit`."""
    oldest = select(SecurityEvent.id).where(SecurityEvent.happened_at < limit).order_by(SecurityEvent.id).limit(most)
    deleted = session.execute(
        delete(SecurityEvent).where(SecurityEvent.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
