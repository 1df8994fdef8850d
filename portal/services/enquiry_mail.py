"""The mails about an enquiry, one handler each: read the record, write the letter, note the end on the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import places, reasons, working_days
from portal.domain.delivery import Kind, State
from portal.domain.errors import NotFound, NotNeeded, TryAgain
from portal.domain.links import Links
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.enquiry import Enquiry, Referral
from portal.models.session import reading
from portal.records import catalogue, enquiries, enquiry_desk, outbox
from portal.records.outbox import Handler


@dataclass(frozen=True)
class EnquiryMail:
    """Makes the handlers. `team_email` is where our own team's enquiries go."""

    mailer: Mailer
    links: Links
    clock: Clock
    team_email: str

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind about enquiries."""
        return {
            Kind.PARTNER_ENQUIRY: Handler(self._partner_enquiry, sent=_delivered, failed=_undelivered),
            Kind.PARTNER_STOP: Handler(self._partner_stop, failed=_stop_undelivered),
            Kind.ENQUIRY_ACKNOWLEDGEMENT: Handler(self._to_enquirer("enquiry_acknowledgement")),
            Kind.ENQUIRY_LINK: Handler(self._to_enquirer("enquiry_link")),
            Kind.ENQUIRY_REPLY: Handler(self._reply),
            Kind.TEAM_ENQUIRY: Handler(self._team_enquiry),
            Kind.TEAM_WITHDRAWN: Handler(self._team_withdrawn),
            Kind.TEAM_UNDELIVERED: Handler(self._team_undelivered),
            Kind.TEAM_STOP_UNDELIVERED: Handler(self._team_stop_undelivered),
        }

    def _partner_enquiry(self, referral_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            referral = _current(lambda: enquiries.get_referral(session, referral_id))
            enquiry, partner = referral.enquiry, referral.partner
            if enquiry.withdrawn_at is not None:
                raise NotNeeded("withdrawn")
            context = _context(session, enquiry) | {"partner": partner}
        self.mailer.send(
            Letter(
                template="partner_enquiry",
                to=_address_of(referral),
                to_name=partner.name,
                key=f"{key}:{'backup' if referral.uses_backup else 'first'}",
                context=context,
                reply_to=enquiry.email or "",
                reply_to_name=enquiry.full_name or "",
            ),
            deadline,
        )

    def _partner_stop(self, referral_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            referral = _stored(lambda: enquiries.get_referral(session, referral_id))
            message = outbox.find(session, Kind.PARTNER_ENQUIRY, referral_id)
            if message is not None and message.state == State.LEASED:
                raise TryAgain("The enquiry itself is being sent at this moment; the stop notice follows it.")
            context = {"enquiry": referral.enquiry, "partner": referral.partner, "stop": referral.stop_reference}
            context["sent"] = working_days.long_day(referral.referred_at)
        self.mailer.send(
            Letter("partner_stop", _address_of(referral), key, context, to_name=referral.partner.name), deadline
        )

    def _to_enquirer(self, template: str) -> Callable[[int, str, Deadline], None]:
        def deliver(enquiry_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                enquiry = _current(lambda: enquiries.get(session, enquiry_id))
                if enquiry.withdrawn_at is not None and template == "enquiry_acknowledgement":
                    raise NotNeeded("withdrawn")
                context = _context(session, enquiry)
                now = self.clock.now(session)
            context["link"] = self.links.enquiry_page(enquiry.reference, enquiry.link_epoch, now)
            context["partner"] = enquiry.referral.partner if enquiry.referral else None
            assert enquiry.email
            letter = Letter(template, enquiry.email, key, context, to_name=enquiry.full_name or "")
            self.mailer.send(letter, deadline)

        return deliver

    def _reply(self, note_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            note = _stored(lambda: enquiry_desk.get_note(session, note_id))
            enquiry = _current(lambda: enquiries.get(session, note.enquiry_id))
            if enquiry.withdrawn_at is not None:
                raise NotNeeded("withdrawn")
            context = _context(session, enquiry) | {"note": note}
            now = self.clock.now(session)
        context["link"] = self.links.enquiry_page(enquiry.reference, enquiry.link_epoch, now)
        assert enquiry.email
        name = enquiry.full_name or ""
        letter = Letter("enquiry_reply", enquiry.email, key, context, to_name=name, reply_to=self.team_email)
        self.mailer.send(letter, deadline)

    def _team_enquiry(self, enquiry_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            enquiry = _current(lambda: enquiries.get(session, enquiry_id))
            if enquiry.withdrawn_at is not None:
                raise NotNeeded("withdrawn")
            context = _context(session, enquiry) | {"flag": enquiry.routing.flag}
        self.mailer.send(
            Letter(
                template="team_enquiry",
                to=self.team_email,
                key=key,
                context=context,
                reply_to=enquiry.email or "",
                reply_to_name=enquiry.full_name or "",
            ),
            deadline,
        )

    def _team_withdrawn(self, enquiry_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            enquiry = _stored(lambda: enquiries.get(session, enquiry_id))
            context = {"enquiry": enquiry, "sent": working_days.long_day(enquiry.received_at)}
        self.mailer.send(Letter("team_withdrawn", self.team_email, key, context), deadline)

    def _team_undelivered(self, referral_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            referral = _current(lambda: enquiries.get_referral(session, referral_id))
            if referral.enquiry.withdrawn_at is not None:
                raise NotNeeded("withdrawn")
            message = outbox.find(session, Kind.PARTNER_ENQUIRY, referral_id)
            context = _context(session, referral.enquiry) | {"partner": referral.partner}
            context["error"] = message.last_error if message else ""
        self.mailer.send(Letter("team_undelivered", self.team_email, key, context), deadline)

    def _team_stop_undelivered(self, referral_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            referral = _stored(lambda: enquiries.get_referral(session, referral_id))
            message = outbox.find(session, Kind.PARTNER_STOP, referral_id)
            context = {"enquiry": referral.enquiry, "partner": referral.partner, "stop": referral.stop_reference}
            context["sent"] = working_days.long_day(referral.referred_at)
            context["error"] = message.last_error if message else ""
        self.mailer.send(Letter("team_stop_undelivered", self.team_email, key, context), deadline)


def _stored(find: Callable[[], Any]) -> Any:
    """The record; when it is gone there is nothing to deliver."""
    try:
        return find()
    except NotFound:
        raise NotNeeded("the record is gone") from None


def _current(find: Callable[[], Any]) -> Any:
    """The record, unless it or its person is gone: then there is nothing to say about them."""
    record = _stored(find)
    enquiry = record.enquiry if isinstance(record, Referral) else record
    if enquiry.removed_at is not None:
        raise NotNeeded("removed")
    return record


def _context(session: Session, enquiry: Enquiry) -> dict[str, Any]:
    known = catalogue.current(session)
    name = enquiry.full_name or ""
    return {
        "enquiry": enquiry,
        "topic": known.topic(enquiry.interest),
        "interest": known.interest_name(enquiry.interest),
        "where": places.name(enquiry.region, enquiry.country),
        "due_day": working_days.long_day(enquiry.due_at),
        "due_time": working_days.clock_time(enquiry.due_at),
        "due_weekday": working_days.long_day(enquiry.due_at).partition(" ")[0],
        "why": enquiry.routing.why,
        "why_them": reasons.told_about(name, enquiry.routing.why),
        "telephone_link": "".join(letter for letter in enquiry.telephone or "" if letter in "+0123456789"),
    }


def _address_of(referral: Referral) -> str:
    partner = referral.partner
    if referral.uses_backup or not partner.email:
        return partner.backup_email
    return partner.email


def _delivered(session: Session, referral_id: int, now: dt.datetime) -> None:
    enquiries.get_referral(session, referral_id).delivered_at = now


def _undelivered(session: Session, referral_id: int, now: dt.datetime) -> bool:
    """The first address is dead: try the second; when both are, our own team is told and staff see it."""
    referral = enquiries.get_referral(session, referral_id)
    if _use_backup(referral):
        return True
    referral.failed_at = now
    outbox.add(session, Kind.TEAM_UNDELIVERED, referral_id, now, key=now.isoformat())
    return False


def _stop_undelivered(session: Session, referral_id: int, now: dt.datetime) -> bool:
    """The same for a stop notice: in the end a person of our own team must tell the partner."""
    if _use_backup(enquiries.get_referral(session, referral_id)):
        return True
    outbox.add(session, Kind.TEAM_STOP_UNDELIVERED, referral_id, now, key=now.isoformat())
    return False


def _use_backup(referral: Referral) -> bool:
    """Go over to the second address; False when there is none, or it is in use already."""
    if referral.uses_backup or not (referral.partner.email and referral.partner.backup_email):
        return False
    referral.uses_backup = True
    return True
