"""The equality questions: answering, skipping, and telling us to stop. Totals are the only thing made of the answers
(services/equality_totals.py). A question and its follow-ups share one row (domain/locked_answers.py).
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.domain import equality, locked_answers
from portal.domain.equality import Answer, Question, QuestionSet
from portal.domain.errors import NotFound
from portal.domain.vault import Vault
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.models.answers import EqualitySubject
from portal.models.session import reading, writing
from portal.records import accounts, equality_answers
from portal.records.accounts import Person

KEY = "equality key"

# The law gives "a reasonable period" to stop and names none. Ours ends inside the one month of every other request;
# the answers themselves are deleted at once, and the days are for a list of totals that somebody is working on.
STOP_WITHIN = dt.timedelta(days=28)


class Standing(StrEnum):
    """How far somebody is with the questions."""

    OPEN = "open"
    BEGUN = "begun"
    SKIPPED = "skipped"
    ANSWERED = "answered"
    STOPPED = "stopped"

    @property
    def shown(self) -> str:
        """What the list of one's details says."""
        return {self.OPEN: "Not answered yet", self.BEGUN: "Not answered yet"}.get(self, self.value.capitalize())


@dataclass(frozen=True)
class Own:
    """The questions for one trainee, how far they are, their answers (by question code), and their notice to stop."""

    standing: Standing
    questions: QuestionSet
    answers: Mapping[str, Answer] = field(default_factory=dict)
    stop_asked_at: dt.datetime | None = None
    stop_by: dt.datetime | None = None

    @property
    def may_answer(self) -> bool:
        """True once they have said that they want to."""
        return self.standing in (Standing.BEGUN, Standing.ANSWERED)

    @property
    def answered(self) -> int:
        """How many of the list's questions they have answered; follow-ups do not count."""
        return sum(one.code in self.answers for one in self.questions.questions)


def get_own(person: Person, vault: Vault) -> Own:
    """What this trainee sees of their own questions."""
    with reading() as session:
        questions = equality.for_region(accounts.get_trainee(session, person.account_id).region)
        subject = equality_answers.find_subject(session, person.account_id)
        if subject is None:
            return Own(Standing.OPEN, questions)
        rows = equality_answers.list_of(session, _key(subject, vault)).values()
        answers = {code: one for row in rows for code, one in locked_answers.opened(row.locked_answer, vault).items()}
        standing = _standing(subject, answers)
        return Own(standing, questions, answers, subject.stop_asked_at, subject.stop_by)


def begin(person: Person, clock: Clock, vault: Vault) -> None:
    """They want to answer. Whoever had told us to stop begins anew, under another key."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        subject = _opened_subject(session, account.id, clock.now(session), vault)
        subject.skipped_at = None
        if _is_stopped(subject):
            subject.opened_at, subject.locked_key = clock.now(session), _new_key(vault)


def skip(person: Person, clock: Clock, vault: Vault) -> None:
    """They would rather not. What was answered before stays as it is, and so does a notice to stop."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        subject = _opened_subject(session, account.id, clock.now(session), vault)
        if not _is_stopped(subject) and not equality_answers.list_of(session, _key(subject, vault)):
            subject.skipped_at = clock.now(session)


def answer(person: Person, code: str, said: Answer, clock: Clock, vault: Vault) -> Question | None:
    """Keep an answer in place of the one before, without what no longer follows from it; answers the next question.

    An answer without a code was left blank: nothing is kept of it. Raises NotFound for a question that is not asked.
    """
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        questions = equality.for_region(accounts.get_trainee(session, account.id).region)
        subject = equality_answers.find_subject(session, account.id)
        first = equality.asked_first(questions, code)
        if first is None or subject is None or subject.skipped_at or _is_stopped(subject):
            raise NotFound("This question is not asked.")
        key = _key(subject, vault)
        row = equality_answers.list_of(session, key).get(first.code)
        before = locked_answers.opened(row.locked_answer, vault) if row else {}
        if not equality.is_asked(questions, code, before):
            raise NotFound("This question is not asked.")
        if said.code:
            locked = locked_answers.lock(equality.belonging(first, {**before, code: said}), vault)
            day = clock.now(session).astimezone(LONDON).date()
            equality_answers.put(session, key, first.code, questions, locked, day)
        return equality.after(questions, code, said.code)


def stop(person: Person, clock: Clock, vault: Vault) -> None:
    """Their notice to stop: the answers are deleted with it, and its day and the last day for it are kept."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        now = clock.now(session)
        subject = _opened_subject(session, account.id, now, vault)
        equality_answers.forget(session, _key(subject, vault))
        subject.skipped_at, subject.stop_asked_at, subject.stop_by = None, now, now + STOP_WITHIN


def _standing(subject: EqualitySubject, answers: Mapping[str, Answer]) -> Standing:
    if _is_stopped(subject):
        return Standing.STOPPED
    if answers:
        return Standing.ANSWERED
    return Standing.SKIPPED if subject.skipped_at else Standing.BEGUN


def _is_stopped(subject: EqualitySubject) -> bool:
    return subject.stop_asked_at is not None and subject.stop_asked_at >= subject.opened_at


def _opened_subject(session: Session, account_id: int, now: dt.datetime, vault: Vault) -> EqualitySubject:
    subject = equality_answers.find_subject(session, account_id)
    if subject is None:
        subject = EqualitySubject(account_id=account_id, locked_key=_new_key(vault), opened_at=now)
        session.add(subject)
    return subject


def _new_key(vault: Vault) -> str:
    return vault.lock(KEY, secrets.token_hex(16))


def _key(subject: EqualitySubject, vault: Vault) -> str:
    return vault.open(KEY, subject.locked_key)
