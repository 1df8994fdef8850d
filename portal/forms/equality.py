"""The equality questions: whether to answer them, and one question a page."""

from __future__ import annotations

from typing import Any

from portal.domain import equality
from portal.domain.equality import Answer, Question
from portal.forms.base import Choice, Line, PortalForm

CHANGES_NOTHING = "Your answer changes nothing about your course."
YES, NO = "yes", "no"


class OpenerForm(PortalForm):
    """Yes or no, and nothing chosen beforehand."""

    answer = Choice(equality.OPENER, what="an answer", missing="Choose whether you want to answer these questions")

    def use(self) -> OpenerForm:
        """Tell the form what can be chosen; answers the form."""
        self.answer.known = {YES, NO}
        return self


class EqualityForm(PortalForm):
    """One question: its answers, and a box of own words under each answer that has one."""

    answer: Choice

    @classmethod
    def asking(cls, question: Question) -> type[EqualityForm]:
        """The form of one question."""
        why = f"{question.hint} {CHANGES_NOTHING}".strip()
        fields = {
            f"own_words_{option.code}": Line(option.own_words, what="your own words", longest=100)
            for option in question.options
            if option.own_words
        }
        choice = Choice(question.asks, what="an answer", missing=None, why=why)
        made: type[EqualityForm] = type("AskingForm", (cls,), {"answer": choice, **fields})
        return made

    def use(self, question: Question) -> EqualityForm:
        """Tell the form what can be chosen, and which own words count: those of the answer chosen; answers the form."""
        self.answer.known = {option.code for option in question.choices}
        for name in self.own_words():
            if self.answer.data and name != f"own_words_{self.answer.data}":
                self[name].data = ""
        return self

    def own_words(self) -> list[str]:
        """The names of the boxes."""
        return [field.name for field in self if field.name != "answer"]

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever; and own words without an answer chosen are asked about, not thrown away."""
        right = bool(super().validate(extra_validators))
        if not self.answer.data and any(self[name].data for name in self.own_words()):
            self.answer.errors = ["Choose the answer that your own words belong to"]
            return False
        return right

    def said(self) -> Answer:
        """The answer; one without a code was left blank."""
        name = f"own_words_{self.answer.data}"
        return Answer(self.answer.data, self[name].data if name in self else "")

    @classmethod
    def filled(cls, question: Question, before: Answer | None) -> EqualityForm:
        """The form as it was answered before, where that is an answer of this list too."""
        if before is None or not equality.is_answer(question, before.code):
            return cls.asking(question)()
        return cls.asking(question)(data={"answer": before.code, f"own_words_{before.code}": before.own_words})
