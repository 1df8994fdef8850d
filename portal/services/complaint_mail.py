"""The letters about a complaint, one handler each: to the person, and to whoever of ours looks into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import working_days
from portal.domain.complaint import ABOUT_WHAT, TOLD, About
from portal.domain.delivery import Kind
from portal.domain.errors import NotFound, NotNeeded
from portal.domain.links import Links, complaint_file
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.complaint import Complaint, ComplaintEntry
from portal.models.session import reading
from portal.records import complaints
from portal.records.outbox import Handler


@dataclass(frozen=True)
class Desks:
    """Who of ours looks into complaints, by mail: about data `privacy`, about anything else `team`."""

    team: str
    privacy: str

    def of(self, about: About) -> str:
        """The address for complaints about this."""
        return self.privacy if about == About.DATA else self.team


@dataclass(frozen=True)
class Regulator:
    """To whom anybody may go who is not content with how we use data."""

    name: str
    url: str


@dataclass(frozen=True)
class ComplaintMail:
    """Makes the handlers."""

    mailer: Mailer
    links: Links
    clock: Clock
    desks: Desks
    regulator: Regulator

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind about complaints."""
        return {
            Kind.COMPLAINT_ACKNOWLEDGEMENT: Handler(self._about("complaint_acknowledgement"), sent=_told),
            Kind.COMPLAINT_LINK: Handler(self._about("complaint_link")),
            Kind.COMPLAINT_REPLY: Handler(self._of_entry("complaint_reply"), sent=_told_by_entry),
            Kind.COMPLAINT_EXTENDED: Handler(self._of_entry("complaint_extended"), sent=_told_by_entry),
            Kind.COMPLAINT_OUTCOME: Handler(self._of_entry("complaint_outcome"), sent=_told_by_entry),
            Kind.TEAM_COMPLAINT: Handler(self._team_complaint),
            Kind.TEAM_COMPLAINT_WORDS: Handler(self._team_complaint_words),
        }

    def _about(self, template: str) -> Callable[[int, str, Deadline], None]:
        def deliver(complaint_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                kept = _stored(lambda: complaints.get(session, complaint_id))
                now = self.clock.now(session)
            self._write(template, kept, now, key, deadline)

        return deliver

    def _of_entry(self, template: str) -> Callable[[int, str, Deadline], None]:
        def deliver(entry_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                entry, kept = _entry(session, entry_id)
                now = self.clock.now(session)
            self._write(template, kept, now, key, deadline, entry)

        return deliver

    def _write(
        self,
        template: str,
        kept: Complaint,
        now: dt.datetime,
        key: str,
        deadline: Deadline,
        entry: ComplaintEntry | None = None,
    ) -> None:
        context = _context(kept, entry) | {
            "link": self.links.complaint_page(kept.reference, kept.link_epoch, now),
            "regulator": self.regulator,
        }
        answered = self.desks.of(kept.about)
        letter = Letter(template, kept.email, key, context, to_name=kept.full_name, reply_to=answered)
        self.mailer.send(letter, deadline)

    def _team_complaint(self, complaint_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            kept = _stored(lambda: complaints.get(session, complaint_id))
        self._tell(Letter("team_complaint", self.desks.of(kept.about), key, self._for_us(kept)), deadline)

    def _team_complaint_words(self, entry_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            entry, kept = _entry(session, entry_id)
        context = self._for_us(kept) | {"is_open_again": entry.answer_by is not None}
        self._tell(Letter("team_complaint_words", self.desks.of(kept.about), key, context), deadline)

    def _for_us(self, kept: Complaint) -> dict[str, Any]:
        return _context(kept, None) | {"link": self.links.page(complaint_file(kept.reference))}

    def _tell(self, letter: Letter, deadline: Deadline) -> None:
        """To our own people: no name and none of the words, which stand on the page that only some may open."""
        self.mailer.send(letter, deadline)


def _stored(find: Callable[[], Any]) -> Any:
    """The record; when it is gone there is nothing to deliver."""
    try:
        return find()
    except NotFound:
        raise NotNeeded("the record is gone") from None


def _entry(session: Session, entry_id: int) -> tuple[ComplaintEntry, Complaint]:
    entry = _stored(lambda: complaints.get_entry(session, entry_id))
    return entry, _stored(lambda: complaints.get(session, entry.complaint_id))


def _context(kept: Complaint, entry: ComplaintEntry | None) -> dict[str, Any]:
    answer_by = entry.answer_by if entry and entry.answer_by else kept.answer_by
    return {
        "complaint": kept,
        "entry": entry,
        "is_about_data": kept.about == About.DATA,
        "about": ABOUT_WHAT[kept.about],
        "received_day": working_days.long_day(kept.received_at),
        "acknowledge_day": working_days.long_day(kept.acknowledge_by),
        "due_day": working_days.long_day(answer_by),
        "due_time": working_days.clock_time(answer_by),
        "outcome": TOLD[entry.outcome] if entry and entry.outcome else "",
    }


def _told(session: Session, complaint_id: int, now: dt.datetime) -> None:
    """The mail server took a letter of ours: whoever complains knows that we have it."""
    kept = complaints.get(session, complaint_id)
    if kept.acknowledged_at is None:
        kept.acknowledged_at = now


def _told_by_entry(session: Session, entry_id: int, now: dt.datetime) -> None:
    _told(session, complaints.get_entry(session, entry_id).complaint_id, now)
