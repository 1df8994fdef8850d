"""Money on its way: what tests do beside the pages, and what the books say afterwards."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from typing import Any

import stripe
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from portal.domain.orders import EnrolmentState, Entry, OrderState, Trouble
from portal.domain.payments import Asked, Visit
from portal.gateways.deadline import Deadline
from portal.gateways.payments import Payments
from portal.models.course_run import CourseRun
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderTrouble
from portal.models.payment import Checkout
from portal.models.session import reading, writing
from portal.records import ledger, orders, seats, settlement
from portal.services import orders as services
from portal.services.payments import Till
from tests.factories import hidden_fields
from tests.shop import Shop, session_of

FIBRE, SOON = "FIB-SPLICE", "SPLICE-SOON"  # £576.00 with VAT, on a date
LATE = dt.timedelta(minutes=40)
PAID = [(Entry.PAID, 74400), (Entry.CHARGED, 74400)]
OTHER = {"full_name": "Tom Ashby", "email": "tom@ashby.example"}


class Killed(BaseException):
    """The process is gone: nobody catches it, nothing is written."""


@dataclass
class Dying:
    """Stripe, whose answer nobody lives to hear: `opened` dies after the page is made, `read` after it is read."""

    stripe: Payments

    @property
    def live(self) -> bool:
        """As Stripe's."""
        return self.stripe.live

    def open_checkout(self, asked: Asked, deadline: Deadline) -> Visit:
        """Make it, and die."""
        self.stripe.open_checkout(asked, deadline)
        raise Killed

    def get_checkout(self, session: str, deadline: Deadline) -> Visit:
        """Read it, and die."""
        self.stripe.get_checkout(session, deadline)
        raise Killed


@dataclass(frozen=True)
class Books:
    """What the books say altogether."""

    states: list[OrderState]
    enrolled: int
    entries: list[tuple[Entry, int]]
    papers: int
    troubles: list[Trouble]
    unbalanced: list[int]


def books(shop: Shop) -> Books:
    """Look them up."""
    with shop.app.app_context(), reading() as session:
        alive = select(func.count()).select_from(Enrolment).where(Enrolment.state != EnrolmentState.CANCELLED)
        entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
        return Books(
            states=list(session.scalars(select(Order.state).order_by(Order.id))),
            enrolled=session.scalar(alive) or 0,
            entries=[(one.kind, one.amount_pence) for one in entries],
            papers=session.scalar(select(func.count()).select_from(Document)) or 0,
            troubles=list(session.scalars(select(OrderTrouble.what).order_by(OrderTrouble.id))),
            unbalanced=list(ledger.unbalanced(session).values()),
        )


def till(shop: Shop) -> Till:
    """Where this portal takes payments."""
    found = shop.app.extensions["portal"].till
    assert isinstance(found, Till)
    return found


def settle(shop: Shop, session_id: str) -> OrderState | None:
    """Ask Stripe how a visit stands and take it in."""
    with shop.app.app_context(), Deadline(10) as deadline:
        return till(shop).settle(session_id, deadline)


def come_back(shop: Shop, session_id: str) -> TestResponse:
    """The page that a buyer comes back to."""
    return shop.browser().get(f"/orders/return?session_id={session_id}")


def time_passes(shop: Shop, by: dt.timedelta = LATE) -> None:
    """The clock moves on, past the end of every page unless told otherwise."""
    shop.app.extensions["portal"].clock.advance(by)


def sweep(shop: Shop) -> None:
    """The worker's own look at pages that should have ended; Stripe's messages are not sent."""
    with shop.app.app_context():
        till(shop).plan()
    shop.stripe.switches(drop="on")
    shop.work()
    shop.stripe.switches(drop="off")


def lose_messages(shop: Shop) -> None:
    """From now on Stripe's messages never reach us."""
    shop.stripe.switches(drop="on")


def places(shop: Shop, number: int | None, run: str = SOON) -> None:
    """The date has so many places."""
    with shop.app.app_context(), writing() as session:
        session.execute(update(CourseRun).where(CourseRun.code == run).values(capacity=number))


def filled(shop: Shop, run: str = SOON) -> int:
    """How many places of the date are held or taken."""
    with shop.app.app_context(), reading() as session:
        return seats.filled(session, session.scalars(select(CourseRun.id).where(CourseRun.code == run)).one())


def pay_again(shop: Shop, browser: FlaskClient) -> str:
    """Press Pay now on the order's own page; answers the id of the new session at Stripe."""
    with shop.app.app_context():
        parts, placed = shop.app.extensions["portal"], shop.orders()[-1]
        own = services.guest_path(placed.reference, parts.links, parts.clock)
    return session_of(browser.post(f"{own}/pay", data=hidden_fields(browser.get(own).text)))


def let_go(shop: Shop, session_id: str) -> None:
    """The place behind a page is let go although the page can still be paid: clocks that disagree, an old backup."""
    with shop.app.app_context(), writing() as session:
        found = session.scalars(select(Checkout).where(Checkout.session == session_id)).one()
        settlement.give_up(session, orders.get(session, found.order_id), found, found.expires_at)


def alter(shop: Shop, session_id: str, **changes: Any) -> None:
    """What Stripe says of a session from now on."""
    with shop.stripe.state.working() as work:
        found = work.find("checkout.session", session_id)
        assert found
        work.change(found, **changes)


def send(shop: Shop, kind: str, about: dict[str, Any], event: str = "", *, live: bool = False) -> int:
    """A message of Stripe's, truly signed, about anything; answers the status."""
    message = {
        "id": event or f"evt_{kind}_{about['id']}",
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "livemode": live,
        "data": {"object": about},
    }
    body = json.dumps(message)
    headers = {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, shop.stripe.secret)}
    return shop.browser().post("/hooks/stripe", data=body, headers=headers).status_code


def object_of(shop: Shop, session_id: str) -> dict[str, Any]:
    """The session as Stripe has it."""
    with shop.stripe.state.working() as work:
        found = work.find("checkout.session", session_id)
        assert found
        return found


def sessions(shop: Shop) -> list[str]:
    """The ids of all sessions at Stripe, oldest first."""
    with shop.stripe.state.working() as work:
        return [str(one["id"]) for one in work.list_objects("checkout.session")][::-1]


def one_place(shop: Shop) -> None:
    """One order is paid, once, and everything about it stands once."""
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled, found.entries) == ([OrderState.PAID], 1, PAID)
    assert (found.papers, found.troubles, found.unbalanced) == (2, [], [])
    assert len(shop.letters("Your order")) == 1
