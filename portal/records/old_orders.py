"""Orders that are kept no longer: never paid and some weeks old, or in books whose years are over.

An order that was cancelled while a bank's money was awaited counts as paid: the money may still come, and must find it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.orders import Checkout as CheckoutState
from portal.domain.orders import Entry, OrderState
from portal.domain.retention import OrderLimits
from portal.models.ledger import LedgerEntry
from portal.models.order import Order
from portal.models.payment import Checkout

_PAID = exists().where(LedgerEntry.order_id == Order.id, LedgerEntry.kind == Entry.PAID)
# Of one that was cancelled while a bank had yet to say how the payment ends, the money may still come until it says no.
_MAY_BE_PAID = exists().where(Checkout.order_id == Order.id, Checkout.state == CheckoutState.COMPLETE)
_LEFT = Order.state.in_((OrderState.OPEN, OrderState.FAILED, OrderState.EXPIRED))
_CALLED_OFF = (Order.state == OrderState.CANCELLED) & (Order.total_pence > 0) & ~_MAY_BE_PAID
_NEVER_PAID = (_LEFT | _CALLED_OFF) & ~_PAID


def count(session: Session, limits: OrderLimits) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Order).where(_is_old(limits))) or 0


def delete_some(session: Session, limits: OrderLimits, most: int) -> int:
    """Delete up to `most`, with everything that hangs on them; answers how many.

    One that is taken up again, or paid, at this moment is passed over.
    """
    oldest = select(Order.id).where(_is_old(limits)).order_by(Order.id).limit(most)
    found = session.scalars(oldest.with_for_update(skip_locked=True)).all()
    deleted = session.execute(delete(Order).where(Order.id.in_(found)).execution_options(synchronize_session=False))
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount


def _is_old(limits: OrderLimits) -> ColumnElement[bool]:
    entered = exists().where(LedgerEntry.order_id == Order.id, LedgerEntry.entered_at >= limits.books_before)
    unpaid = (Order.ordered_at < limits.unpaid_before) & _NEVER_PAID
    return or_(unpaid, (Order.ordered_at < limits.books_before) & ~entered)
