"""What would help somebody to learn, locked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.answers import AnswerState
from portal.models.account import Account
from portal.models.answers import SUPPORT, SupportNeed
from portal.records import consents
from portal.records.paging import Page, Query, Values, rows_of


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


def list_agreed(session: Session, page: int) -> Page[Values]:
    """A page of those who told us something and agree to its being read, newest first; without what it is."""
    told = select(Account.reference, Account.full_name, SupportNeed.answered_at)
    return rows_of(session, _agreed(told).order_by(SupportNeed.answered_at.desc(), SupportNeed.id.desc()), page)


def find_agreed(session: Session, reference: str) -> Values | None:
    """(the account's id, reference, name, address, what is locked, when it was told) of one of them."""
    told = select(
        *(Account.id, Account.reference, Account.full_name, Account.email),
        *(SupportNeed.locked_words, SupportNeed.answered_at),
    )
    return session.execute(_agreed(told).where(Account.reference == reference)).first()


def _agreed(told: Query) -> Query:
    return told.join(SupportNeed, SupportNeed.account_id == Account.id).where(
        SupportNeed.state == AnswerState.ANSWERED,
        SupportNeed.locked_words.is_not(None),
        consents.stands_for(SupportNeed.account_id.expression, SUPPORT),
    )
