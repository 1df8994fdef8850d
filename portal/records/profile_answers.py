"""Answers of the optional profile."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.answers import AnswerState
from portal.models.answers import ProfileAnswer


def list_of(session: Session, account_id: int) -> dict[str, ProfileAnswer]:
    """This account's answers, by question."""
    own = select(ProfileAnswer).where(ProfileAnswer.account_id == account_id)
    return {one.question: one for one in session.scalars(own)}


def put(session: Session, account_id: int, answers: dict[str, tuple[AnswerState, str]], now: dt.datetime) -> None:
    """Keep these answers (question to state and value) in place of the ones before. The caller holds the account."""
    kept = list_of(session, account_id)
    for question, (state, value) in answers.items():
        row = kept.get(question)
        if row is None:
            session.add(
                ProfileAnswer(account_id=account_id, question=question, state=state, value=value, answered_at=now)
            )
        elif (row.state, row.value) != (state, value):
            row.state, row.value, row.answered_at = state, value, now


def forget(session: Session, account_id: int) -> None:
    """Delete all of them."""
    session.execute(delete(ProfileAnswer).where(ProfileAnswer.account_id == account_id))
