"""Accounts that nobody uses: which are written to, and which may be deleted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, CursorResult, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, State
from portal.domain.errors import NotFound
from portal.domain.retention import UnusedLimits
from portal.models.account import Account, Trainee
from portal.models.account_warning import AccountWarning
from portal.models.outbox import OutboxMessage
from portal.models.staff import Contact, Staff
from portal.records import complaints

# Whom the letter is for: every trainee whose account opens, whatever else they are.
_WRITTEN_TO = and_(Account.suspended_at.is_(None), exists().where(Trainee.account_id == Account.id))
_OF_THIS_SPELL = and_(AccountWarning.account_id == Account.id, AccountWarning.idle_since == Account.last_used_at)


def forget_void(session: Session) -> None:
    """Delete the warnings of accounts that were used since, or are not written to any more.

    Those too whose letter was not needed when the worker looked (the account was suspended at that moment): they
    are written again when it is needed again.
    """
    unused = exists().where(Account.id == AccountWarning.account_id, _OF_THIS_SPELL, _WRITTEN_TO)
    dropped = exists().where(
        OutboxMessage.kind == Kind.ACCOUNT_UNUSED,
        OutboxMessage.record_id == AccountWarning.id,
        OutboxMessage.state == State.CANCELLED,
    )
    unsent = AccountWarning.handed_over_at.is_(None) & AccountWarning.failed_at.is_(None)
    void = delete(AccountWarning).where(or_(~unused, and_(unsent, dropped)))
    session.execute(void.execution_options(synchronize_session=False))


def warn(session: Session, used_before: dt.datetime, now: dt.datetime, most: int) -> list[AccountWarning]:
    """Write a warning for up to `most` accounts last used before this that have none; answers them."""
    warned = exists().where(AccountWarning.account_id == Account.id)
    due = (
        select(Account.id, Account.last_used_at)
        .where(Account.last_used_at < used_before, _WRITTEN_TO, ~warned)
        .order_by(Account.id)
        .limit(most)
    )
    made = [
        AccountWarning(account_id=row.id, idle_since=row.last_used_at, written_at=now) for row in session.execute(due)
    ]
    session.add_all(made)
    session.flush()
    return made


def get_warned(session: Session, warning_id: int) -> tuple[AccountWarning, Account]:
    """The warning and its account, while the account lies unused and is written to. Raises NotFound."""
    query = select(AccountWarning, Account).where(AccountWarning.id == warning_id, _OF_THIS_SPELL, _WRITTEN_TO)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("The account is used, suspended or gone.")
    return row[0], row[1]


def handed_over(session: Session, warning_id: int, now: dt.datetime) -> None:
    """The mail server took the letter."""
    if warning := session.get(AccountWarning, warning_id):
        warning.handed_over_at = now


def failed(session: Session, warning_id: int, now: dt.datetime) -> bool:
    """The letter was given up; sending it again by hand begins no longer time. There is no other way to try."""
    if warning := session.get(AccountWarning, warning_id):
        warning.failed_at = warning.failed_at or now
    return False


def count(session: Session, limits: UnusedLimits) -> int:
    """How many accounts may be deleted."""
    return session.scalar(select(func.count()).select_from(Account).where(_deletable(limits))) or 0


def delete_some(session: Session, limits: UnusedLimits, most: int) -> int:
    """Delete up to `most` of them with what belongs to them; one whose owner signs in at this moment is passed over."""
    query = select(Account.id).where(_deletable(limits)).order_by(Account.id).limit(most)
    found = session.scalars(query.with_for_update(skip_locked=True)).all()
    deleted = session.execute(delete(Account).where(Account.id.in_(found)).execution_options(synchronize_session=False))
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount


def _deletable(limits: UnusedLimits) -> ColumnElement[bool]:
    waited = or_(
        AccountWarning.handed_over_at <= limits.handed_over_by,
        AccountWarning.handed_over_at.is_(None) & (AccountWarning.failed_at <= limits.failed_by),
    )
    return and_(
        Account.last_used_at < limits.used_before,
        ~complaints.is_open_of(Account.email_key),
        ~_invited_since(Staff, limits.used_before),
        ~_invited_since(Contact, limits.used_before),
        or_(~_WRITTEN_TO, exists().where(_OF_THIS_SPELL, waited)),
    )


def _invited_since(table: type[Staff | Contact], moment: dt.datetime) -> ColumnElement[bool]:
    """An old account that was invited lately is expected back."""
    return exists().where(table.account_id == Account.id, table.removed_at.is_(None), table.invited_at >= moment)
