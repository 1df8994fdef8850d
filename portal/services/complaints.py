"""Complaining: what somebody says is taken in, once, with everything that follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import complaint
from portal.domain.complaint import Answers
from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.references import new_reference
from portal.domain.searching import search_text
from portal.gateways.clock import Clock
from portal.models.complaint import Complaint
from portal.models.session import hold, reading, writing
from portal.records import complaints, outbox

# How long the browser that sent a complaint shows that we have it; then the mailed link is the way to it.
SHOWN_FOR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Sending:
    """How a person sends: the once-only submission with these words, and whether we may write to the address.

    `held` says why a person of our own team should look first, or is empty: then no letter goes out before they have.
    """

    submission: str
    acknowledge: bool = True
    held: str = ""


def submit(answers: Answers, sending: Sending, clock: Clock, answer_days: int) -> None:
    """Take the complaint in; the same words sent again from the same form are the same complaint."""
    with writing() as session:
        hold(session, sending.submission)  # a second press of the same button waits for the first
        if complaints.find_by_submission(session, sending.submission) is None:
            _store(session, answers, sending, clock.now(session), answer_days)


def _store(session: Session, answers: Answers, sending: Sending, now: dt.datetime, answer_days: int) -> None:
    reference = new_reference("CMP")
    kept = complaints.add(
        session,
        reference=reference,
        submission=sending.submission,
        about=answers.about,
        order_reference=answers.order_reference,
        full_name=answers.full_name,
        email=answers.email,
        email_key=email_key(answers.email),
        message=answers.message,
        wish=answers.wish,
        search_text=search_text(reference, answers.full_name, answers.email, answers.order_reference),
        flag=sending.held,
        received_at=now,
        acknowledge_by=complaint.due(now, complaint.ACKNOWLEDGE_DAYS),
        answer_by=complaint.due(now, answer_days),
    )
    outbox.add(session, Kind.TEAM_COMPLAINT, kept.id, now)
    if sending.acknowledge and not sending.held:
        outbox.add(session, Kind.COMPLAINT_ACKNOWLEDGEMENT, kept.id, now)


def find_sent(submission: str, clock: Clock) -> Complaint | None:
    """The complaint that this sending made within the last hour, if there is one."""
    with reading() as session:
        kept = complaints.find_by_submission(session, submission)
        if kept is None or clock.now(session) - kept.received_at > SHOWN_FOR:
            return None
        return kept
