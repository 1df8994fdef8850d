"""Who looked through who can see what; and since when anybody works here."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models.staff import AccessReview, Staff
from portal.records.accounts import Person
from portal.records.paging import Page, page_of


def add(session: Session, by: Person, now: dt.datetime) -> None:
    """Write down that somebody has looked through it."""
    session.add(AccessReview(account_id=by.account_id, made_by=by.full_name, made_at=now))


def find_last(session: Session) -> AccessReview | None:
    """The last time that somebody did."""
    return session.scalars(select(AccessReview).order_by(AccessReview.id.desc()).limit(1)).first()


def list_made(session: Session, page: int) -> Page[AccessReview]:
    """A page of all times, newest first."""
    return page_of(session, select(AccessReview).order_by(AccessReview.id.desc()), page)


def find_beginning(session: Session) -> dt.datetime | None:
    """When the first member of staff was invited."""
    return session.scalar(select(func.min(Staff.invited_at)))
