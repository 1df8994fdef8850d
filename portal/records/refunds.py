"""Refunds: what can still go back of a line and of a payment, and asking for it, with the paper that says so.

The caller holds the order's row, so that two never give the same penny back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.domain import money
from portal.domain.cancellation import refundable
from portal.domain.delivery import Kind, Lane
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.orders import HELD_UP_BY, Entry, OrderState, RefundState, Trouble
from portal.domain.references import new_reference
from portal.domain.refunds import ALIVE, ON_THEIR_WAY
from portal.models.ledger import Refund, RefundPart
from portal.models.order import Order, OrderLine
from portal.records import fulfilment, ledger, orders, outbox, papers, payments, reductions
from portal.records.payments import Payment


@dataclass(frozen=True)
class Back:
    """What goes back of one line, in pence with VAT, and whether its place ends."""

    line: OrderLine
    pence: int
    ends_place: bool


@dataclass(frozen=True)
class Asked:
    """Who asks for a refund, and why: the words stand on the credit note."""

    by: str
    reason: str


def list_of(session: Session, order: Order) -> list[Refund]:
    """The order's refunds with their parts, oldest first."""
    query = select(Refund).where(Refund.order_id == order.id).order_by(Refund.id).options(selectinload(Refund.parts))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def get(session: Session, refund_id: int) -> Refund:
    """The refund with its parts and its order. Raises NotFound."""
    query = select(Refund).where(Refund.id == refund_id)
    found = session.scalars(
        query.options(joinedload(Refund.order), selectinload(Refund.parts).joinedload(RefundPart.line))
    ).first()
    if found is None:
        raise NotFound("There is no such refund.")
    return found


def given_back(session: Session, order: Order, refunds: Sequence[Refund]) -> dict[int, int]:
    """What was given back of each line, in pence by its id: each credit note once, however often it was tried.

    What its price was reduced by counts too.
    """
    of_note = {refund.credit_note: refund.parts for refund in refunds if refund.credit_note}
    sums = reductions.of_lines(session, order, refunds)
    for parts in of_note.values():
        for part in parts:
            sums[part.order_line_id] = sums.get(part.order_line_id, 0) + part.gross_pence
    return sums


def unpaid_notes(refunds: Sequence[Refund]) -> list[Refund]:
    """The refunds that failed and were not asked for again: the money of their credit notes is still owed."""
    kept = {refund.credit_note for refund in refunds if refund.state in ALIVE}
    last = {refund.credit_note: refund for refund in refunds if refund.credit_note not in kept | {""}}
    return list(last.values())


def owed(session: Session, order: Order, refunds: Sequence[Refund]) -> list[Refund]:
    """The refunds that failed and whose money is still owed: the last of each credit note, or of what was uncharged.

    None that the buyer has had another way: from their bank, by a dispute, or on Stripe's own pages.
    """
    surplus = {one.source: one.surplus_pence for one in payments.list_of(session, order, refunds)}
    loose = [one for one in refunds if not one.credit_note and one.state not in ALIVE]
    last = {one.payment_intent: one for one in loose if one.amount_pence <= surplus.get(one.payment_intent, 0)}
    due = kept_pence(ledger.balance(ledger.list_of(session, order)), refunds)
    return [one for one in (*unpaid_notes(refunds), *last.values()) if due_pence(one) <= due]


def due_pence(refund: Refund) -> int:
    """What of it is owed for sure: what its credit note is about, or all of one that has none."""
    return sum(part.gross_pence for part in refund.parts) if refund.credit_note else refund.amount_pence


def kept_pence(balance: int, refunds: Sequence[Refund]) -> int:
    """What we have of the buyer's and is on no way to them, in pence; `balance` is what they owe by the ledger."""
    return -balance - sum(one.amount_pence for one in refunds if one.state in ON_THEIR_WAY)


def unexplained(session: Session, order: Order, refunds: Sequence[Refund]) -> list[Refund]:
    """The refunds of Stripe's own pages of which somebody must say what they were for."""
    asked = {
        one.about
        for one in orders.list_troubles(session, order)
        if one.what == Trouble.REFUND_UNKNOWN and one.settled_at is None
    }
    return [one for one in refunds if one.key in asked]


def ask(
    session: Session, order: Order, backs: Sequence[Back], asked: Asked, now: dt.datetime, seller: Seller
) -> Refund | None:
    """Give this back of what was charged, with a credit note, and end the places that say so.

    Answers the refund, or None where nothing goes back. Raises Unfit for more than is left of a line, and Refusal for
    more than is left of the payment.
    """
    refunds = list_of(session, order)
    wanted = [back for back in backs if back.pence]
    refund = None
    if wanted:
        payment = _payment_for(session, order, refunds, sum(back.pence for back in wanted))
        refund = add(session, order, payment.source, sum(back.pence for back in wanted), asked, now)
        share(session, order, refund, wanted, given_back(session, order, refunds), now, seller)
        outbox.add(session, Kind.REFUND, refund.id, now, lane=Lane.STRIPE)
    end_places(session, backs, now)
    return refund


def end_places(session: Session, backs: Sequence[Back], now: dt.datetime) -> None:
    """End the places that say so."""
    for back in backs:
        if back.ends_place:
            fulfilment.take_back(session, back.line, now)


def share(
    session: Session,
    order: Order,
    refund: Refund,
    backs: Sequence[Back],
    before: dict[int, int],
    now: dt.datetime,
    seller: Seller,
) -> None:
    """Say which lines a refund belongs to: its parts, the credit note, the ledger. `before` is `given_back`.

    What it is beyond its parts was never charged.
    """
    parts = []
    for back in backs:
        line, already = back.line, before.get(back.line.id, 0)
        refundable(back.pence, line.gross_pence, already)
        part = orders.priced(line).give_back(back.pence, already_pence=already)
        parts.append(part)
        session.add(
            RefundPart(
                refund_id=refund.id,
                order_line_id=line.id,
                net_pence=part.net_pence,
                vat_pence=part.vat_pence,
                gross_pence=part.gross_pence,
                ends_place=back.ends_place,
            )
        )
    refund.credit_note = papers.credit_note(session, order, parts, refund.reason, now, seller)
    credited = sum(part.gross_pence for part in parts)
    ledger.enter(session, order, Entry.CREDITED, credited, refund.credit_note, now)
    session.flush()


def ask_all(session: Session, order: Order, source: str, asked: Asked, now: dt.datetime) -> Refund:
    """Give back all that is left of a payment and was never charged: there is no credit note, since no invoice.

    Raises NotFound for another's payment and for one that was charged whole, and Refusal where nothing is left.
    """
    known = list_of(session, order)
    found = payments.find(session, order, source, known)
    if found is None or (found.is_charged and not found.surplus_pence):
        raise NotFound("There is no such payment to give back.")
    if not found.surplus_pence:
        raise Refusal("All of this payment has been given back already.")
    refund = add(session, order, source, found.surplus_pence, asked, now)
    outbox.add(session, Kind.REFUND, refund.id, now, lane=Lane.STRIPE)
    orders.settle_troubles(session, order, HELD_UP_BY, f"Given back, by {asked.by}", now, source)
    for one in known:
        if one.payment_intent == source and not one.credit_note and one.state not in ALIVE:
            how = f"Asked for again, by {asked.by}"
            orders.settle_troubles(session, order, (Trouble.REFUND_FAILED,), how, now, one.key)
    give_up(session, order)
    return refund


def give_up(session: Session, order: Order) -> None:
    """An order that is held up gives no place any more once none of its payments waits for a decision."""
    waiting = [one for one in orders.list_troubles(session, order) if one.what in HELD_UP_BY and not one.settled_at]
    if order.state == OrderState.HELD_UP and not waiting:
        order.state = OrderState.CANCELLED


def again(session: Session, order: Order, key: str, by: str, now: dt.datetime) -> Refund:
    """Ask once more for a refund that failed: the same parts of the same credit note. Raises NotFound or Refusal."""
    refunds = list_of(session, order)
    failed = next((one for one in unpaid_notes(refunds) if one.key == key), None)
    if failed is None:
        raise NotFound("There is no such refund to try again.")
    payment = _payment_for(session, order, refunds, due_pence(failed))
    refund = add(session, order, payment.source, failed.amount_pence, Asked(by, failed.reason), now)
    take_over(session, order, failed, refund, f"Asked for again, by {by}", now)
    outbox.add(session, Kind.REFUND, refund.id, now, lane=Lane.STRIPE)
    return refund


def take_over(session: Session, order: Order, failed: Refund, refund: Refund, how: str, now: dt.datetime) -> None:
    """The new refund stands for the failed one: the same parts, the same paper."""
    refund.credit_note, refund.reason = failed.credit_note, failed.reason
    for part in failed.parts:
        names = ("order_line_id", "net_pence", "vat_pence", "gross_pence", "ends_place")
        session.add(RefundPart(refund_id=refund.id, **{name: getattr(part, name) for name in names}))
    orders.settle_troubles(session, order, (Trouble.REFUND_FAILED,), how, now, failed.key)
    session.flush()


def add(session: Session, order: Order, source: str, pence: int, asked: Asked, now: dt.datetime) -> Refund:
    """Note a refund of a payment before Stripe is asked for it."""
    refund = Refund(
        order_id=order.id,
        key=new_reference("REF"),
        payment_intent=source,
        amount_pence=pence,
        state=RefundState.ASKED,
        reason=asked.reason,
        asked_by=asked.by,
        asked_at=now,
    )
    session.add(refund)
    session.flush()
    return refund


def _payment_for(session: Session, order: Order, refunds: Sequence[Refund], pence: int) -> Payment:
    charged = payments.find_charged(session, order, refunds)
    if charged is None:
        raise Refusal("Nothing was charged for this order.")
    if pence > charged.price_pence:
        raise Unfit("amount", f"Only {money.pounds(charged.price_pence)} of the payment is left to give back")
    return charged
