"""The enquirer's own page: how far the enquiry has come, withdrawing it, removing it, and a new link to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, State
from portal.domain.errors import NotFound
from portal.domain.journey import Facts, Journey, Stop, journey
from portal.domain.references import new_reference
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import catalogue, consents, enquiries, enquiry_desk, outbox
from portal.records.catalogue import Catalogue

STOP_NEWS = "Stop the news"


@dataclass(frozen=True)
class OwnPage:
    """What the enquirer's own page shows."""

    enquiry: Enquiry
    journey: Journey
    catalogue: Catalogue
    wants_news: bool


def open_page(reference: str, epoch: int, clock: Clock) -> OwnPage:
    """The page of one enquiry. Changes nothing. Raises NotFound when the link was revoked."""
    with reading() as session:
        enquiry = enquiries.get_by_reference(session, reference)
        _check_epoch(enquiry, epoch)
        how_far = journey(_facts(session, enquiry, clock.now(session)))
        news = consents.find_standing(session, enquiry.id, "marketing")
        return OwnPage(enquiry, how_far, catalogue.current(session), news is not None)


def withdraw(reference: str, epoch: int, clock: Clock) -> None:
    """Stop the enquiry: mail not yet sent is cancelled, a partner that has it gets a numbered stop notice."""
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        _check_epoch(enquiry, epoch)
        if enquiry.withdrawn_at is None and enquiry.removed_at is None:
            _stop(session, enquiry, clock.now(session))


def remove(reference: str, epoch: int, clock: Clock) -> None:
    """Stop the enquiry and delete what it says of a person; place, subject and reference stay for the counts."""
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        _check_epoch(enquiry, epoch)
        if enquiry.removed_at is not None:
            return
        now = clock.now(session)
        if enquiry.withdrawn_at is None:
            _stop(session, enquiry, now)
        outbox.cancel(session, [Kind.ENQUIRY_LINK], enquiry.id, now)
        enquiry_desk.forget_words(session, enquiry)
        for name in (
            "full_name",
            "email",
            "email_key",
            "telephone",
            "organisation",
            "message",
            "heard_from",
            "search_text",
        ):
            setattr(enquiry, name, None)
        enquiry.removed_at = now
        enquiry.routing.why = ""
        consents.forget(session, enquiry.id)


def stop_news(reference: str, epoch: int, clock: Clock) -> None:
    """Take back the yes to news that was given with this enquiry.

    That of another enquiry stays: whoever sends one holds its link, and has proved nothing about the address.
    """
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        _check_epoch(enquiry, epoch)
        if (entry := consents.find_standing(session, enquiry.id, "marketing")) is not None:
            consents.take_back(session, entry, wording=STOP_NEWS, form="own enquiry", now=clock.now(session))


def send_new_link(reference: str, clock: Clock, may_write_to: Callable[[str], bool]) -> None:
    """Mail a new link to the address on file, at most one in an hour; nobody learns whether there was any to send.

    `may_write_to` says whether the address may get another letter today.
    """
    with writing() as session:
        try:
            enquiry = enquiries.get_by_reference(session, reference, lock=True)
        except NotFound:
            return
        now = clock.now(session)
        last = outbox.find(session, Kind.ENQUIRY_LINK, enquiry.id)
        due = last is None or last.created_at < now - dt.timedelta(hours=1)
        if enquiry.email is not None and due and may_write_to(enquiry.email):
            outbox.add(session, Kind.ENQUIRY_LINK, enquiry.id, now, key=now.strftime("%Y%m%dT%H%M%S"))


def _check_epoch(enquiry: Enquiry, epoch: int) -> None:
    if enquiry.link_epoch != epoch:
        raise NotFound("This link was replaced by a newer one.")


def _stop(session: Session, enquiry: Enquiry, now: dt.datetime) -> None:
    enquiry.withdrawn_at = now
    outbox.cancel(session, [Kind.ENQUIRY_ACKNOWLEDGEMENT, Kind.TEAM_ENQUIRY], enquiry.id, now)
    referral = enquiry.referral
    if referral is None:
        message = outbox.find(session, Kind.TEAM_ENQUIRY, enquiry.id)
        if message is not None and outbox.may_have_arrived(message):
            outbox.add(session, Kind.TEAM_WITHDRAWN, enquiry.id, now)
        return
    # Cancel first, then look: a worker that took the message in between would go unseen the other way round.
    outbox.cancel(session, [Kind.PARTNER_ENQUIRY], referral.id, now)
    message = outbox.find(session, Kind.PARTNER_ENQUIRY, referral.id)
    if message is not None and outbox.may_have_arrived(message):
        referral.stop_reference = new_reference("STOP")
        outbox.add(session, Kind.PARTNER_STOP, referral.id, now)


def _facts(session: Session, enquiry: Enquiry, now: dt.datetime) -> Facts:
    referral = enquiry.referral
    if referral is None:
        message = outbox.find(session, Kind.TEAM_ENQUIRY, enquiry.id)
        delivered_at = message.finished_at if message and message.state == State.SENT else None
        failed_at = message.finished_at if message and message.state == State.FAILED else None
        stop = outbox.find(session, Kind.TEAM_WITHDRAWN, enquiry.id)
    else:
        delivered_at, failed_at = referral.delivered_at, referral.failed_at
        stop = outbox.find(session, Kind.PARTNER_STOP, referral.id)
    return Facts(
        received_at=enquiry.received_at,
        due_at=enquiry.due_at,
        now=now,
        recipient=referral.partner.name if referral else None,
        delivered_at=delivered_at,
        failed_at=failed_at,
        withdrawn_at=enquiry.withdrawn_at,
        removed_at=enquiry.removed_at,
        stop=_how_far(stop),
    )


def _how_far(stop: OutboxMessage | None) -> Stop:
    if stop is None:
        return Stop.NOT_NEEDED
    return {State.SENT: Stop.TOLD, State.FAILED: Stop.CAME_BACK}.get(stop.state, Stop.ON_ITS_WAY)
