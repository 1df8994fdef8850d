"""What would help somebody to learn, locked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.answers import AnswerState
from portal.models.answers import SupportNeed


def find(session: Session, account_id: int) -> SupportNeed | None:
    """What this account told us; None when it was never asked, or took it back."""
    return session.scalars(select(SupportNeed).where(SupportNeed.account_id == account_id)).first()


def put(session: Session, account_id: int, state: AnswerState, locked: str | None, now: dt.datetime) -> None:
    """Keep this in place of what was there before. The caller holds the account."""
    row = find(session, account_id)
    if row is None:
        session.add(SupportNeed(account_id=account_id, state=state, locked_words=locked, answered_at=now))
    else:
        row.state, row.locked_words, row.answered_at = state, locked, now


def forget(session: Session, account_id: int) -> None:
    """Delete it."""
    session.execute(delete(SupportNeed).where(SupportNeed.account_id == account_id))
