"""The enquirer's own page: how far the enquiry has come, withdrawing it, removing it, and a new link to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, State
from portal.domain.enquiry import Facts, Journey, journey
from portal.domain.errors import NotFound
from portal.domain.references import new_reference
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry
from portal.models.session import reading, writing
from portal.records import catalogue, consents, enquiries, outbox
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
        news = consents.standing(session, enquiry.email_key, "marketing") if enquiry.email_key else []
        return OwnPage(enquiry, how_far, catalogue.current(session), bool(news))


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
        for name in ("full_name", "email", "email_key", "telephone", "organisation", "message", "heard_from"):
            setattr(enquiry, name, None)
        enquiry.removed_at = now
        enquiry.routing.why = ""
        consents.forget(session, enquiry.id)


def stop_news(reference: str, epoch: int, clock: Clock) -> None:
    """Take back each yes to news that this address has given, here or with another enquiry."""
    with writing() as session:
        enquiry = enquiries.get_by_reference(session, reference, lock=True)
        _check_epoch(enquiry, epoch)
        now = clock.now(session)
        for entry in consents.standing(session, enquiry.email_key or "", "marketing"):
            consents.take_back(session, entry, wording=STOP_NEWS, form="own enquiry", now=now)


def send_new_link(reference: str, clock: Clock) -> None:
    """Mail a new link to the address on file, at most one in an hour; nobody learns whether there was any to send."""
    with writing() as session:
        try:
            enquiry = enquiries.get_by_reference(session, reference, lock=True)
        except NotFound:
            return
        now = clock.now(session)
        last = outbox.find(session, Kind.ENQUIRY_LINK, enquiry.id)
        if enquiry.removed_at is None and (last is None or last.created_at < now - dt.timedelta(hours=1)):
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
        told_to_stop=stop is not None,
        stop_came_back=stop is not None and stop.state == State.FAILED,
    )
