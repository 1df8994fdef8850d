"""How far a complaint has come, in the words of whoever complains."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.complaint import TOLD, Outcome
from portal.domain.journey import Journey, Step, StepState, at
from portal.domain.working_days import clock_time, long_day


@dataclass(frozen=True)
class Facts:
    """What it is told from. `owner` is who has taken it; `letter_failed` says that our first letter came back."""

    received_at: dt.datetime
    answer_by: dt.datetime
    now: dt.datetime
    acknowledged_at: dt.datetime | None = None
    letter_failed: bool = False
    owner: str = ""
    closed_at: dt.datetime | None = None
    outcome: Outcome | None = None


def journey(facts: Facts) -> Journey:
    """The complaint's way from the person to our answer."""
    steps = (_sent(facts), _told(facts), _looked_into(facts), _answer(facts))
    if facts.closed_at and facts.outcome:
        return Journey(TOLD[facts.outcome], f"We wrote to you on {long_day(facts.closed_at)}.", steps)
    heading = f"{facts.owner} is looking into it" if facts.owner else "We have your complaint"
    day = f"{long_day(facts.answer_by)} at {clock_time(facts.answer_by)}"
    if facts.answer_by <= facts.now:
        return Journey(heading, f"Our answer was due by {day}. We are sorry that it is late.", steps)
    return Journey(heading, f"We answer by {day}, to the email address you gave.", steps)


def _sent(facts: Facts) -> Step:
    return Step("You", f"Sent {at(facts.received_at)}", StepState.DONE)


def _told(facts: Facts) -> Step:
    if facts.acknowledged_at:
        return Step("We have it", f"We told you {at(facts.acknowledged_at)}", StepState.DONE)
    if facts.letter_failed:
        return Step("We have it", "Our letter came back", StepState.FAILED)
    return Step("We have it", "Our letter is on its way", StepState.DONE)


def _looked_into(facts: Facts) -> Step:
    words = f"By {facts.owner}" if facts.owner else "By somebody of our own team"
    return Step("We look into it", words, StepState.DONE if facts.closed_at else StepState.NOW)


def _answer(facts: Facts) -> Step:
    if facts.closed_at:
        return Step("Our answer", at(facts.closed_at), StepState.DONE)
    verb = "By" if facts.answer_by > facts.now else "Was due"
    return Step("Our answer", f"{verb} {at(facts.answer_by)}", StepState.TO_COME)
