"""A believable company for the demo: made once, from a fixed seed, through the same use cases that people use."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from portal.domain.delivery import Kind, Lane
from portal.domain.enquiry import Answers
from portal.domain.errors import AnswerChanged, GiveUp
from portal.domain.places import REGIONS
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.records.outbox import Handler
from portal.sandbox import sample_runs
from portal.sandbox.past import FIRST, LAST, PLAIN, PastClock
from portal.services import courses, enquiries, imports, outbox, own_enquiry
from portal.services.enquiries import Named, Sending, Sent

DATA = Path(__file__).parent / "data"
ENQUIRIES = 200
DAYS = 150
FIRMS = ("Nair Fibre Ltd", "Marlow Networks", "Okoro Civils", "Finch & Daughters", "Northgate Broadband", "Prys Cymru")
MESSAGES = (
    "Six of our civils team need splicing before a build in Dudley starts in January. Could it be at our yard?",
    "Is there a date before Easter?",
    "I have done the introduction and would like to go on. What comes next?",
    "Do you take people who have never been up a pole?",
    None,
    "Could two of us come, and is there parking?",
    None,
)
SOURCES = ("A colleague", "A search", "A trade show", None, None)


def is_wanted() -> bool:
    """True while there is nothing yet."""
    return not courses.offered()


def make(handlers: Mapping[Kind, Handler], clock: Clock) -> None:
    """Make it all; `handlers` note how deliveries ended, without a mail of the past being sent now."""
    past = PastClock()
    now = past.moment + clock.offset()
    imports.courses((DATA / "courses.csv").read_text(encoding="utf-8"))
    imports.course_runs(sample_runs.csv_from(now.date()))
    imports.partners((DATA / "partners.csv").read_text(encoding="utf-8"))
    imports.sponsors((DATA / "sponsors.csv").read_text(encoding="utf-8"))
    imports.routing_rules((DATA / "routing_rules.csv").read_text(encoding="utf-8"))
    chance = random.Random(20261122)  # noqa: S311 - a fixed seed, so that every demo is the same
    unsent = _without_sending(handlers)
    ages = sorted((chance.uniform(0.02, DAYS) for _ in range(ENQUIRIES)), reverse=True)
    codes = [course.code for course in courses.offered() if course.price_pence]  # what is free, people just begin
    for number, age in enumerate(ages):
        past.moment = now - dt.timedelta(days=age)
        sent = _ask(_answers(chance, codes), f"sample-{number}", chance, past)
        if number % 40 == 11:
            own_enquiry.withdraw(sent.reference, sent.link_epoch, past)
        past.moment += dt.timedelta(seconds=chance.uniform(5, 50))
        while number < ENQUIRIES - 2 and outbox.work_once(Lane.MAIL, unsent, past).worked:
            continue
        past.moment += dt.timedelta(hours=chance.uniform(0, min(8, age * 12)))
        if number % 25 == 7:
            own_enquiry.withdraw(sent.reference, sent.link_epoch, past)
        if number % 60 == 31:
            own_enquiry.remove(sent.reference, sent.link_epoch, past)
        while number < ENQUIRIES - 2 and outbox.work_once(Lane.MAIL, unsent, past).worked:
            continue


def _answers(chance: random.Random, codes: list[str]) -> Answers:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    for_organisation = chance.random() < 0.45
    region = chance.choice([slug for slug in REGIONS for _ in range(1 if slug.endswith(("uk", "cies")) else 6)])
    return Answers(
        full_name=f"{first} {last}",
        email=f"{first}.{last}@mail.example".lower().translate(PLAIN),
        interest=chance.choice([*codes, "fibre", "safety", "other"]),
        region=region,
        country=chance.choice(["IE", "NL", "AE"]) if region == "outside-uk" else None,
        audience="organisation" if for_organisation else "individual",
        organisation=chance.choice(FIRMS) if for_organisation else None,
        learners=chance.choice([2, 4, 6, 12, 60]) if for_organisation else None,
        telephone=f"07700 900{chance.randrange(100, 1000)}" if chance.random() < 0.5 else None,
        message=chance.choice(MESSAGES),
        heard_from=chance.choice(SOURCES),
    )


def _ask(answers: Answers, submission: str, chance: random.Random, past: Clock) -> Sent:
    recipient, _, _ = enquiries.name_recipient(answers, past, 3)
    to_team = recipient.partner is None or chance.random() < 0.08
    named = None if recipient.partner is None else Named(recipient.partner.code, recipient.rule)
    sending = Sending(submission, named, keep_with_us=to_team)
    try:
        return enquiries.submit(answers, sending, past, 3)
    except AnswerChanged:
        return enquiries.submit(answers, replace(sending, keep_with_us=True), past, 3)


def _without_sending(handlers: Mapping[Kind, Handler]) -> dict[Kind, Handler]:
    """The same handlers, but nothing leaves: one referral in eleven comes back, half of them from both addresses."""
    tried: set[str] = set()

    def deliver(record_id: int, key: str, _deadline: Deadline) -> None:
        if key.startswith(Kind.PARTNER_ENQUIRY) and record_id % 11 == 5 and (key not in tried or record_id % 2):
            tried.add(key)
            raise GiveUp("The mail server answered 550 No such mailbox")

    return {kind: replace(handler, deliver=deliver) for kind, handler in handlers.items()}
