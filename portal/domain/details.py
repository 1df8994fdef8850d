"""What a trainee told us grows old: once a year they are asked whether it is still right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from portal.domain.answers import AnswerState
from portal.domain.profile import Question
from portal.domain.retention import months_before

ASKED_AGAIN_AFTER = 12  # months
ASKS = "Are these right?"
AGREES = "Yes, they are right"


def are_asked_about(right_at: dt.datetime, now: dt.datetime) -> bool:
    """True a year after the details were right: when the person registered, or last said so."""
    return right_at <= months_before(now, ASKED_AGAIN_AFTER)


def listed(
    full_name: str, email: str, based: str, answers: Iterable[tuple[Question, str, str]]
) -> list[tuple[str, str]]:
    """What can go out of date, each with its name: where they heard of us and their age can't.

    Of the optional questions (with state and value) those that were answered.
    """
    told = [(one.term, one.words_of(state, value)) for one, state, value in answers if state == AnswerState.ANSWERED]
    return [("Full name", full_name), ("Email", email), ("Based in", based), *told]
