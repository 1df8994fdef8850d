"""Giving money back, by staff: of any line any sum up to what is left, and whole payments that were never charged.

A place ends with its money; one that is idle since the money has gone ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.cancellation import refundable
from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.orders import EnrolmentState, Trouble
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund as Refund
from portal.models.order import Order, OrderLine
from portal.models.session import reading, writing
from portal.records import enrolments, fulfilment, orders, outbox, payments, refunds, returns, security_log
from portal.records.accounts import Person
from portal.records.payments import Payment
from portal.records.refunds import Asked, Back

MEANWHILE = (
    "Money of this order went back after the sum was checked, perhaps because the button was pressed twice. See"
    " “So far”, and check the sum again."
)


@dataclass(frozen=True)
class Line:
    """A line of the order, what is left of it in pence, and whether its place can still end."""

    line: OrderLine
    left_pence: int
    has_place: bool


@dataclass(frozen=True)
class Shown:
    """The page: what can go back of each line and of each payment, and the refunds so far, newest first.

    `failed` can be asked for again, or entered as paid another way; one without a credit note is asked for with its
    payment. Of `unknown` somebody must say which lines they are for. The `idle` places wait for a learner, and there is
    nothing left to give back with which they could end.
    """

    order: Order
    lines: list[Line]
    payments: list[Payment]
    refunds: list[Refund]
    failed: list[Refund]
    unknown: list[Refund]
    idle: list[Enrolment]
    now: dt.datetime

    @property
    def left_pence(self) -> int:
        """What can still go back of what was charged, and is not credited yet."""
        paid = sum(one.price_pence for one in self.payments if one.is_charged)
        return min(paid, sum(one.left_pence for one in self.lines))

    @property
    def surplus(self) -> list[Payment]:
        """The payments of which something was never charged and can go back."""
        return [one for one in self.payments if one.surplus_pence]


@dataclass(frozen=True)
class Wish:
    """What goes back, by the position of the line: pence, and which places end. `reason` stands on the credit note.

    `known` is how many refunds there were when it was checked, if it was: the same wish sent again is not done again.
    """

    pence: Mapping[int, int]
    ends: Sequence[int]
    reason: str
    known: int | None = None

    @property
    def total_pence(self) -> int:
        """All of it."""
        return sum(self.pence.values())


def show(reference: str, clock: Clock) -> Shown:
    """What can go back of an order. Changes nothing. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        known = refunds.list_of(session, order)
        before = refunds.given_back(session, order, known)
        places = enrolments.list_of_order(session, order.id)
        alive = {one.order_line_id for one in places if one.state != EnrolmentState.CANCELLED}
        received = payments.list_of(session, order, known)
        charged = any(one.is_charged for one in received)
        lines = [Line(one, one.gross_pence - before.get(one.id, 0), one.id in alive) for one in order.lines]
        return Shown(
            order,
            lines if charged else [],
            received,
            known[::-1],
            refunds.owed(session, order, known),
            refunds.unexplained(session, order, known),
            _idle(session, order, places),
            clock.now(session),
        )


def check(shown: Shown, wish: Wish, of: Refund | None = None) -> None:
    """Raises Unfit where the sums can't go back, its column "amount-<position>" or "amount-total".

    `of` is a refund of Stripe's own pages that the sums must add up to; without one the payment must have them left.
    """
    for one in shown.lines:
        if pence := wish.pence.get(one.line.position, 0):
            try:
                refundable(pence, one.left_pence, 0)
            except Unfit as refused:
                raise Unfit(f"amount-{one.line.position}", str(refused)) from None
    if not wish.total_pence:
        raise Unfit("amount-total", "Enter what goes back of at least one course")
    if of is not None and wish.total_pence != of.amount_pence:
        raise Unfit("amount-total", "The sums must add up to what was given back")
    if of is None and wish.total_pence > shown.left_pence:
        raise Unfit("amount-total", "That is more than is left of the payment")


def give_back(reference: str, wish: Wish, visit: Visit, clock: Clock, seller: Seller, by: Person) -> None:
    """Ask for the refund, with its credit note; places end that say so. Raises NotFound, Refusal or Unfit."""

    def act(session: Session, order: Order, now: dt.datetime) -> str:
        if wish.known not in (None, len(refunds.list_of(session, order))):
            raise Refusal(MEANWHILE)
        asked = Asked(by.full_name, wish.reason)
        refund = refunds.ask(session, order, _backs(order, wish), asked, now, seller)
        if refund is None:
            raise Unfit("amount-total", "Enter what goes back of at least one course")
        returns.end(session, order)
        outbox.add(session, Kind.ORDER_REFUND, refund.id, now)
        return refund.key

    _act(reference, act, Happened.REFUND_ASKED, visit, clock, by)


def give_back_payment(reference: str, source: str, reason: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Give back all that is left of a payment and was never charged: a second one, one that found no place, or what
    was paid beyond the price.

    The trouble it made is settled. Raises NotFound or Refusal.
    """

    def act(session: Session, order: Order, now: dt.datetime) -> str:
        refund = refunds.ask_all(session, order, source, Asked(by.full_name, reason), now)
        outbox.add(session, Kind.ORDER_REFUND, refund.id, now)
        return refund.key

    _act(reference, act, Happened.REFUND_ASKED, visit, clock, by)


def again(reference: str, key: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Ask once more for a refund that failed. Raises NotFound or Refusal."""

    def act(session: Session, order: Order, now: dt.datetime) -> str:
        refund = refunds.again(session, order, key, by.full_name, now)
        outbox.add(session, Kind.ORDER_REFUND, refund.id, now)
        return refund.key

    _act(reference, act, Happened.REFUND_ASKED, visit, clock, by)


def name_lines(reference: str, key: str, wish: Wish, visit: Visit, clock: Clock, seller: Seller, by: Person) -> None:
    """Say which lines a refund of Stripe's own pages was for; no more money goes back. Raises NotFound or Unfit."""

    def act(session: Session, order: Order, now: dt.datetime) -> str:
        known = refunds.list_of(session, order)
        refund = next((one for one in refunds.unexplained(session, order, known) if one.key == key), None)
        if refund is None:
            raise NotFound("There is no such refund to explain.")
        if wish.total_pence != refund.amount_pence:
            raise Unfit("amount-total", "The sums must add up to what was given back")
        refund.reason = wish.reason
        backs = [back for back in _backs(order, wish) if back.pence]
        refunds.share(session, order, refund, backs, refunds.given_back(session, order, known), now, seller)
        refunds.end_places(session, _backs(order, wish), now)
        returns.end(session, order)
        returns.close(session, order, now)
        how = f"Explained, by {by.full_name}"
        orders.settle_troubles(session, order, (Trouble.REFUND_UNKNOWN,), how, now, refund.key)
        outbox.add(session, Kind.ORDER_REFUND, refund.id, now)
        return refund.key

    _act(reference, act, Happened.TROUBLE_SETTLED, visit, clock, by)


def end_place(reference: str, place: str, visit: Visit, clock: Clock, by: Person) -> None:
    """End a place that waits for a learner, where nothing is left to give back; whoever paid gets a letter.

    Pressed twice it is done once. Raises NotFound, or Refusal while money is left, or once a learner has taken it up.
    """

    def act(session: Session, order: Order, now: dt.datetime) -> str:
        places = enrolments.list_of_order(session, order.id)
        found = next((one for one in places if one.reference == place), None)
        if found is None:
            raise NotFound(f"There is no place {place} in this order.")
        if found.state != EnrolmentState.CANCELLED:
            if found not in _idle(session, order, places):
                raise Refusal("Its learner has it by now, or some of its price is left: give that back, and it ends.")
            fulfilment.take_back(session, found.line, now)
            returns.end(session, order)
            outbox.add(session, Kind.ORDER_PLACE_ENDED, found.id, now)
        return place

    _act(reference, act, Happened.PLACE_ENDED, visit, clock, by)


def _idle(session: Session, order: Order, places: Sequence[Enrolment]) -> list[Enrolment]:
    """Of these places those that wait for a learner, and for which nothing can go back any more."""
    known = refunds.list_of(session, order)
    before, charged = refunds.given_back(session, order, known), payments.find_charged(session, order, known)
    waiting = [one for one in places if one.state == EnrolmentState.WAITING_FOR_LEARNER]
    if charged is None or not charged.price_pence:
        return waiting
    return [one for one in waiting if one.line.gross_pence == before.get(one.order_line_id, 0)]


def _act(
    reference: str,
    act: Callable[[Session, Order, dt.datetime], str],
    happened: Happened,
    visit: Visit,
    clock: Clock,
    by: Person,
) -> None:
    """Do it with the order held, and write into the security log who did it."""
    with writing() as session:
        order = fulfilment.hold_order(session, reference)
        now = clock.now(session)
        about = act(session, order, now)
        detail = f"{order.reference} {about} by {by.reference}"
        security_log.add(session, happened, visit, now, account_id=order.payer_id, detail=detail)


def _backs(order: Order, wish: Wish) -> list[Back]:
    return [
        Back(line, wish.pence.get(line.position, 0), line.position in wish.ends)
        for line in order.lines
        if wish.pence.get(line.position, 0) or line.position in wish.ends
    ]
