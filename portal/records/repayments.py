"""Money of a refund that failed, which has reached the buyer another way. The caller holds the order's row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.orders import Entry, RefundState, Trouble
from portal.domain.refunds import PAID_BY, OtherWay
from portal.domain.selling import beginning, short_day
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.records import ledger, orders, refunds
from portal.records.refunds import Asked


@dataclass(frozen=True)
class PaidOtherwise:
    """How and when it was paid; `note` is for colleagues."""

    way: OtherWay
    on: dt.date
    note: str


def enter(session: Session, order: Order, failed: Refund, paid: PaidOtherwise, by: str, now: dt.datetime) -> Refund:
    """Enter it in the place of the refund that failed: the same parts, the same paper. Answers the new refund.

    The day, the way and the note stand at the trouble that it settles, or that a note had settled before.
    """
    asked = Asked(by, failed.reason)
    refund = refunds.add(session, order, failed.payment_intent, failed.amount_pence, asked, now)
    how = f"{PAID_BY[paid.way]} on {short_day(paid.on)}, entered by {by}: {paid.note}"
    for one in orders.list_troubles(session, order):
        if (one.what, one.about) == (Trouble.REFUND_FAILED, failed.key) and one.settled_at is not None:
            one.settled_how = f"{one.settled_how}\n{how}"
    refunds.take_over(session, order, failed, refund, how, now)
    refund.state, refund.ended_at, refund.reason = RefundState.PAID_OTHERWISE, beginning(paid.on), PAID_BY[paid.way]
    ledger.enter(session, order, Entry.REFUNDED, refund.amount_pence, refund.key, now)
    return refund
