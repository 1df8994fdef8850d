"""The optional profile: what a trainee tells us who likes to, with their agreement, and takes back with one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import profile
from portal.domain.answers import NOT_ASKED, AnswerState, state_of
from portal.domain.profile import QUESTIONS, Question
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import accounts, consents, profile_answers
from portal.records.accounts import Person


@dataclass(frozen=True)
class Answer:
    """What became of one question: its state (one of the four), and a value where it was answered."""

    question: Question
    state: str
    value: str = ""

    @property
    def words(self) -> str:
        """What a page shows."""
        return self.question.words_of(self.state, self.value)


def list_answers(person: Person) -> list[Answer]:
    """Every question in its order with what became of it, those that were never asked too."""
    with reading() as session:
        kept = profile_answers.list_of(session, person.account_id)
    return [
        Answer(one, kept[one.code].state, kept[one.code].value) if one.code in kept else Answer(one, NOT_ASKED)
        for one in QUESTIONS
    ]


def save(person: Person, said: Mapping[str, str], agreed_to: str, clock: Clock) -> None:
    """Keep what was said to each question: its words, the code of a choice, or that they would rather not say.

    All questions stand on one page, so that saving it has asked each of them: one left out of `said` is `not_known`.
    The first answer is the agreement to `agreed_to`, which stood beside the button: it goes into the ledger once for
    each wording. Whoever saves the page without any answer agrees to nothing, and an earlier agreement ends.
    """
    answers = {}
    for question in QUESTIONS:
        words = said.get(question.code, "")
        state = state_of(words)
        answers[question.code] = (state, words if state == AnswerState.ANSWERED else "")
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        now = clock.now(session)
        profile_answers.put(session, account.id, answers, now)
        if any(value for _, value in answers.values()):
            consents.keep_for_account(
                session, account.id, purpose=profile.PURPOSE, wording=agreed_to, form=profile.FORM, now=now
            )
        else:
            _end_agreement(session, account.id, profile.EMPTIED, clock)


def take_back(person: Person, clock: Clock) -> None:
    """Delete every answer and end the agreement; the questions are as if they had never been asked."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        profile_answers.forget(session, account.id)
        _end_agreement(session, account.id, profile.TAKE_BACK, clock)


def _end_agreement(session: Session, account_id: int, wording: str, clock: Clock) -> None:
    if standing := consents.find_standing_of_account(session, account_id, profile.PURPOSE):
        consents.take_back(session, standing, wording=wording, form=profile.FORM, now=clock.now(session))
