"""What Stripe says of a visit to its page, taken into the order: one way in, safe to go many times and in any order.

Whoever calls holds the learners by name and the order's row. Nothing here trusts what came before: an order that is
paid stays paid, and money that comes in is written down whatever else is wrong.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.errors import Unfit
from portal.domain.order_desk import may_begin
from portal.domain.orders import TO_PAY, Entry, OrderState, Seat, Trouble
from portal.domain.orders import Checkout as CheckoutState
from portal.domain.payments import Visit
from portal.domain.place_of_supply import Decision, Treatment
from portal.domain.refunds import BY_US
from portal.domain.working_days import london_day
from portal.models.course import Sold
from portal.models.course_run import CourseRun
from portal.models.order import Order, OrderTrouble
from portal.models.payment import Checkout
from portal.records import fulfilment, ledger, orders, outbox, papers, payments, refunds, seats, supply_facts

OFF = "We have cancelled this date"
GONE = "The last place of this date has gone meanwhile"
PLAY_MONEY = "xts"
"""The currency code that ISO 4217 keeps for tests."""
UNPAID = (*TO_PAY, OrderState.AWAITING)


def take_in(
    session: Session, order: Order, checkout: Checkout, visit: Visit, now: dt.datetime, seller: Seller, *, live: bool
) -> None:
    """Take in what Stripe says now. `live` is whether our own key moves real money."""
    checkout.session, checkout.payment_intent = visit.session, visit.payment_intent or checkout.payment_intent
    if visit.is_paid:
        checkout.state = CheckoutState.COMPLETE
        order.address = order.address or visit.billing_address
        supply_facts.note(session, order, visit, now)
        source, currency = visit.payment_intent or visit.session, visit.currency if visit.live == live else PLAY_MONEY
        if ledger.enter(session, order, Entry.PAID, visit.amount_pence, source, now, currency):
            _paid(session, order, visit, now, seller, live=live)
    elif visit.has_failed:
        checkout.state = CheckoutState.FAILED
        _not_paid(session, order, checkout, OrderState.FAILED, now)
    elif visit.status == "complete" and checkout.state != CheckoutState.FAILED:
        checkout.state = CheckoutState.COMPLETE
        _awaited(session, order, checkout, now)
    elif visit.status == "expired":
        checkout.state = CheckoutState.EXPIRED
        _not_paid(session, order, checkout, OrderState.EXPIRED, now)
    elif checkout.state in (CheckoutState.MAKING, CheckoutState.OPEN):  # else the answer is older than what we know
        checkout.state, checkout.url = CheckoutState.OPEN, visit.url or checkout.url


def give_up(session: Session, order: Order, checkout: Checkout, now: dt.datetime) -> None:
    """Nobody was ever sent to this page: it can't be paid."""
    checkout.state = CheckoutState.EXPIRED
    _not_paid(session, order, checkout, OrderState.EXPIRED, now)


def hold_seats(session: Session, order: Order) -> bool:
    """Hold every place of the order's lines again; False, with nothing held, where one or its date is gone."""
    dates = {line.course_run_id for line in order.lines if line.course_run_id is not None}
    if any(seats.is_off(session, run_id) for run_id in sorted(dates)):
        return False
    gone = [line for line in order.lines if line.seat == Seat.RELEASED]
    for run_id in sorted({line.course_run_id for line in gone if line.course_run_id is not None}):
        wanted = sum(line.course_run_id == run_id for line in gone)
        if not seats.is_room(session, run_id, wanted):
            return False
    for line in gone:
        seats.move(session, line, Seat.RELEASED, Seat.HELD)
    return True


def take_up_again(order: Order, now: dt.datetime) -> None:
    """Somebody goes to pay for it once more. On another day than its own it is ordered anew: the law's days begin then.

    Raises Unfit for what is not on offer any more, and for a date that is nearer now than the buyer asked for.
    """
    if reason := _not_on_offer(order, now):
        raise Unfit("run", reason)
    if london_day(order.ordered_at) != london_day(now):
        order.ordered_at = now


def find_obstacle(session: Session, order: Order, now: dt.datetime) -> str:
    """Why an order that nobody paid can't be paid any more, as far as it is seen without holding anything; or empty."""
    gone = [line for line in order.lines if line.seat == Seat.RELEASED and line.run is not None]
    full = any(_is_full(session, line.run) for line in gone if line.run is not None)
    return _not_on_offer(order, now) or (GONE if full else "")


def _is_full(session: Session, run: CourseRun) -> bool:
    return run.capacity is not None and seats.filled(session, run.id) >= run.capacity


def _not_on_offer(order: Order, now: dt.datetime) -> str:
    """Why what was ordered can't be booked any more; empty while it can."""
    for line in order.lines:
        run = line.run
        if run and run.cancelled_at is not None:
            return OFF
        if not line.course.active or line.course.sold == Sold.PARTNERS:
            return "This course can’t be booked any more"
        if run and not (run.active and run.starts_on > london_day(now)):
            return "This date can’t be booked any more"
        if run and not may_begin(order.buyer, order.start, now, run.starts_on):
            return "This date begins within 14 days now, and you have not asked for that"
    return ""


def release_seats(session: Session, order: Order) -> None:
    """Let go of the places that are held; those that are taken stay."""
    for line in order.lines:
        seats.move(session, line, Seat.HELD, Seat.RELEASED)


def deliver(session: Session, order: Order, now: dt.datetime, seller: Seller, note: str = "") -> None:
    """The order is paid and everything about it is right: charge it, give its places, issue its papers.

    `note` stands on the invoice.
    """
    for line in order.lines:
        seats.move(session, line, Seat.HELD, Seat.TAKEN)
    ledger.enter(session, order, Entry.CHARGED, order.total_pence, order.reference, now)
    papers.invoice(session, order, now, seller, note)
    papers.confirmation(session, order, now, seller)
    fulfilment.give(session, order, OrderState.PAID, now)
    judge_supply(session, order, now)


def judge_supply(session: Session, order: Order, now: dt.datetime) -> Decision | None:
    """Where nothing proves that the UK's VAT is due a person looks at it; what only the buyer knows is asked."""
    decision = supply_facts.judge(session, order)
    if decision is None or decision.vat_treatment is Treatment.UK:
        orders.settle_troubles(session, order, [Trouble.SUPPLY], "Two facts agree on the United Kingdom.", now)
    elif decision.vat_treatment is Treatment.UNKNOWN:
        _tell(session, order, Trouble.SUPPLY, now, "unknown")
    else:
        orders.settle_troubles(session, order, [Trouble.SUPPLY], "The buyer has answered.", now)
        orders.raise_trouble(session, order, Trouble.SUPPLY, now, decision.country or "")
    return decision


def _paid(session: Session, order: Order, visit: Visit, now: dt.datetime, seller: Seller, *, live: bool) -> None:
    source = visit.payment_intent or visit.session
    differs = (visit.amount_pence, visit.currency, visit.live) != (order.total_pence, order.currency, live)
    if order.state in (OrderState.CANCELLED, OrderState.RETURNED):
        _send_back(session, order, source, now)
    elif order.state not in UNPAID:
        _hold_up(session, order, Trouble.TWICE, now, source)
    elif differs:
        _hold_up(session, order, Trouble.DIFFERS, now, source)
    elif fulfilment.taken_already(session, order):
        _hold_up(session, order, Trouble.TWICE, now, source)
    elif not hold_seats(session, order):
        _hold_up(session, order, Trouble.FULL, now, source)
    else:
        deliver(session, order, now, seller)


def _send_back(session: Session, order: Order, source: str, now: dt.datetime) -> None:
    """What is left of it goes back by itself, since nothing is charged for it any more."""
    found = payments.find(session, order, source, refunds.list_of(session, order))
    if found and found.surplus_pence:
        refund = refunds.ask_all(session, order, source, refunds.Asked(BY_US, "The order was cancelled"), now)
        outbox.add(session, Kind.ORDER_REFUND, refund.id, now)


def _hold_up(session: Session, order: Order, what: Trouble, now: dt.datetime, source: str) -> None:
    """A person must settle it, and the buyer is told. An order that gave its places keeps them."""
    if order.state in UNPAID:
        order.state = OrderState.HELD_UP
        release_seats(session, order)
    _tell(session, order, what, now, source)


def _tell(session: Session, order: Order, what: Trouble, now: dt.datetime, source: str) -> None:
    """Note it once, and tell the buyer."""
    if orders.raise_trouble(session, order, what, now, source):
        trouble = session.scalars(
            select(OrderTrouble).where(
                OrderTrouble.order_id == order.id, OrderTrouble.what == what, OrderTrouble.about == source
            )
        ).one()
        outbox.add(session, Kind.ORDER_TROUBLE, trouble.id, now)


def _awaited(session: Session, order: Order, checkout: Checkout, now: dt.datetime) -> None:
    """The bank takes some days: the place is kept meanwhile."""
    if order.state in TO_PAY:
        hold_seats(session, order)  # were it gone, the payment finds the order without a place, and says so
        order.state = OrderState.AWAITING
        outbox.add_once(session, Kind.ORDER_AWAITING, order.id, now, key=str(checkout.attempt), lane="mail")


def _not_paid(session: Session, order: Order, checkout: Checkout, state: OrderState, now: dt.datetime) -> None:
    """No money will come of this visit. While another visit may still be paid, or one was, nothing else changes."""
    session.flush()
    visits = orders.list_checkouts(session, order)
    if order.state not in UNPAID or orders.is_waiting(visits):
        return
    if order.state == OrderState.AWAITING and (state == OrderState.EXPIRED or checkout.attempt < visits[0].attempt):
        return
    was = order.state
    order.state = state
    release_seats(session, order)
    if state == OrderState.FAILED and was != OrderState.FAILED:
        outbox.add_once(session, Kind.ORDER_NOT_PAID, order.id, now, key=str(checkout.attempt), lane="mail")
