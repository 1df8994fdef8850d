"""Money that went back twice, and of which the buyer has sent us one: staff enter that it is here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.errors import Refusal
from portal.domain.money import pounds
from portal.domain.orders import Entry, Trouble
from portal.domain.refunds import check_came_on
from portal.domain.security import Happened, Visit
from portal.domain.selling import short_day
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import fulfilment, ledger, order_desk, orders, returns, security_log
from portal.records.accounts import Person


@dataclass(frozen=True)
class Shown:
    """The page: how much went back beyond what was owed, in pence; nought when that is over."""

    order: Order
    key: str
    pence: int


def show(reference: str, key: str) -> Shown:
    """What went back twice with this refund. Changes nothing. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        known = order_desk.get_any_trouble(order, Trouble.BACK_TWICE, key)
        return Shown(order, key, max(0, _beyond(session, order)) if known.settled_at is None else 0)


def enter(reference: str, key: str, on: dt.date, note: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Enter that it is here, once. Raises NotFound, Unfit for a day that can't be, and Refusal when it is over."""
    with writing() as session:
        order, now = fulfilment.hold_order(session, reference), clock.now(session)
        trouble = order_desk.get_any_trouble(order, Trouble.BACK_TWICE, key)
        pence = _beyond(session, order)
        if trouble.settled_at is not None or pence <= 0:
            raise Refusal(
                "Nothing has gone back twice any more: somebody has entered it, or one of the two has failed."
            )
        check_came_on(on, london_day(trouble.raised_at), london_day(now))
        ledger.enter(session, order, Entry.SENT_BACK, pence, key, now)
        how = f"{pounds(pence)} sent back on {short_day(on)}, entered by {by.full_name}: {note}"
        order_desk.settle(trouble, how, now)
        returns.close(session, order, now)
        detail = f"{order.reference} {key} sent back by the buyer, entered by {by.reference}"
        security_log.add(session, Happened.ORDER_SETTLED, visit, now, account_id=order.payer_id, detail=detail)


def _beyond(session: Session, order: Order) -> int:
    return ledger.balance_with_us(ledger.list_of(session, order))
