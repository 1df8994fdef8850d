"""The optional profile: what a trainee tells us who likes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.answers import NOT_ASKED, AnswerState, state_of
from portal.domain.profile import QUESTIONS, Question
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import accounts, profile_answers
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


def save(person: Person, said: Mapping[str, str], clock: Clock) -> None:
    """Keep what was said to each question: its words, the code of a choice, or that they would rather not say.

    All questions stand on one page, so that saving it has asked each of them: one left out of `said` is `not_known`.
    """
    answers = {}
    for question in QUESTIONS:
        words = said.get(question.code, "")
        state = state_of(words)
        answers[question.code] = (state, words if state == AnswerState.ANSWERED else "")
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        profile_answers.put(session, account.id, answers, clock.now(session))
