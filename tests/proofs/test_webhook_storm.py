"""Stripe's messages doubled, shuffled, forged and old, while everything is killed: each order comes out right, once."""

from __future__ import annotations

import dataclasses
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from flask import Flask
from sqlalchemy import Select, func, select

import config
from portal.domain.cancellation import Buyer, Start
from portal.domain.delivery import Kind
from portal.domain.orders import Entry, OrderState, Purchase
from portal.gateways.deadline import Deadline
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout, StripeEvent
from portal.models.session import reading, writing
from portal.records import ledger
from portal.records.accounts import open_trainee
from portal.sandbox.stripe_events import list_events
from portal.sandbox.stripe_keys import WEBHOOK_SECRET
from portal.services import orders
from tests.factories import SOMEBODY
from tests.proofs.scale import report, scaled
from tests.proofs.servers import MailServer
from tests.proofs.tills import Till, open_till, wait_until
from tests.shop import COURSE
from tests.together import VISIT

ORDERS, DELIVERIES, KILLS = scaled(400, 8), scaled(5000, 90), scaled(8, 1)
CONNECTIONS, COPIES, PROCESSES = 8, 6, str(scaled(2, 1))
PAUSE, PACE = scaled(25, 6) / 10, scaled(12, 1) / 100  # seconds before each killing, and before each delivery
BOUND_SECONDS, IDLE_SECONDS = scaled(600, 90), scaled(30, 10) / 10
BEFORE, GONE = "whsec_before", "whsec_gone"  # an old secret that still counts, and one that no longer does
FATES = (*["paid"] * 11, "arrives", "arrives", "arrives", "fails", "fails", "expires", "expires", "left", "left")
ENDS = {"paid": "paid", "arrives": "paid", "fails": "failed", "expires": "expired", "left": "open"}


@dataclass(frozen=True)
class Delivery:
    """One copy of a message on its way, and how it is made wrong; `true` and `before` are right."""

    body: str
    how: str

    def sent(self) -> tuple[bytes, str]:
        """The body and its signature."""
        now, body = int(time.time()), self.body
        secret = {"before": BEFORE, "gone": GONE}.get(self.how, WEBHOOK_SECRET)
        at = now + {"old": -301, "future": 330}.get(self.how, 0)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, at)
        if self.how == "altered":
            body = body.replace('"livemode": false', '"livemode": true', 1)
        elif self.how == "unsigned":
            signature = ""
        return body.encode(), signature


RIGHT, WRONG = ("true", "before"), ("altered", "gone", "old", "future", "unsigned")


def _buy(app: Flask, number: int) -> str:
    """Somebody with an account orders and is sent to Stripe; answers the session."""
    parts = app.extensions["portal"]
    email = f"person-{number}@nairfibre.example"
    with writing() as session:
        answers = dataclasses.replace(SOMEBODY, full_name=f"Person {number}", email=email)
        payer = open_trainee(session, answers, email, "scrambled", VISIT, parts.vault, parts.clock.now(session))
    purchase = Purchase(
        **{"course": COURSE, "run": "", "buyer": Buyer.ME, "full_name": payer.full_name, "email": email},
        **{"region": "london", "country": "GB", "heard_from": "A search", "of_age": 16, "organisation": ""},
        **{"learner_name": payer.full_name, "course_email": email, "receipt_email": email, "telephone": None},
        start=Start.AFTER_14_DAYS if number % 3 == 2 else Start.NOW,
    )
    placed = orders.place(purchase, f"form-{number}", payer, parts.clock, parts.seller, minutes=31, payments_on=True)
    return parts.till.begin(placed.reference).rpartition("/")[2]


def _pay(till: Till, app: Flask, chance: random.Random) -> dict[str, str]:
    """All orders, each paid, or not, in its way; answers the fate of each address."""
    fates = {}
    with app.app_context(), httpx.Client(base_url=f"{till.stripe}/sandbox/checkout", timeout=30) as page:
        for number in range(ORDERS):
            fate = chance.choice(FATES) if len(FATES) <= ORDERS else ("paid", "arrives", *FATES[-6:])[number]
            session = _buy(app, number)
            acts = {"paid": ["decline", "pay"], "arrives": ["pay-later", "arrive"], "fails": ["pay-later", "fail"]}
            for act in acts.get(fate, []):
                assert page.post(f"/{session}/{act}").status_code in (303, 402)
            if fate == "expires":
                parts = app.extensions["portal"]
                with Deadline(10) as deadline:
                    parts.till.stripe.end_checkout(session, deadline)
            fates[f"person-{number}@nairfibre.example"] = fate
    return fates


def _deliveries(till: Till, chance: random.Random) -> list[Delivery]:
    """Every message one to six times, and copies of them made wrong, in no order."""
    with till.state.working() as work:
        bodies = [json.dumps(row["event"]) for row in list_events(work)]
    made = [Delivery(body, chance.choice(RIGHT)) for body in bodies]
    times = Counter(bodies)
    while len(made) < DELIVERIES * 4 // 5 and (left := [body for body in bodies if times[body] < COPIES]):
        for body in left[: DELIVERIES * 4 // 5 - len(made)]:
            times[body] += chance.random() < 0.7
            made.append(Delivery(body, chance.choice(RIGHT)))
    made += [Delivery(chance.choice(bodies), chance.choice(WRONG)) for _ in range(DELIVERIES - len(made))]
    chance.shuffle(made)
    return made


def _deliver(address: str, mine: list[Delivery]) -> Counter[tuple[str, int]]:
    """Send them on one connection, each until it is answered; answers how often each kind had each answer."""
    answers: Counter[tuple[str, int]] = Counter()
    with httpx.Client(base_url=address, timeout=30) as http:
        for delivery in mine:
            time.sleep(PACE)
            status = 0
            for _ in wait_until(120, "nobody answers"):
                body, signature = delivery.sent()
                try:
                    status = http.post(
                        "/hooks/stripe", content=body, headers={"Stripe-Signature": signature}
                    ).status_code
                except httpx.HTTPError:
                    continue
                if status != 503:
                    break
            answers[delivery.how, status] += 1
    return answers


@pytest.mark.one_database("postgresql")
def test_a_storm_of_messages(
    make_app: Callable[[config.Settings], Flask],
    settings: config.Settings,
    catalogue: Flask,
    database: str,
    tmp_path: Path,
) -> None:
    began, chance = time.monotonic(), random.Random(17)
    secrets = f"{WEBHOOK_SECRET},{BEFORE}"
    with (
        MailServer() as mail,
        open_till(database, tmp_path, mail.port, STRIPE_WEBHOOK_SECRET=secrets, WEB_PROCESSES=PROCESSES) as till,
    ):
        own = {"PORT": till.port, "STRIPE_API_BASE": till.stripe, "CHECKOUT_ORIGIN": till.stripe}
        app = make_app(settings.model_copy(update=own))
        fates = _pay(till, app, chance)
        made = _deliveries(till, chance)
        storm = time.monotonic()
        with till.killed_meanwhile(KILLS, PAUSE), ThreadPoolExecutor(CONNECTIONS) as pool:
            parts = [made[first::CONNECTIONS] for first in range(CONNECTIONS)]
            answers = sum(pool.map(lambda mine: _deliver(till.site, mine), parts), Counter())
        storm = time.monotonic() - storm
        till.wait_until_done(app, BOUND_SECONDS, IDLE_SECONDS)
        _check_answers(answers, made)
        with app.app_context():
            _check_books(till, fates, made)
            doubles = _check_letters(fates, mail)
            with Deadline(60) as deadline:
                differences = app.extensions["portal.reconciliation"].compare(30, deadline).differences
    assert differences == []
    messages, refused = len({one.body for one in made}), sum(n for (how, _), n in answers.items() if how in WRONG)
    report(
        f"storm, {database.partition(':')[0]}: {ORDERS} orders, {len(made)} deliveries of {messages} messages in"
        f" {storm:.0f} s, {refused} refused, killed: {dict(Counter(till.killed))}, {doubles} doubled letters, each"
        f" explained; {time.monotonic() - began:.0f} s"
    )


def _check_answers(answers: Counter[tuple[str, int]], made: list[Delivery]) -> None:
    """What is right is taken, what is wrong refused, whatever else happens."""
    assert {key: status for key, status in answers if key in RIGHT} == dict.fromkeys(RIGHT, 200)
    assert {key: status for key, status in answers if key in WRONG} == dict.fromkeys(WRONG, 400)
    assert sum(answers.values()) == len(made)


def _counts(query: Select[tuple[Any, int]]) -> dict[Any, int]:
    with reading() as session:
        return {row[0]: row[1] for row in session.execute(query)}


def _number_of(what: Any, *where: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def _check_books(till: Till, fates: dict[str, str], made: list[Delivery]) -> None:
    """Each paid order has one place, one opening and its papers; the money is Stripe's to the penny."""
    paid = {email for email, fate in fates.items() if ENDS[fate] == "paid"}
    with reading() as session:
        states = {row[0]: row[1] for row in session.execute(select(Order.email, Order.state))}
        numbers = sorted(session.scalars(select(Document.number).where(Document.kind == "invoice")))
        events = set(session.scalars(select(StripeEvent.event)))
        assert ledger.unbalanced(session) == {}
    late = {OrderState.EXPIRED: OrderState.OPEN}  # the clock may have gone past the end of a page that was left open
    left = {email for email, fate in fates.items() if fate == "left"}
    assert {email: late.get(state, state) if email in left else state for email, state in states.items()} == {
        email: ENDS[fate] for email, fate in fates.items()
    }
    assert events == {json.loads(one.body)["id"] for one in made}
    failed = select(OutboxMessage.last_error, func.count()).where(OutboxMessage.state == "failed")
    assert _counts(failed.group_by(OutboxMessage.last_error)) == {}
    still_open = sum(state == OrderState.OPEN for state in states.values())
    assert _number_of(Checkout, Checkout.state.in_(("open", "making"))) == still_open
    enrolled = (
        select(Order.email, func.count()).join(Order.lines).join(Enrolment, Enrolment.order_line_id == OrderLine.id)
    )
    assert _counts(enrolled.group_by(Order.email)) == dict.fromkeys(paid, 1)
    opened = select(OutboxMessage.record_id, func.count()).where(OutboxMessage.kind == Kind.OPEN_COURSE)
    assert sorted(_counts(opened.group_by(OutboxMessage.record_id)).values()) == [1] * len(paid)
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, len(paid) + 1))
    with till.state.working() as work:
        taken = sum(one["amount"] for one in work.list_objects("charge") if one["status"] == "succeeded")
    sums = select(LedgerEntry.kind, func.sum(LedgerEntry.amount_pence)).group_by(LedgerEntry.kind)
    assert _counts(sums) == {Entry.PAID: taken, Entry.CHARGED: taken}


def _check_letters(fates: dict[str, str], mail: MailServer) -> int:
    """One confirmation for each paid order and none for another; a letter that came twice was in a killed worker's
    hands. Answers how many."""
    sent = [one for one in mail.arrivals if str(one.message["Subject"]).startswith("Your order")]
    by_person: dict[str, set[str]] = {}
    for one in sent:
        by_person.setdefault(one.recipients[0], set()).add(one.message_id)
    assert {email: len(ids) for email, ids in by_person.items()} == {
        email: 1 for email, fate in fates.items() if ENDS[fate] == "paid"
    }
    assert all(len(one.recipients) == 1 for one in sent)
    doubles = len(sent) - len({one.message_id for one in sent})
    assert doubles <= _number_of(OutboxMessage, OutboxMessage.kind == Kind.ORDER_CONFIRMATION, OutboxMessage.uncertain)
    return doubles
