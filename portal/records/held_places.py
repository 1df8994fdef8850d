"""Places kept by orders that are not paid yet, or whose learner has not taken the place up, by who ordered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import Unfit
from portal.domain.held_places import DAY, LOOKED_BACK, Held, Visitor, refusal_of_free
from portal.domain.orders import OrderState, Seat
from portal.domain.security import Happened
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine
from portal.models.security_event import SecurityEvent
from portal.records import security_log


def begin(session: Session, order: Order, visitor: Visitor, now: dt.datetime) -> None:
    """Note who has places kept for this order, if it has any on a date. Raises Unfit where they have too many of one.

    Its dates are locked by the caller, so that of those who come at once each counts the others.
    """
    for run_id in _note(session, order, Seat.HELD, visitor, now):
        if words := _held(session, run_id, order, visitor, now).refusal:
            raise Unfit("run", words)


def begin_free(session: Session, order: Order, visitor: Visitor, now: dt.datetime) -> None:
    """The same for an order that costs nothing, and was made without a code."""
    theirs = _theirs(visitor, now)
    taken_up = exists().where(Enrolment.order_line_id == OrderLine.id, Enrolment.account_id.is_not(None))
    waits = (OrderLine.seat == Seat.TAKEN) & (Order.state == OrderState.FREE) & OrderLine.access_code_id.is_(None)
    for run_id in _note(session, order, Seat.TAKEN, visitor, now):
        if words := refusal_of_free(_count(session, _of_run(run_id), theirs, waits, ~taken_up)):
            raise Unfit("run", words)


def _note(session: Session, order: Order, seat: Seat, visitor: Visitor, now: dt.datetime) -> list[int]:
    """Write it into the security log; answers the dates on which the order has such places."""
    session.flush()
    dates = select(OrderLine.course_run_id).where(OrderLine.order_id == order.id, OrderLine.seat == seat)
    runs = sorted({run_id for run_id in session.scalars(dates) if run_id is not None})
    if runs:
        detail = order.reference
        security_log.add(session, Happened.PLACE_HELD, visitor.visit, now, account_id=order.payer_id, detail=detail)
    return runs


def _held(session: Session, run_id: int, order: Order, visitor: Visitor, now: dt.datetime) -> Held:
    of_run, is_held = _of_run(run_id), OrderLine.seat == Seat.HELD
    own = (Order.id == order.id) | Order.reference.in_(visitor.begun)
    begun = of_run.join(SecurityEvent, SecurityEvent.detail == Order.reference)
    return Held(
        by_browser=_count(session, of_run, is_held, own),
        by_network=_count(session, of_run, is_held, _theirs(visitor, now)),
        begun=_count(session, begun, _nearby(visitor, now - DAY), Order.settled_at.is_(None)),
    )


def _theirs(visitor: Visitor, now: dt.datetime) -> ColumnElement[bool]:
    """The orders that were begun from this network."""
    return Order.reference.in_(select(SecurityEvent.detail).where(_nearby(visitor, now - LOOKED_BACK)))


def _nearby(visitor: Visitor, since: dt.datetime) -> ColumnElement[bool]:
    """The entries about them since then."""
    return (
        (SecurityEvent.kind == Happened.PLACE_HELD)
        & (SecurityEvent.network == visitor.visit.network)
        & (SecurityEvent.happened_at > since)
    )


def _of_run(run_id: int) -> Select[int]:
    return select(func.count()).select_from(OrderLine).join(OrderLine.order).where(OrderLine.course_run_id == run_id)


def _count(session: Session, query: Select[int], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(query.where(*conditions)) or 0
