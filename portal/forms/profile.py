"""The optional profile: a field for each of its questions, and beside each text a box to rather not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from portal.domain.answers import PREFER_NOT_TO_SAY_WORDS, AnswerState
from portal.domain.profile import QUESTIONS, Question
from portal.forms.base import Choice, Line, PortalForm, is_telephone

REFUSED = AnswerState.PREFER_NOT_TO_SAY.value
TICKED = "yes"


def not_both(form: Any, field: Field) -> None:
    """Words and "Prefer not to say" together: which of the two is meant, only the person knows."""
    if form[f"{field.name}_not"].data == TICKED:
        raise StopValidation(f"Keep either the {field.what} or the tick at “Prefer not to say”, not both")


class ProfileForm(PortalForm):
    """Every question of `domain/profile.py`; nothing in it is needed."""

    def use(self) -> ProfileForm:
        """Tell the choices what can be chosen; answers the form."""
        for question in QUESTIONS:
            if question.options:
                self[question.code].known = {REFUSED, *dict(question.choices)}
        return self

    def asked(self) -> Iterator[tuple[Question, Field, Field | None]]:
        """Each question with its field, and the box beside it where it has one."""
        for question in QUESTIONS:
            yield question, self[question.code], None if question.options else self[f"{question.code}_not"]

    def said(self) -> dict[str, str]:
        """What was said to each question, as `services/profile.save` takes it."""
        return {
            question.code: REFUSED if refused is not None and refused.data == TICKED else field.data
            for question, field, refused in self.asked()
        }

    @classmethod
    def filled(cls, answers: Iterable[tuple[Question, str, str]]) -> ProfileForm:
        """The form with the answers (question, state, value) that were saved before."""
        data = {}
        for question, state, value in answers:
            refused = state == AnswerState.PREFER_NOT_TO_SAY
            data[question.code] = REFUSED if refused and question.options else value
            data[f"{question.code}_not"] = TICKED if refused else ""
        return cls(data=data)


def _field(question: Question) -> Field:
    if question.options:
        return Choice(question.asks, what=question.what, missing=None, why=question.why)
    checks = [not_both, is_telephone] if question.is_telephone else [not_both]
    return Line(question.asks, what=question.what, why=question.why, checks=checks)


for one in QUESTIONS:
    setattr(ProfileForm, one.code, _field(one))
    if not one.options:
        setattr(ProfileForm, f"{one.code}_not", StringField(PREFER_NOT_TO_SAY_WORDS))
