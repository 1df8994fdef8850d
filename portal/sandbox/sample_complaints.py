"""What people of the demo complain about: one complaint closed, one that somebody looks into, one that is new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from portal.domain.complaint import About, Answers, Outcome
from portal.domain.delivery import Kind, Lane
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.records.outbox import Handler
from portal.sandbox.past import PastClock
from portal.sandbox.sample_people import STAFF, find
from portal.services import complaint_desk, complaints, outbox
from portal.services.complaints import Sending

DAYS = 28
LATE = Answers(
    About.ORDER,
    "Daniel Okoro",
    "daniel.okoro@mail.example",
    "The course began an hour late, and we did not get to testing.",
    wish="The afternoon again, at a date of yours.",
)
TWICE = Answers(
    About.DATA,
    "Grace Ellery",
    "grace.ellery@mail.example",
    "Your letter went to an address that I gave up two years ago, although I had told you the new one.",
    wish="Use the new address, and tell me who has the old one.",
)
PARKING = Answers(
    About.OTHER,
    "Owain Prys",
    "owain.prys@mail.example",
    "Your page says that there is parking. There was none, and I missed the beginning.",
)


def make(handlers: Mapping[Kind, Handler], clock: Clock) -> None:
    """Make all three; `handlers` note how deliveries ended, without a mail of the past being sent now."""
    past, manager, privacy = PastClock(), find(STAFF[Role.MANAGER][1]), find(STAFF[Role.PRIVACY][1])
    now = past.moment + clock.offset()
    unsent = {kind: replace(handler, deliver=_not_sent) for kind, handler in handlers.items()}

    def after(days: float) -> None:
        past.moment = now - dt.timedelta(days=days)

    def deliver() -> None:
        while outbox.work_once(Lane.MAIL, unsent, past).worked:
            continue

    after(40)
    late = _complain(LATE, past)
    deliver()
    after(38)
    complaint_desk.take(late, manager, past)
    complaint_desk.note(late, "The tutor’s van broke down; the hour was not made up.", manager, past)
    after(31)
    words = "You are right: an hour was missing. You have a place in the afternoon of the next course, free of charge."
    complaint_desk.close(late, Outcome.UPHELD, words, manager, past)
    deliver()
    after(12)
    twice = _complain(TWICE, past)
    deliver()
    after(11)
    complaint_desk.reply(twice, "Which letter was it, and of which day? The old address is gone.", privacy, past)
    deliver()
    after(0.1)
    _complain(PARKING, past)


def _complain(answers: Answers, clock: Clock) -> str:
    submission = f"sample-{answers.email}"
    complaints.submit(answers, Sending(submission), clock, DAYS)
    kept = complaints.find_sent(submission, clock)
    assert kept is not None
    return kept.reference


def _not_sent(_record_id: int, _key: str, _deadline: Deadline) -> None:
    """As if it had been sent at the time."""
