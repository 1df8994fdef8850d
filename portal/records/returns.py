"""What Stripe says of refunds and disputes, taken into the order: safe to go many times and in any order.

The caller holds the learners by name and the order's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.orders import HELD_UP_BY, EnrolmentState, Entry, OrderState, RefundState, Trouble
from portal.domain.payments import Disputed, Returned
from portal.domain.references import new_reference
from portal.domain.refunds import ALIVE, ENDED, follows, state_of
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.records import enrolments, ledger, orders, outbox, payments, refunds
from portal.records.payments import Payment
from portal.records.refunds import Back

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
        _weigh(session, order, refund, now)


def refuse(session: Session, order: Order, refund: Refund, now: dt.datetime) -> None:
    """Stripe will not do it, or can't be reached for days: the money is still owed."""
    if refund.stripe_refund is None and refund.state == RefundState.ASKED:
        _became(session, order, refund, RefundState.FAILED, now)
        close(session, order, now)


def drop(session: Session, order: Order, refund: Refund, now: dt.datetime) -> None:
    """Stripe is not asked for it, since it was done before. Where some of it was not, that is still owed."""
    refund.state, refund.ended_at = RefundState.CANCELED, now
    known = refunds.list_of(session, order)
    is_open = not refund.credit_note or refund in refunds.unpaid_notes(known)
    if is_open and refunds.kept_pence(ledger.balance(ledger.list_of(session, order)), known) > 0:
        _raise_failed(session, order, refund, now)


def close(session: Session, order: Order, now: dt.datetime) -> None:
    """An order is returned while all that was paid for it has gone back, and nothing is owed either way."""
    session.flush()
    entries = ledger.list_of(session, order)
    paid = ledger.total(entries, Entry.PAID)
    back = ledger.total(entries, Entry.REFUNDED) - ledger.total(entries, Entry.REFUND_FAILED, Entry.SENT_BACK)
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
        _won(session, order, disputed, now)
    close(session, order, now)


def _won(session: Session, order: Order, disputed: Disputed, now: dt.datetime) -> None:
    """The money is here again. Where it is owed to the buyer all the same, somebody must give it back."""
    is_news = disputed.took_money and ledger.enter(
        session, order, Entry.DISPUTE_WON, disputed.amount_pence, disputed.dispute, now
    )
    kept = refunds.kept_pence(ledger.balance(ledger.list_of(session, order)), refunds.list_of(session, order))
    if kept <= 0 or not disputed.took_money:
        orders.settle_troubles(session, order, (Trouble.DISPUTED,), "The bank decided for us", now, disputed.dispute)
    elif is_news:
        orders.raise_trouble(session, order, Trouble.DISPUTED, now, disputed.dispute, anew=True)


def _find(known: Sequence[Refund], returned: Returned) -> Refund | None:
    """Ours by Stripe's own id, or by our key while its answer has not reached us.

    One of Stripe's own pages is the one that waits to be asked for there, if sum and payment are the same: somebody
    here was quicker by hand.
    """
    for refund in known:
        if refund.stripe_refund == returned.refund:
            return refund
    unheard = [one for one in known if one.stripe_refund is None]
    alike = [
        one
        for one in unheard
        if (one.payment_intent, one.amount_pence) == (returned.payment_intent, returned.amount_pence)
        and (one.key == returned.key or (not returned.key and one.state == RefundState.ASKED))
    ]
    return alike[0] if alike else None


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
    """The money is here again. The credit note stays, since what it credits is still owed, if nobody has paid it."""
    gone = [one.source for one in ledger.list_of(session, order) if one.kind == Entry.REFUNDED]
    if source in gone:
        ledger.enter(session, order, Entry.REFUND_FAILED, refund.amount_pence, source, now)
    known = refunds.list_of(session, order)
    was_unknown = refund in refunds.unexplained(session, order, known)
    orders.settle_troubles(session, order, (Trouble.REFUND_UNKNOWN,), "It failed: nothing went back", now, refund.key)
    kept = refunds.kept_pence(ledger.balance_with_us(ledger.list_of(session, order)), known)
    if was_unknown or kept >= refunds.due_pence(refund):
        _raise_failed(session, order, refund, now)


def _raise_failed(session: Session, order: Order, refund: Refund, now: dt.datetime) -> None:
    """A person must see to it, and the buyer is told: each time that it fails."""
    if orders.raise_trouble(session, order, Trouble.REFUND_FAILED, now, refund.key, anew=True):
        outbox.add(session, Kind.ORDER_REFUND_FAILED, refund.id, now, key=now.isoformat())


def _weigh(session: Session, order: Order, refund: Refund, now: dt.datetime) -> None:
    """Raise it when more has gone back than was owed, and settle it once that is over.

    What nobody has explained yet may still turn out to be owed.
    """
    beyond = ledger.balance_with_us(ledger.list_of(session, order))
    unexplained = refunds.unexplained(session, order, refunds.list_of(session, order))
    beyond -= sum(one.amount_pence for one in unexplained if one.state == RefundState.SUCCEEDED)
    if beyond <= 0:
        orders.settle_troubles(session, order, (Trouble.BACK_TWICE,), "One of the two has failed", now)
    elif refund.state == RefundState.SUCCEEDED:
        orders.raise_trouble(session, order, Trouble.BACK_TWICE, now, refund.key)


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
    payment = payments.find(session, order, returned.payment_intent, known)
    session.add(refund)
    session.flush()
    if state_of(returned.status) in ALIVE and payment is not None:
        if payment.is_charged and refund.amount_pence != payment.surplus_pence:
            _attribute(session, order, known, payment, refund, now, seller)
        else:
            _note_surplus(session, order, payment, refund.amount_pence, now)
            outbox.add(session, Kind.ORDER_REFUND, refund.id, now)
    return refund


def _note_surplus(session: Session, order: Order, payment: Payment, pence: int, now: dt.datetime) -> None:
    """So much of it was never charged. What was wrong with that is settled once nothing is left of it."""
    if pence >= payment.surplus_pence:
        orders.settle_troubles(session, order, HELD_UP_BY, ON_STRIPES_PAGES, now, payment.source)
        refunds.give_up(session, order)


def _attribute(
    session: Session,
    order: Order,
    known: Sequence[Refund],
    payment: Payment,
    refund: Refund,
    now: dt.datetime,
    seller: Seller,
) -> None:
    """Which lines it is for: those of a refund that failed; the only one; all, where all of it goes back, or more.

    Where nothing is left of any line it is for none.
    """
    before = refunds.given_back(session, order, known)
    left = {line.id: line.gross_pence - before.get(line.id, 0) for line in order.lines}
    rest = sum(left.values())
    owed = [one for one in refunds.unpaid_notes(known) if one.amount_pence == refund.amount_pence]
    if owed:
        refunds.take_over(session, order, owed[0], refund, ON_STRIPES_PAGES, now)
    elif 0 < rest <= refund.amount_pence:
        backs = [Back(line, left[line.id], ends_place=True) for line in order.lines if left[line.id]]
        refunds.share(session, order, refund, backs, before, now, seller)
        refunds.end_places(session, backs, now)
        end(session, order)
        _note_surplus(session, order, payment, refund.amount_pence - rest, now)
    elif rest and len(order.lines) == 1:
        backs = [Back(order.lines[0], refund.amount_pence, ends_place=False)]
        refunds.share(session, order, refund, backs, before, now, seller)
    else:
        if rest:
            orders.raise_trouble(session, order, Trouble.REFUND_UNKNOWN, now, refund.key)
        return
    outbox.add(session, Kind.ORDER_REFUND, refund.id, now)


def _is_alive(session: Session, order: Order) -> bool:
    session.flush()
    return any(one.state != EnrolmentState.CANCELLED for one in enrolments.list_of_order(session, order.id))
