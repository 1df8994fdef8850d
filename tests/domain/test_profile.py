"""The optional profile: every question says why, offers both ways out, and shows the four states apart."""

from __future__ import annotations

import pytest

from portal.domain.answers import NOT_ASKED, AnswerState, state_of
from portal.domain.profile import LEAD, PURPOSE, QUESTIONS, Question, agreement
from portal.domain.purposes import PURPOSES

EACH = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)


@EACH
@pytest.mark.promise("OLT-23")
def test_every_question_says_why_it_is_asked(question: Question) -> None:
    assert question.why.endswith(".")
    assert question.asks.endswith("?")
    assert question.term
    assert question.what


def test_what_is_agreed_to_is_what_the_register_says_it_is_for() -> None:
    agreed = agreement("Meridian")
    for purpose in ("to suggest what fits", "to let a tutor know whom to expect", "to reach"):
        assert purpose in agreed
        assert purpose in PURPOSES[PURPOSE].why.lower()
    assert "take this back at any time" in agreed


@pytest.mark.promise("OLT-23")
def test_leaving_one_out_is_said_to_change_nothing() -> None:
    assert "Leaving one out changes nothing" in LEAD


@EACH
@pytest.mark.promise("OLT-8")
def test_who_does_not_know_can_say_so_apart_from_who_would_rather_not(question: Question) -> None:
    if question.options:
        assert question.choices[-1] == ("not_known", "I do not know")
        assert AnswerState.PREFER_NOT_TO_SAY not in dict(question.choices)


@EACH
def test_the_four_states_are_shown_apart(question: Question) -> None:
    value = question.options[0][0] if question.options else "Some words"
    shown = [question.words_of(state, value) for state in (*AnswerState, NOT_ASKED)]
    assert shown[1:] == ["Prefer not to say", "Not provided", "Not asked yet"]
    assert shown[0] == (question.options[0][1] if question.options else "Some words")


def test_an_answer_to_an_option_that_is_gone_shows_what_was_kept() -> None:
    assert QUESTIONS[-1].words_of("answered", "by_post") == "by_post"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("", AnswerState.NOT_KNOWN),
        ("not_known", AnswerState.NOT_KNOWN),
        ("prefer_not_to_say", AnswerState.PREFER_NOT_TO_SAY),
        ("some", AnswerState.ANSWERED),
    ],
)
def test_what_is_said_has_one_state(said: str, state: AnswerState) -> None:
    assert state_of(said) == state


def test_codes_are_unique() -> None:
    assert len({question.code for question in QUESTIONS}) == len(QUESTIONS)
