"""The own page of somebody who complains: where it is, what was said, and further words of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import complaint
from portal.domain.complaint import TOLD, EntryKind
from portal.domain.complaint_journey import Facts, journey
from portal.domain.delivery import Kind, State
from portal.domain.errors import NotFound
from portal.domain.journey import Journey
from portal.domain.timeline import Event, newest_first
from portal.domain.working_days import long_day
from portal.gateways.clock import Clock
from portal.models.complaint import Complaint, ComplaintEntry
from portal.models.session import reading, writing
from portal.records import complaints, outbox


@dataclass(frozen=True)
class OwnPage:
    """What the page shows."""

    complaint: Complaint
    journey: Journey
    events: list[Event]


def open_page(reference: str, epoch: int, clock: Clock) -> OwnPage:
    """The page of one complaint. Changes nothing. Raises NotFound when the link was revoked."""
    with reading() as session:
        kept = _own(session, reference, epoch)
        events = newest_first([_sent(kept), *_said(complaints.entries_of(session, kept))])
        return OwnPage(kept, journey(_facts(session, kept, clock.now(session))), events)


def add_words(reference: str, epoch: int, words: str, clock: Clock, answer_days: int) -> None:
    """Add what the person says, and tell our own team; a closed complaint is open again, with a day of its own.

    The same words again are the same. Raises NotFound when the link was revoked.
    """
    with writing() as session:
        kept = _own(session, reference, epoch, lock=True)
        if words in (one.words for one in complaints.entries_of(session, kept) if one.kind == EntryKind.WORDS):
            return
        now = clock.now(session)
        if kept.closed_at is not None:
            kept.closed_at, kept.outcome, kept.answer_by = None, None, complaint.due(now, answer_days)
            entry = complaints.add_entry(session, kept, EntryKind.WORDS, words, now, answer_by=kept.answer_by)
        else:
            entry = complaints.add_entry(session, kept, EntryKind.WORDS, words, now)
        outbox.add(session, Kind.TEAM_COMPLAINT_WORDS, entry.id, now)


def send_new_link(reference: str, clock: Clock, may_write_to: Callable[[str], bool]) -> None:
    """Mail a new link to the address on file, at most one in an hour; nobody learns whether there was any to send.

    `may_write_to` says whether the address may get another letter today.
    """
    with writing() as session:
        try:
            kept = complaints.get_by_reference(session, reference, lock=True)
        except NotFound:
            return
        now = clock.now(session)
        last = outbox.find(session, Kind.COMPLAINT_LINK, kept.id)
        due = last is None or last.created_at < now - dt.timedelta(hours=1)
        if due and may_write_to(kept.email):
            outbox.add(session, Kind.COMPLAINT_LINK, kept.id, now, key=now.strftime("%Y%m%dT%H%M%S"))


def _own(session: Session, reference: str, epoch: int, *, lock: bool = False) -> Complaint:
    kept = complaints.get_by_reference(session, reference, lock=lock)
    if kept.link_epoch != epoch:
        raise NotFound("This link was replaced by a newer one.")
    return kept


def _facts(session: Session, kept: Complaint, now: dt.datetime) -> Facts:
    letter = outbox.find(session, Kind.COMPLAINT_ACKNOWLEDGEMENT, kept.id)
    return Facts(
        received_at=kept.received_at,
        answer_by=kept.answer_by,
        now=now,
        acknowledged_at=kept.acknowledged_at,
        letter_failed=letter is not None and letter.state == State.FAILED,
        owner=complaints.owners_of(session, [kept]).get(kept.id, ""),
        closed_at=kept.closed_at,
        outcome=kept.outcome,
    )


def _sent(kept: Complaint) -> Event:
    wish = f"\n\nTo put it right: {kept.wish}" if kept.wish else ""
    return Event(kept.received_at, "You wrote", kept.message + wish)


def _said(entries: Sequence[ComplaintEntry]) -> Iterator[Event]:
    """What was said on either side; what staff note for themselves stays there."""
    for one in entries:
        if one.kind == EntryKind.WORDS:
            yield Event(one.made_at, "You added, and it is open again" if one.answer_by else "You added", one.words)
        elif one.kind == EntryKind.REPLY:
            yield Event(one.made_at, "We wrote", one.words, one.made_by)
        elif one.kind == EntryKind.EXTENDED and one.answer_by:
            yield Event(one.made_at, f"It takes us until {long_day(one.answer_by)}", one.words, one.made_by)
        elif one.kind == EntryKind.CLOSED and one.outcome:
            yield Event(one.made_at, TOLD[one.outcome], one.words, one.made_by)
