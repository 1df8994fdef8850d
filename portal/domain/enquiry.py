"""An enquiry: what a person may say, who is named to answer, and how far it has come."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum

from portal.domain import working_days
from portal.domain.routing import Question


@dataclass(frozen=True)
class Answers:
    """What the enquirer answered; None is "not provided"."""

    full_name: str
    email: str
    interest: str
    region: str
    audience: str
    country: str | None = None
    organisation: str | None = None
    learners: int | None = None
    telephone: str | None = None
    message: str | None = None
    heard_from: str | None = None
    marketing: bool = False

    @property
    def question(self) -> Question:
        """What routing needs of it."""
        return Question(self.region, self.interest, self.audience, self.country, self.learners)

    @property
    def given(self) -> int:
        """How many questions were answered."""
        return sum(value not in (None, False) for value in asdict(self).values())


def email_key(address: str) -> str:
    """The address as a key: two that are surely the same mailbox in practice have the same."""
    return unicodedata.normalize("NFC", address).casefold()


def masked_email(address: str) -> str:
    """p••••@nairfibre.example: enough to know one's own, too little to use."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}••••@{host}"


def masked_telephone(number: str) -> str:
    """••••• •••148: the last three digits, and dots for the others."""
    digits = [index for index, letter in enumerate(number) if letter.isdigit()]
    hidden = set(digits[:-3]) if len(digits) > 6 else set(digits)
    return "".join("•" if index in hidden else letter for index, letter in enumerate(number))


_ADDRESS = re.compile(r"https?://|(?<!//)www\.", re.IGNORECASE)


def spam_score(*, honeypot: str, seconds_to_fill: float | None, message: str | None, full_name: str = "") -> int:
    """How much it looks like a machine's: 3 and more is held for our own team. Uses nothing about the visit.

    A quick writer, a program that fills in the form for somebody, or one with a link to show scores too little alone.
    Nobody's name is a link, but the acknowledgement begins with it: that would make our letters carry it to anybody.
    """
    score = 3 if honeypot or _ADDRESS.search(full_name) else 0
    score += seconds_to_fill is not None and seconds_to_fill < 2
    return score + min(2, max(0, len(_ADDRESS.findall(message or "")) - 2))


SPAM_LIMIT = 3


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
    told_to_stop: bool = False
    stop_came_back: bool = False


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


def _withdrawn(facts: Facts) -> Journey:
    assert facts.withdrawn_at
    name = facts.recipient or "Our own team"
    step = Step(name, "Told to stop" if facts.told_to_stop else "Never told", StepState.DONE)
    if not facts.told_to_stop:
        lead = f"{name} never had it. Nothing more is sent."
    elif facts.recipient is None:
        lead = "Our own team had it, and has been told to leave it and to delete the mail."
    else:
        lead = f"{name} had it. {_stop_notice(facts)}"
        step = Step(name, "The stop notice came back", StepState.FAILED) if facts.stop_came_back else step
    return Journey(
        "You withdrew this enquiry",
        lead,
        (_sent(facts), step, Step("Withdrawn", at(facts.withdrawn_at), StepState.DONE)),
    )


def _stop_notice(facts: Facts) -> str:
    if facts.stop_came_back:
        return "Our stop notice came back, so our own people tell them."
    return "They have been told to stop and to delete what we sent."


def _removed(facts: Facts) -> Journey:
    assert facts.removed_at
    lead = "Name, address, telephone and message are deleted here."
    if facts.recipient and facts.told_to_stop:
        lead += f" {facts.recipient} had it. {_stop_notice(facts)}"
    step = Step("Removed", at(facts.removed_at), StepState.DONE)
    return Journey("This enquiry is removed", lead, (_sent(facts), step))


def at(moment: dt.datetime) -> str:
    """ "Friday 20 November, 14:32", in London."""
    return f"{working_days.long_day(moment)}, {working_days.clock_time(moment)}"
