"""Working on enquiries: the list, one enquiry's timeline, and what staff do with it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import places
from portal.domain.delivery import Kind, State
from portal.domain.errors import Refusal
from portal.domain.security import Visit
from portal.domain.timeline import CHANNELS, OUTCOMES, Event, newest_first
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.enquiry import Enquiry, EnquiryNote, NoteKind
from portal.models.enquiry import Outcome as Outcome  # pages name it
from portal.models.session import looking, reading, writing
from portal.records import alerts, catalogue, enquiries, enquiry_desk, outbox
from portal.records.accounts import Person
from portal.records.catalogue import Catalogue
from portal.records.enquiry_desk import Filters as Filters  # pages make it
from portal.records.paging import Page

HEADS = (
    *("reference", "received_on", "channel", "name", "email", "telephone", "organisation", "learners", "about"),
    *("based_in", "partner", "taken_by", "state"),
)


@dataclass(frozen=True)
class Listing:
    """A page of enquiries, with who has taken each (by id), the catalogue and the time."""

    page: Page[Enquiry]
    owners: dict[int, str]
    catalogue: Catalogue
    now: dt.datetime


@dataclass(frozen=True)
class DeskPage:
    """One enquiry with everything that staff read of it."""

    enquiry: Enquiry
    owner: str
    events: list[Event]
    looked_at: list[dict[str, Any]]
    catalogue: Catalogue
    now: dt.datetime


def list_enquiries(filters: Filters, clock: Clock, *, page: int) -> Listing:
    """A page of the enquiries that the filters leave, newest first."""
    with reading() as session:
        found = enquiry_desk.list_enquiries(session, filters, page)
        owners = enquiry_desk.owners_of(session, found.rows)
        return Listing(found, owners, catalogue.current(session), clock.now(session))


def list_holders() -> dict[str, str]:
    """Who may have an enquiry, by what a filter asks for: our own team, then the partners by name."""
    with looking() as connection:
        known = catalogue.current(connection)
    names = {one.code: one.name for one in known.partners.values()}
    return {"team": "Our own team", **dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))}


def export(filters: Filters, visit: Visit, clock: Clock, by: Person) -> str:
    """Everything that the filters leave as CSV, newest first; that it was taken stands in the security log."""
    with writing() as session:
        rows = enquiry_desk.all_wanted(session, filters)
        known = catalogue.current(session)
        owners = enquiry_desk.owners_of(session, rows)
        alerts.export(session, by.account_id, "Enquiries", len(rows), visit, clock.now(session))
    return as_csv(HEADS, (_cells(one, owners.get(one.id, ""), known) for one in rows))


def _cells(one: Enquiry, owner: str, known: Catalogue) -> Sequence[object]:
    gone = "removed" if one.removed_at else "withdrawn" if one.withdrawn_at else ""
    return (
        *(one.reference, one.received_at.astimezone(LONDON).date(), one.channel, one.full_name, one.email),
        *(one.telephone, one.organisation, one.learners, known.interest_name(one.interest)),
        *(places.name(one.region, one.country), one.referral.partner.code if one.referral else ""),
        *(owner, gone or (OUTCOMES[one.outcome].lower() if one.outcome else "open")),
    )


def open_enquiry(reference: str, clock: Clock) -> DeskPage:
    """One enquiry, its timeline and every rule looked at. Raises NotFound."""
    with reading() as session:
        enquiry = enquiries.get_by_reference(session, reference)
        notes = enquiry_desk.notes_of(session, enquiry)
        replies = {note.id: outbox.find(session, Kind.ENQUIRY_REPLY, note.id) for note in notes if _is_reply(note)}
        states = {note_id: message.state for note_id, message in replies.items() if message}
        return DeskPage(
            enquiry=enquiry,
            owner=enquiry_desk.owners_of(session, [enquiry]).get(enquiry.id, ""),
            events=newest_first([*_happened(enquiry), *_noted(notes, states)]),
            looked_at=json.loads(enquiry.routing.looked_at),
            catalogue=catalogue.current(session),
            now=clock.now(session),
        )


def take(reference: str, person: Person, clock: Clock) -> None:
    """This person answers it from now on. Raises NotFound."""
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        enquiry_desk.set_owner(session, enquiry, person, clock.now(session))


def note(reference: str, words: str, person: Person, clock: Clock) -> None:
    """Add a note that only staff read. Raises NotFound, or Refusal when the enquiry is removed."""
    with writing() as session:
        enquiry = _with_person(session, reference)
        enquiry_desk.add_note(session, enquiry, person, NoteKind.NOTE, words, clock.now(session))


def reply(reference: str, words: str, person: Person, clock: Clock) -> None:
    """Answer the enquirer by mail; who answers something that nobody has taken takes it.

    Raises NotFound, or Refusal when the enquiry is withdrawn or removed.
    """
    with writing() as session:
        enquiry = _with_person(session, reference)
        if enquiry.withdrawn_at is not None:
            raise Refusal("They withdrew this enquiry, so nothing was sent.")
        now = clock.now(session)
        if not enquiry_desk.owners_of(session, [enquiry]):
            enquiry_desk.set_owner(session, enquiry, person, now)
        written = enquiry_desk.add_note(session, enquiry, person, NoteKind.REPLY, words, now)
        outbox.add(session, Kind.ENQUIRY_REPLY, written.id, now)


def close(reference: str, outcome: Outcome, person: Person, clock: Clock) -> None:
    """Say how it ended; it can be said again, and the last word stands. Raises NotFound."""
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        now = clock.now(session)
        enquiry.outcome, enquiry.outcome_at = outcome, now
        enquiry_desk.add_note(session, enquiry, person, NoteKind.OUTCOME, OUTCOMES[outcome], now)


def _with_person(session: Session, reference: str) -> Enquiry:
    enquiry = enquiries.get_by_reference(session, reference, lock=True)
    if enquiry.removed_at is not None:
        raise Refusal("This enquiry was removed: there is nobody to write about or to.")
    return enquiry


def _is_reply(note: EnquiryNote) -> bool:
    return note.kind == NoteKind.REPLY


def _happened(enquiry: Enquiry) -> Iterator[Event]:
    """What the enquiry itself says of its way."""
    yield Event(enquiry.received_at, CHANNELS[enquiry.channel])
    referral = enquiry.referral
    if referral is None:
        yield Event(enquiry.received_at, "Our own team has it", enquiry.routing.flag or enquiry.routing.why)
    else:
        rule = f"Rule “{enquiry.routing.rule_name}”. {enquiry.routing.flag}".strip()
        yield Event(referral.referred_at, f"Passed to {referral.partner.name}", rule)
        if referral.delivered_at:
            where = "at its second address" if referral.uses_backup else "by its mail server"
            yield Event(referral.delivered_at, f"Taken {where}")
        if referral.failed_at:
            yield Event(referral.failed_at, f"{referral.partner.name} could not be reached", "Our own team was told.")
    if enquiry.withdrawn_at:
        stop = f"Stop notice {referral.stop_reference}" if referral and referral.stop_reference else ""
        yield Event(enquiry.withdrawn_at, "They withdrew it", stop)
    if enquiry.removed_at:
        yield Event(enquiry.removed_at, "They removed it", "Name, address and message are deleted.")


def _noted(notes: Sequence[EnquiryNote], states: dict[int, State]) -> Iterator[Event]:
    for one in notes:
        if one.kind == NoteKind.OWNER:
            yield Event(one.made_at, f"{one.made_by} took it")
        elif one.kind == NoteKind.OUTCOME:
            yield Event(one.made_at, f"Ended: {one.words}", by=one.made_by)
        elif one.kind == NoteKind.REPLY:
            said = {State.SENT: "Answered by mail", State.FAILED: "An answer came back"}
            yield Event(one.made_at, said.get(states[one.id], "An answer is on its way"), one.words, one.made_by)
        else:
            yield Event(one.made_at, "Note", one.words, one.made_by)
