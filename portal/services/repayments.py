"""Refunds that failed at Stripe and were paid another way: staff enter what they did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.errors import NotFound, Refusal
from portal.domain.refunds import check_paid_on
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import fulfilment, orders, outbox, refunds, repayments, returns, security_log
from portal.records.accounts import Person
from portal.records.repayments import PaidOtherwise as PaidOtherwise  # pages name this type


@dataclass(frozen=True)
class Shown:
    """The page: the refund that failed, whether its money is still owed, and today in London."""

    order: Order
    refund: Refund
    is_owed: bool
    today: dt.date


def show(reference: str, key: str, clock: Clock) -> Shown:
    """A refund of this order that failed. Changes nothing. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        known = refunds.list_of(session, order)
        refund = next((one for one in known if one.key == key), None)
        if refund is None:
            raise NotFound("There is no such refund.")
        is_owed = refund in refunds.owed(session, order, known)
        return Shown(order, refund, is_owed, london_day(clock.now(session)))


def enter(reference: str, key: str, paid: PaidOtherwise, visit: Visit, clock: Clock, by: Person) -> None:
    """Enter it, once: the ledger, the credit note and the buyer's letter follow.

    Raises NotFound, Unfit for a day that can't be, and Refusal when it is not owed any more.
    """
    with writing() as session:
        order, now = fulfilment.hold_order(session, reference), clock.now(session)
        failed = _owed(session, order, key)
        check_paid_on(paid.on, london_day(failed.asked_at), london_day(now))
        refund = repayments.enter(session, order, failed, paid, by.full_name, now)
        returns.close(session, order, now)
        outbox.add(session, Kind.ORDER_REPAID, refund.id, now)
        detail = f"{order.reference} {refund.key} by {by.reference}, {paid.way}"
        security_log.add(session, Happened.REFUND_ASKED, visit, now, account_id=order.payer_id, detail=detail)


def _owed(session: Session, order: Order, key: str) -> Refund:
    failed = next(
        (one for one in refunds.owed(session, order, refunds.list_of(session, order)) if one.key == key), None
    )
    if failed is None:
        raise Refusal("This money is not owed any more: somebody has given it back, or asked for it again.")
    return failed
