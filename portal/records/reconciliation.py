"""What our books say of a time, as it is compared with Stripe."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal.domain.orders import OF_A_BANK, Entry, OrderState, RefundState, Trouble
from portal.domain.reconciliation import Books, OurPayment, OurRefund, OurVisit
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry, Refund
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.payment import Checkout
from portal.records import ledger

MARGIN = dt.timedelta(days=1)
"""Stripe's clock, the worker and a bank may each be a little late: so much further back we look."""


def read(session: Session, since: dt.datetime, until: dt.datetime) -> Books:
    """The visits, payments and refunds of a time, and the orders of it that lack a place."""
    early = since - 2 * MARGIN
    return Books(
        visits=_visits(session, early),
        payments=_payments(session, early),
        refunds=_refunds(session, early),
        payers=_payers(session),
        placeless=_placeless(session, since),
        references=frozenset(session.scalars(select(Order.reference))),
        disputed=_sources(session, Entry.DISPUTED),
        won=_sources(session, Entry.DISPUTE_WON),
        beyond=_beyond(session, since),
        since=since,
        until=until,
    )


def _visits(session: Session, since: dt.datetime) -> list[OurVisit]:
    query = (
        select(
            Order.reference,
            Checkout.attempt,
            Checkout.session,
            Checkout.payment_intent,
            Checkout.state,
            Order.state,
            Checkout.made_at,
        )
        .join(Checkout.order)
        .where(Checkout.made_at >= since)
        .order_by(Checkout.id)
    )
    return [OurVisit(row[0], row[1], row[2] or "", row[3] or "", *row[4:]) for row in session.execute(query)]


def _payments(session: Session, since: dt.datetime) -> list[OurPayment]:
    query = (
        select(Order.reference, LedgerEntry.source, LedgerEntry.amount_pence, LedgerEntry.entered_at)
        .join(Order, Order.id == LedgerEntry.order_id)
        .where(LedgerEntry.kind == Entry.PAID, LedgerEntry.entered_at >= since)
        .order_by(LedgerEntry.id)
    )
    return [OurPayment(*row) for row in session.execute(query)]


def _refunds(session: Session, since: dt.datetime) -> list[OurRefund]:
    query = (
        select(Order.reference, Refund.key, Refund.stripe_refund, Refund.amount_pence, Refund.state, Refund.asked_at)
        .join(Refund.order)
        .where(Refund.asked_at >= since)
        .order_by(Refund.id)
    )
    return [
        OurRefund(row[0], row[1], row[2] or "", row[3], RefundState(row[4]), row[5]) for row in session.execute(query)
    ]


def _payers(session: Session) -> dict[str, str]:
    query = select(Checkout.payment_intent, Order.reference).join(Checkout.order)
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def _sources(session: Session, kind: Entry) -> frozenset[str]:
    return frozenset(session.scalars(select(LedgerEntry.source).where(LedgerEntry.kind == kind)))


def _beyond(session: Session, since: dt.datetime) -> dict[str, int]:
    """Orders of which more has gone back than was owed, and something since then; a bank's disputes aside.

    One that somebody has settled, or is asked to explain, is as they left it.
    """
    settled = (OrderTrouble.what == Trouble.BACK_TWICE) & OrderTrouble.settled_at.is_not(None)
    asked = (OrderTrouble.what == Trouble.REFUND_UNKNOWN) & OrderTrouble.settled_at.is_(None)
    lately = select(LedgerEntry.order_id).where(LedgerEntry.kind == Entry.REFUNDED, LedgerEntry.entered_at >= since)
    pence = func.sum(LedgerEntry.amount_pence * ledger.SIGN)
    query = (
        select(Order.reference, pence)
        .join(Order, Order.id == LedgerEntry.order_id)
        .where(LedgerEntry.kind.not_in(OF_A_BANK), LedgerEntry.order_id.in_(lately))
        .where(~exists().where(OrderTrouble.order_id == LedgerEntry.order_id, settled | asked))
        .group_by(Order.id, Order.reference)
        .having(pence > 0)
        .order_by(Order.id)
    )
    return {row[0]: int(row[1]) for row in session.execute(query)}


def _placeless(session: Session, since: dt.datetime) -> list[str]:
    """Paid or free orders with a line that never had an enrolment; one that was cancelled had one.

    A free one that gave nothing, since its learner had the place, is as it should be.
    """
    gave_nothing = exists().where(OrderTrouble.order_id == Order.id, OrderTrouble.what == Trouble.TWICE)
    query = (
        select(Order.reference)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(Enrolment, Enrolment.order_line_id == OrderLine.id)
        .where(Order.state.in_((OrderState.PAID, OrderState.FREE)), Enrolment.id.is_(None))
        .where(Order.settled_at >= since, ~((Order.state == OrderState.FREE) & gave_nothing))
        .group_by(Order.id, Order.reference)
        .order_by(Order.id)
    )
    return list(session.scalars(query))
