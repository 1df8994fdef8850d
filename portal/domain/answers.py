"""The four states of an answer, kept apart in the database, on pages and in exports."""

from __future__ import annotations

from enum import StrEnum


class AnswerState(StrEnum):
    """What became of a question. One without a stored answer is `not_asked`, which no row ever holds."""

    ANSWERED = "answered"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_KNOWN = "not_known"


NOT_ASKED = "not_asked"

PREFER_NOT_TO_SAY_WORDS = "Prefer not to say"
NOT_KNOWN_WORDS = "I do not know"
SHOWN = {
    AnswerState.PREFER_NOT_TO_SAY: PREFER_NOT_TO_SAY_WORDS,
    AnswerState.NOT_KNOWN: "Not provided",
    NOT_ASKED: "Not asked yet",
}


def state_of(said: str) -> AnswerState:
    """What an answer as a form sends it means: nothing and "I do not know" are both `not_known`."""
    if said == AnswerState.PREFER_NOT_TO_SAY:
        return AnswerState.PREFER_NOT_TO_SAY
    return AnswerState.ANSWERED if said and said != AnswerState.NOT_KNOWN else AnswerState.NOT_KNOWN
