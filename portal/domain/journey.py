"""How far an enquiry has come, in the enquirer's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import working_days


class StepState(StrEnum):
    """A step of a route line."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One dot of a route line: its title, one line of words, and its state."""

    title: str
    words: str
    state: StepState


@dataclass(frozen=True)
class Journey:
    """How far an enquiry has come: a heading, a lead and three steps."""

    heading: str
    lead: str
    steps: tuple[Step, ...]


class Stop(StrEnum):
    """Whether whoever has a withdrawn enquiry knows that it is withdrawn."""

    NOT_NEEDED = "not_needed"
    ON_ITS_WAY = "on_its_way"
    TOLD = "told"
    CAME_BACK = "came_back"


@dataclass(frozen=True)
class Facts:
    """What a journey is told from. `recipient` is the partner's name, or None for our own team."""

    received_at: dt.datetime
    due_at: dt.datetime
    now: dt.datetime
    recipient: str | None
    delivered_at: dt.datetime | None = None
    failed_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None
    removed_at: dt.datetime | None = None
    stop: Stop = Stop.NOT_NEEDED


def journey(facts: Facts) -> Journey:
    """The enquiry's journey in the enquirer's words."""
    if facts.removed_at:
        return _removed(facts)
    if facts.withdrawn_at:
        return _withdrawn(facts)
    if facts.failed_at:
        return _undelivered(facts)
    return _on_its_way(facts) if facts.delivered_at is None else _arrived(facts)


def _sent(facts: Facts) -> Step:
    return Step("You", f"Sent {at(facts.received_at)}", StepState.DONE)


def _answer(facts: Facts, state: StepState = StepState.TO_COME) -> Step:
    verb = "By" if facts.due_at > facts.now else "Was due"
    return Step("Their answer" if facts.recipient else "Our answer", f"{verb} {at(facts.due_at)}", state)


def _on_its_way(facts: Facts) -> Journey:
    name = facts.recipient or "our own team"
    step = Step(facts.recipient or "Our own team", "On its way by email", StepState.NOW)
    return Journey(f"On its way to {name}", _lead(facts), (_sent(facts), step, _answer(facts)))


def _arrived(facts: Facts) -> Journey:
    assert facts.delivered_at
    heading = f"{facts.recipient or 'Our own team'} has it"
    same_day = at(facts.delivered_at).rpartition(",")[0] == at(facts.received_at).rpartition(",")[0]
    when = f"at {working_days.clock_time(facts.delivered_at)}" if same_day else at(facts.delivered_at)
    reached = Step(facts.recipient or "Our own team", f"Reached them {when}", StepState.NOW)
    return Journey(heading, _lead(facts), (_sent(facts), reached, _answer(facts)))


def _lead(facts: Facts) -> str:
    who = "They" if facts.recipient else "We"
    day = f"{working_days.long_day(facts.due_at)} at {working_days.clock_time(facts.due_at)}"
    if facts.due_at <= facts.now:
        return f"Their answer was due by {day}." if facts.recipient else f"Our answer was due by {day}."
    return f"{who} answer by {day}, to the email address you gave."


def _undelivered(facts: Facts) -> Journey:
    if facts.recipient:
        heading = f"We could not reach {facts.recipient}"
        lead = "Their mail does not take it. Nobody else has been told; our own team will write to you."
    else:
        heading, lead = "This has not reached our own team", "Our mail failed. Please ring us and give the reference."
    failed = Step(facts.recipient or "Our own team", "The mail came back", StepState.FAILED)
    return Journey(heading, lead, (_sent(facts), failed, _answer(facts)))


_STOP_STEPS = {
    Stop.NOT_NEEDED: ("Never told", StepState.DONE),
    Stop.ON_ITS_WAY: ("Being told to stop", StepState.NOW),
    Stop.TOLD: ("Told to stop", StepState.DONE),
    Stop.CAME_BACK: ("The stop notice came back", StepState.FAILED),
}


def _withdrawn(facts: Facts) -> Journey:
    assert facts.withdrawn_at
    name = facts.recipient or "Our own team"
    lead = f"{name} had it. {_stop_notice(facts)}"
    if facts.stop == Stop.NOT_NEEDED:
        lead = f"{name} never had it. Nothing more is sent."
    words, state = _STOP_STEPS[facts.stop]
    withdrawn = Step("Withdrawn", at(facts.withdrawn_at), StepState.DONE)
    return Journey("You withdrew this enquiry", lead, (_sent(facts), withdrawn, Step(name, words, state)))


def _stop_notice(facts: Facts) -> str:
    if facts.recipient is None:
        return {
            Stop.ON_ITS_WAY: "They are being told to leave it and to delete the mail.",
            Stop.TOLD: "They have been told to leave it and to delete the mail.",
            Stop.CAME_BACK: "Our mail failed: if somebody writes to you all the same, please ring us.",
        }.get(facts.stop, "")
    return {
        Stop.ON_ITS_WAY: "They are being told to stop and to delete what we sent.",
        Stop.TOLD: "They have been told to stop and to delete what we sent.",
        Stop.CAME_BACK: "Our stop notice came back, so our own people tell them.",
    }.get(facts.stop, "")


def _removed(facts: Facts) -> Journey:
    assert facts.removed_at
    lead = "Name, address, telephone and message are deleted here."
    if facts.recipient and facts.stop != Stop.NOT_NEEDED:
        lead += f" {facts.recipient} had it. {_stop_notice(facts)}"
    step = Step("Removed", at(facts.removed_at), StepState.DONE)
    return Journey("This enquiry is removed", lead, (_sent(facts), step))


def at(moment: dt.datetime) -> str:
    """ "Friday 20 November, 14:32", in London."""
    return f"{working_days.long_day(moment)}, {working_days.clock_time(moment)}"
