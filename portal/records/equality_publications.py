"""The totals of each quarter as they were published."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models.answers import EqualityPublication
from portal.models.session import hold
from portal.records.paging import Page, page_of


def find(session: Session, period: str) -> EqualityPublication | None:
    """What was published of this period."""
    return session.scalars(select(EqualityPublication).where(EqualityPublication.period == period)).first()


def add_once(session: Session, period: str, tables: str, now: dt.datetime) -> bool:
    """Keep the tables of a period; False when some are kept already, which stay as they are."""
    hold(session, "equality publication")
    if find(session, period) is not None:
        return False
    session.add(EqualityPublication(period=period, tables=tables, made_at=now))
    return True


def list_made(session: Session, page: int) -> Page[EqualityPublication]:
    """A page of them, the newest period first."""
    return page_of(session, select(EqualityPublication).order_by(EqualityPublication.period.desc()), page)
