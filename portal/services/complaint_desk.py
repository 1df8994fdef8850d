"""Working on complaints: the list, one complaint's timeline, and what staff do with it.

Each function sees only the complaints that open to the person's roles; any other is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import complaint
from portal.domain.complaint import ABOUT_WHAT, OUTCOMES, EntryKind, Outcome
from portal.domain.delivery import Kind, State
from portal.domain.errors import NotFound, Refusal
from portal.domain.security import Visit
from portal.domain.timeline import Event, newest_first
from portal.domain.working_days import LONDON, long_day
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.complaint import Complaint, ComplaintEntry
from portal.models.session import reading, writing
from portal.records import alerts, complaints, outbox
from portal.records.accounts import Person
from portal.records.complaints import Filters as Filters  # pages make it
from portal.records.paging import Page

HEADS = (
    *("reference", "received_on", "about", "order", "name", "email", "acknowledge_by", "acknowledged_on"),
    *("answer_by", "taken_by", "closed_on", "outcome"),
)
_LETTERS = (Kind.COMPLAINT_REPLY, Kind.COMPLAINT_EXTENDED, Kind.COMPLAINT_OUTCOME)
_STATES = {State.FAILED: " The letter came back.", State.SENT: ""}


@dataclass(frozen=True)
class Listing:
    """A page of complaints, with who has taken each (by id), and the time."""

    page: Page[Complaint]
    owners: dict[int, str]
    now: dt.datetime


@dataclass(frozen=True)
class DeskPage:
    """One complaint with everything that staff read of it."""

    complaint: Complaint
    owner: str
    events: list[Event]
    now: dt.datetime


def list_complaints(filters: Filters, person: Person, clock: Clock, *, page: int) -> Listing:
    """A page of the complaints that the filters leave, oldest first."""
    with reading() as session:
        found = complaints.list_complaints(session, filters, complaint.seen_by(person.roles), page)
        return Listing(found, complaints.owners_of(session, found.rows), clock.now(session))


def export(filters: Filters, visit: Visit, clock: Clock, by: Person) -> str:
    """Everything that the filters leave as CSV, oldest first; that it was taken stands in the security log."""
    with writing() as session:
        rows = complaints.all_wanted(session, filters, complaint.seen_by(by.roles))
        owners = complaints.owners_of(session, rows)
        alerts.export(session, by.account_id, "Complaints", len(rows), visit, clock.now(session))
    return as_csv(HEADS, (_cells(one, owners.get(one.id, "")) for one in rows))


def _cells(one: Complaint, owner: str) -> Sequence[object]:
    return (
        *(one.reference, _day(one.received_at), one.about, one.order_reference, one.full_name, one.email),
        *(_day(one.acknowledge_by), _day(one.acknowledged_at), _day(one.answer_by), owner),
        *(_day(one.closed_at), OUTCOMES[one.outcome].lower() if one.outcome else ""),
    )


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(LONDON).date() if moment else None


def open_complaint(reference: str, person: Person, clock: Clock) -> DeskPage:
    """One complaint and its timeline. Raises NotFound."""
    with reading() as session:
        kept = _seen(session, reference, person, lock=False)
        entries = complaints.entries_of(session, kept)
        states = outbox.states_of(session, _LETTERS, [one.id for one in entries])
        return DeskPage(
            complaint=kept,
            owner=complaints.owners_of(session, [kept]).get(kept.id, ""),
            events=newest_first([_came(kept), *_told(session, kept, entries), *_done(entries, states)]),
            now=clock.now(session),
        )


def take(reference: str, person: Person, clock: Clock) -> None:
    """This person looks into it from now on. Raises NotFound."""
    with writing() as session:
        kept = _seen(session, reference, person)
        if kept.owner_id != person.account_id:
            _set_owner(session, kept, person, clock.now(session))


def note(reference: str, words: str, person: Person, clock: Clock) -> None:
    """Add a note that only staff read. Raises NotFound."""
    with writing() as session:
        kept = _seen(session, reference, person)
        complaints.add_entry(session, kept, EntryKind.NOTE, words, clock.now(session), **complaints.by(person))


def acknowledge(reference: str, words: str, person: Person, clock: Clock) -> None:
    """Write down how the person was told, without our letter, that we have it. Raises NotFound, or Refusal."""
    with writing() as session:
        kept = _seen(session, reference, person)
        if kept.acknowledged_at is not None:
            raise Refusal("They have been told already.")
        kept.acknowledged_at = now = clock.now(session)
        complaints.add_entry(session, kept, EntryKind.ACKNOWLEDGED, words, now, **complaints.by(person))


def reply(reference: str, words: str, person: Person, clock: Clock) -> None:
    """Write to the person by mail. Raises NotFound, or Refusal when it is closed."""
    with writing() as session:
        kept, now = _at_work(session, reference, person, clock)
        entry = complaints.add_entry(session, kept, EntryKind.REPLY, words, now, **complaints.by(person))
        outbox.add(session, Kind.COMPLAINT_REPLY, entry.id, now)


def extend(reference: str, weeks: int, reason: str, person: Person, clock: Clock) -> None:
    """Put the answer off, and tell the person why and until when. Raises NotFound, or Refusal when it is closed."""
    with writing() as session:
        kept, now = _at_work(session, reference, person, clock)
        kept.answer_by = complaint.put_off(kept.answer_by, weeks, now)
        told = complaints.by(person) | {"answer_by": kept.answer_by}
        entry = complaints.add_entry(session, kept, EntryKind.EXTENDED, reason, now, **told)
        outbox.add(session, Kind.COMPLAINT_EXTENDED, entry.id, now)


def close(reference: str, outcome: Outcome, words: str, person: Person, clock: Clock) -> None:
    """Say what came of it, to the person too. Raises NotFound, or Refusal when it is closed already."""
    with writing() as session:
        kept, now = _at_work(session, reference, person, clock)
        kept.outcome, kept.closed_at = outcome, now
        told = complaints.by(person) | {"outcome": outcome}
        entry = complaints.add_entry(session, kept, EntryKind.CLOSED, words, now, **told)
        outbox.add(session, Kind.COMPLAINT_OUTCOME, entry.id, now)


def _seen(session: Session, reference: str, person: Person, *, lock: bool = True) -> Complaint:
    kept = complaints.get_by_reference(session, reference, lock=lock)
    if kept.about not in complaint.seen_by(person.roles):
        raise NotFound("There is no such complaint for this person.")
    return kept


def _at_work(session: Session, reference: str, person: Person, clock: Clock) -> tuple[Complaint, dt.datetime]:
    """The open complaint and the time; who works on one that nobody has taken takes it."""
    kept = _seen(session, reference, person)
    if kept.closed_at is not None:
        raise Refusal("It is closed: nothing was sent. It opens again when they write.")
    now = clock.now(session)
    if kept.owner_id is None:
        _set_owner(session, kept, person, now)
    return kept, now


def _set_owner(session: Session, kept: Complaint, person: Person, now: dt.datetime) -> None:
    kept.owner_id = person.account_id
    complaints.add_entry(session, kept, EntryKind.TAKEN, "", now, **complaints.by(person))


def _came(kept: Complaint) -> Event:
    return Event(kept.received_at, f"They complained about {ABOUT_WHAT[kept.about]}", kept.flag)


def _told(session: Session, kept: Complaint, entries: Sequence[ComplaintEntry]) -> Iterator[Event]:
    """Our first letter; how they were told another way, an entry says."""
    by_hand = any(one.kind == EntryKind.ACKNOWLEDGED for one in entries)
    if kept.acknowledged_at and not by_hand:
        yield Event(kept.acknowledged_at, "Told by mail that we have it")
    letter = outbox.find(session, Kind.COMPLAINT_ACKNOWLEDGEMENT, kept.id)
    if letter and letter.state == State.FAILED and letter.finished_at:
        yield Event(letter.finished_at, "Our first letter came back", letter.last_error)


def _done(entries: Sequence[ComplaintEntry], states: Mapping[int, State]) -> Iterator[Event]:
    for one in entries:
        after = _STATES.get(states[one.id], " The letter is on its way.") if one.id in states else ""
        yield Event(one.made_at, f"{_title(one)}{'.' if after else ''}{after}", one.words, one.made_by)


def _title(one: ComplaintEntry) -> str:
    if one.kind == EntryKind.EXTENDED and one.answer_by:
        return f"Put off until {long_day(one.answer_by)}"
    if one.kind == EntryKind.CLOSED and one.outcome:
        return f"Closed: {OUTCOMES[one.outcome].lower()}"
    if one.kind == EntryKind.WORDS:
        return "They wrote again, and it is open again" if one.answer_by else "They wrote again"
    titles = {
        EntryKind.TAKEN: "Taken",
        EntryKind.ACKNOWLEDGED: "Told another way that we have it",
        EntryKind.REPLY: "Answered by mail",
    }
    return titles.get(one.kind, "Note")
