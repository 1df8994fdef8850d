"""What the staff of the demo have done: everything but the last days is dealt with."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from portal.domain.delivery import State
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, Holder
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from portal.sandbox.past import PastClock
from portal.sandbox.sample_people import STAFF, find
from portal.services import deliveries, enquiry_desk
from portal.services.enquiry_desk import Outcome

LEFT = dt.timedelta(days=11)
NOTES = (
    "Rang back, left word.",
    "Wants a date in spring.",
    "Asked for a price for six.",
    "Will talk to her manager first.",
)


def make(clock: Clock) -> None:
    """Take, note and end what is older than some days; look at what could not be delivered."""
    chance = random.Random(20261124)  # noqa: S311 - a fixed seed, so that every demo is the same
    past = PastClock()
    now = past.moment + clock.offset()
    people = [find(STAFF[role][1]) for role in (Role.MANAGER, Role.ENQUIRIES)]
    with reading() as session:
        found = list(session.scalars(select(Enquiry).order_by(Enquiry.id)))
        failed = list(session.scalars(select(OutboxMessage).where(OutboxMessage.state == State.FAILED)))
    for enquiry in found:
        if enquiry.received_at > now - LEFT or enquiry.removed_at or enquiry.withdrawn_at:
            continue
        person = chance.choice(people)
        past.moment = enquiry.received_at + dt.timedelta(hours=chance.uniform(1, 30))
        if enquiry.holder == Holder.TEAM:
            enquiry_desk.take(enquiry.reference, person, past)
            enquiry_desk.note(enquiry.reference, chance.choice(NOTES), person, past)
        past.moment += dt.timedelta(days=chance.uniform(1, 6))
        enquiry_desk.close(enquiry.reference, _outcome(enquiry, chance), person, past)
    for message in failed[:-2]:
        deliveries.set_aside(message.id, past)


def _outcome(enquiry: Enquiry, chance: random.Random) -> Outcome:
    if enquiry.holder == Holder.PARTNER:
        return chance.choice((Outcome.WITH_PARTNER, Outcome.WITH_PARTNER, Outcome.NO_ANSWER))
    return chance.choice((Outcome.ENROLLED_HERE, Outcome.NO_ANSWER, Outcome.NOT_SUITABLE))
