"""Deliveries as staff see them: what waits, what was given up, and sending it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.delivery import Kind, State
from portal.domain.errors import Refusal
from portal.gateways.clock import Clock
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import enquiries, outbox
from portal.records.paging import Page


@dataclass(frozen=True)
class Listing:
    """A page of deliveries and the time."""

    page: Page[OutboxMessage]
    now: dt.datetime


def list_deliveries(state: str, clock: Clock, *, page: int) -> Listing:
    """A page of deliveries, newest first: `state` is failed, waiting or empty for all."""
    states = {"failed": (State.FAILED,), "waiting": (State.QUEUED, State.RETRYING, State.LEASED)}.get(state, ())
    with reading() as session:
        return Listing(outbox.list_messages(session, states, page), clock.now(session))


def set_aside(message_id: int, clock: Clock) -> None:
    """Leave a delivery that was given up as it is: somebody has looked. Raises as `send_again` does."""
    with writing() as session:
        message = outbox.get(session, message_id)
        if message.state != State.FAILED:
            raise Refusal("It is not given up any more; somebody has dealt with it.")
        message.state, message.finished_at = State.CANCELLED, clock.now(session)


def send_again(message_id: int, clock: Clock) -> None:
    """Try a delivery that was given up from the beginning. Raises NotFound, or Refusal when it was not given up."""
    with writing() as session:
        message = outbox.get(session, message_id)
        if message.state != State.FAILED:
            raise Refusal("It is not given up any more; somebody has sent it again.")
        if message.kind == Kind.PARTNER_ENQUIRY:
            referral = enquiries.get_referral(session, message.record_id)
            referral.failed_at, referral.uses_backup = None, False
        outbox.reopen(session, message.id, clock.now(session))
