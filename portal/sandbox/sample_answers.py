"""What trainees of the demo told us beyond registering, who may read it, and what was published of it."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from portal.domain import quarters, support
from portal.domain.equality import Answer
from portal.domain.roles import Role
from portal.domain.vault import Vault
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.models.account import Account, Trainee
from portal.models.session import reading
from portal.records.accounts import Person
from portal.sandbox.past import PastClock
from portal.sandbox.sample_people import STAFF, TRAINEE, VISIT, find
from portal.services import access_review, equality, staff, support_desk
from portal.services import support as own_support
from portal.services.equality_totals import EqualityTotals

NEEDS = (
    "I am dyslexic. Handouts the day before would help, and a little more time for the written test.",
    "I use a wheelchair: is there a lift at the training room, and a bench that can be lowered?",
    "I lip-read, so I need to see the tutor’s face.",
)
ANSWERS = {"sex": ("female", "male"), "disability": ("yes", "no", "no")}
COMPANY = "Meridian"


def make(vault: Vault, clock: Clock, *, equality_is_on: bool) -> None:
    """Some tell a need, one colleague is named to read them and has read one, and a manager looks through it all."""
    past = PastClock()
    now = past.moment + clock.offset()
    manager, reader = find(STAFF[Role.MANAGER][1]), find(STAFF[Role.ENQUIRIES][1])
    past.moment = now - dt.timedelta(days=140)
    staff.name_reader(reader.reference, VISIT, past, manager)
    access_review.look_through(VISIT, past, manager)
    known = _trainees()
    told = [find(TRAINEE), *known[5:7]]
    for days, person, words in zip((6, 20, 33), told, NEEDS, strict=True):
        past.moment = now - dt.timedelta(days=days)
        agreed_to = support.agreement(COMPANY)
        own_support.save(person, words, agreed_to, prefers_not=False, clock=past, vault=vault)
    past.moment = now - dt.timedelta(days=3)
    support_desk.read(told[1].reference, VISIT, past, vault, reader)
    if equality_is_on:
        _answer(known, past, now, vault)


def _answer(known: list[Person], past: PastClock, now: dt.datetime, vault: Vault) -> None:
    """Each answers on some day of the last quarter, which is published when it is over."""
    chance = random.Random(20261125)  # noqa: S311 - a fixed seed, so that every demo is the same
    quarter = quarters.before(now.astimezone(LONDON).date())
    for person in known:
        past.moment = _noon(quarter.first_on + dt.timedelta(days=chance.randrange(89)))
        equality.begin(person, past, vault)
        for question, codes in ANSWERS.items():
            equality.answer(person, question, Answer(chance.choice(codes)), past, vault)
    past.moment = _noon(quarter.over_on)
    EqualityTotals(past, vault, is_on=True).publish(quarter)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), LONDON).astimezone(dt.UTC)


def _trainees() -> list[Person]:
    query = select(Account).join(Trainee, Trainee.account_id == Account.id).order_by(Account.id)
    with reading() as session:
        found = list(session.scalars(query))
    return [Person(one.id, one.session_epoch, one.reference, one.full_name, one.email) for one in found]
