"""The four states of an answer, kept apart in the database, on pages and in exports."""

from __future__ import annotations

from enum import StrEnum


class AnswerState(StrEnum):
    """What became of a question. One without a stored answer is `not_asked`, which no row ever holds."""

    ANSWERED = "answered"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_KNOWN = "not_known"


NOT_ASKED = "not_asked"
