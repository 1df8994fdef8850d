"""Equality answers, under random keys; and the locked way from an account to its key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from portal.domain.equality import QuestionSet
from portal.domain.quarters import Quarter
from portal.models.answers import EqualityAnswer, EqualitySubject


def find_subject(session: Session, account_id: int) -> EqualitySubject | None:
    """The subject of this account; None when the questions were never opened."""
    return session.scalars(select(EqualitySubject).where(EqualitySubject.account_id == account_id)).first()


def list_of(session: Session, key: str) -> dict[str, EqualityAnswer]:
    """The answers under a key, by the question that they begin with."""
    own = select(EqualityAnswer).where(EqualityAnswer.subject_key == key)
    return {one.question: one for one in session.scalars(own)}


def put(session: Session, key: str, question: str, asked: QuestionSet, locked: str, day: dt.date) -> None:
    """Keep this answer in place of the one before. The caller holds the account."""
    row = list_of(session, key).get(question)
    if row is None:
        row = EqualityAnswer(subject_key=key, question=question)
        session.add(row)
    row.nation, row.version, row.locked_answer, row.answered_on = asked.nation, asked.version, locked, day


def list_given(session: Session, quarter: Quarter) -> Iterator[EqualityAnswer]:
    """The answers that were given in a quarter, a few hundred at a time."""
    given = (EqualityAnswer.answered_on >= quarter.first_on) & (EqualityAnswer.answered_on < quarter.over_on)
    yield from session.scalars(select(EqualityAnswer).where(given).execution_options(yield_per=500))


def was_asked_before(session: Session, moment: dt.datetime) -> bool:
    """True when somebody had opened the questions by then."""
    return session.scalar(select(EqualitySubject.id).where(EqualitySubject.opened_at < moment).limit(1)) is not None


def forget(session: Session, key: str) -> None:
    """Delete every answer under a key."""
    session.execute(delete(EqualityAnswer).where(EqualityAnswer.subject_key == key))


def count_answered_before(session: Session, limit: dt.datetime) -> int:
    """How many answers are older than the day of `limit`."""
    return session.scalar(select(func.count()).where(EqualityAnswer.answered_on < limit.date())) or 0


def delete_answered_before(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` answers older than the day of `limit`. Who gave them stays where it is: it names nobody."""
    old = select(EqualityAnswer.id).where(EqualityAnswer.answered_on < limit.date())
    deleted = session.execute(
        delete(EqualityAnswer)
        .where(EqualityAnswer.id.in_(old.order_by(EqualityAnswer.id).limit(most)))
        .execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
