"""What Stripe says of refunds and disputes, taken into the order: safe to go many times and in any order.

The caller holds the learners by name and the order's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.orders import EnrolmentState, Entry, OrderState, RefundState, Trouble
from portal.domain.payments import Disputed, Returned
from portal.domain.references import new_reference
from portal.domain.refunds import ALIVE, ENDED, follows, state_of
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.records import enrolments, fulfilment, ledger, orders, outbox, refunds
from portal.records.refunds import Back, Payment

ON_STRIPES_PAGES = "Given back on Stripe’s own pages"


def take_in(session: Session, order: Order, returned: Returned, now: dt.datetime, seller: Seller) -> None:
    """Take in how a refund of this order stands."""
    known = refunds.list_of(session, order)
    refund = _find(known, returned)
    if refund is None:
        refund = _made_elsewhere(session, order, known, returned, now, seller)
    state = state_of(returned.status)
    is_news = refund.stripe_refund is None or follows(refund.state, state)
    refund.stripe_refund = returned.refund
    if is_news:
        _became(session, order, refund, state, now)
        close(session, order, now)


def refuse(session: Session, order: Order, refund: Refund, now: dt.datetime) -> None:
    """Stripe will not do it, or can't be reached for days: the money is still owed."""
    if refund.stripe_refund is None and refund.state == RefundState.ASKED:
        _became(session, order, refund, RefundState.FAILED, now)
        close(session, order, now)


def close(session: Session, order: Order, now: dt.datetime) -> None:
    """An order is returned while all that was paid for it has gone back, and nothing is owed either way."""
    session.flush()
    entries = ledger.list_of(session, order)
    paid = ledger.total(entries, Entry.PAID)
    back = ledger.total(entries, Entry.REFUNDED) - ledger.total(entries, Entry.REFUND_FAILED)
    if paid and back == paid and not ledger.balance(entries):
        order.state, order.settled_at = OrderState.RETURNED, now
    elif order.state == OrderState.RETURNED:
        order.state = OrderState.PAID if _is_alive(session, order) else OrderState.CANCELLED


def end(session: Session, order: Order) -> None:
    """An order whose last place has ended is cancelled."""
    if order.state in (OrderState.PAID, OrderState.FREE) and not _is_alive(session, order):
        order.state = OrderState.CANCELLED


def dispute(session: Session, order: Order, disputed: Disputed, now: dt.datetime) -> None:
    """The payer's bank asks for a payment back, takes it, or returns it."""
    if disputed.took_money:
        ledger.enter(session, order, Entry.DISPUTED, disputed.amount_pence, disputed.dispute, now)
    orders.raise_trouble(session, order, Trouble.DISPUTED, now, disputed.dispute)
    if disputed.is_won:
        if disputed.took_money:
            ledger.enter(session, order, Entry.DISPUTE_WON, disputed.amount_pence, disputed.dispute, now)
        orders.settle_troubles(session, order, (Trouble.DISPUTED,), "The bank decided for us", now, disputed.dispute)


def _find(known: Sequence[Refund], returned: Returned) -> Refund | None:
    """Ours by Stripe's own id, or by our key while its answer has not reached us."""
    for refund in known:
        if refund.stripe_refund == returned.refund:
            return refund
    asked = (returned.key, returned.payment_intent, returned.amount_pence)
    for refund in known:
        if refund.stripe_refund is None and (refund.key, refund.payment_intent, refund.amount_pence) == asked:
            return refund
    return None


def _became(session: Session, order: Order, refund: Refund, state: RefundState, now: dt.datetime) -> None:
    refund.state, refund.ended_at = state, now if state in ENDED else None
    source = refund.stripe_refund or refund.key
    if state == RefundState.SUCCEEDED:
        ledger.enter(session, order, Entry.REFUNDED, refund.amount_pence, source, now)
    elif state not in ALIVE:
        _failed(session, order, refund, source, now)
    if state in ALIVE:  # refused at first, and done all the same
        orders.settle_troubles(
            session, order, (Trouble.REFUND_FAILED,), "Stripe has done it after all", now, refund.key
        )


def _failed(session: Session, order: Order, refund: Refund, source: str, now: dt.datetime) -> None:
    """The money is here again. The credit note stays, since what it credits is still owed."""
    gone = [one.source for one in ledger.list_of(session, order) if one.kind == Entry.REFUNDED]
    if source in gone:
        ledger.enter(session, order, Entry.REFUND_FAILED, refund.amount_pence, source, now)
    orders.settle_troubles(session, order, (Trouble.REFUND_UNKNOWN,), "It failed: nothing went back", now, refund.key)
    if orders.raise_trouble(session, order, Trouble.REFUND_FAILED, now, refund.key):
        outbox.add(session, Kind.ORDER_REFUND_FAILED, refund.id, now)


def _made_elsewhere(
    session: Session, order: Order, known: Sequence[Refund], returned: Returned, now: dt.datetime, seller: Seller
) -> Refund:
    """A refund that somebody made on Stripe's own pages: what it is for is worked out, or asked."""
    refund = Refund(
        order_id=order.id,
        key=new_reference("REF"),
        stripe_refund=None,
        payment_intent=returned.payment_intent,
        amount_pence=returned.amount_pence,
        state=RefundState.ASKED,
        reason=ON_STRIPES_PAGES,
        asked_at=now,
    )
    payments = refunds.payments_of(session, order, known)
    session.add(refund)
    session.flush()
    payment = next((one for one in payments if one.source == returned.payment_intent), None)
    if state_of(returned.status) in ALIVE and payment is not None:
        if payment.is_charged and refund.amount_pence != payment.surplus_pence:
            _attribute(session, order, known, refund, now, seller)
        else:
            _note_surplus(session, order, payment, refund, now)
    return refund


def _note_surplus(session: Session, order: Order, payment: Payment, refund: Refund, now: dt.datetime) -> None:
    """It is of what nothing was charged for. What was wrong with that is settled once nothing is left of it."""
    if refund.amount_pence >= payment.surplus_pence:
        orders.settle_troubles(session, order, refunds.HELD_UP_BY, ON_STRIPES_PAGES, now, payment.source)
        refunds.give_up(session, order)
    outbox.add(session, Kind.ORDER_REFUND, refund.id, now)


def _attribute(
    session: Session, order: Order, known: Sequence[Refund], refund: Refund, now: dt.datetime, seller: Seller
) -> None:
    """Which lines it is for: those of a refund that failed; the only one; all, where all of it goes back."""
    owed = [one for one in refunds.unpaid_notes(known) if one.amount_pence == refund.amount_pence]
    if owed:
        refunds.take_over(session, order, owed[0], refund, ON_STRIPES_PAGES, now)
        return
    before = refunds.given_back(session, order, known)
    left = {line.id: line.gross_pence - before.get(line.id, 0) for line in order.lines}
    if sum(left.values()) == refund.amount_pence:
        backs = [Back(line, left[line.id], ends_place=True) for line in order.lines if left[line.id]]
    elif len(order.lines) == 1 and refund.amount_pence <= sum(left.values()):
        backs = [Back(order.lines[0], refund.amount_pence, ends_place=False)]
    else:
        orders.raise_trouble(session, order, Trouble.REFUND_UNKNOWN, now, refund.key)
        return
    refunds.share(session, order, refund, backs, before, now, seller)
    for back in backs:
        if back.ends_place:
            fulfilment.take_back(session, back.line, now)
    end(session, order)
    outbox.add(session, Kind.ORDER_REFUND, refund.id, now)


def _is_alive(session: Session, order: Order) -> bool:
    session.flush()
    return any(one.state != EnrolmentState.CANCELLED for one in enrolments.list_of_order(session, order.id))
