"""The dates to come that a place of an order may be on: with room, and none that the law keeps from its buyer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.domain import selling
from portal.domain.order_desk import may_begin
from portal.models.course_run import CourseRun
from portal.models.order import Order, OrderLine
from portal.records import course_runs, seats
from portal.records.course_runs import RunShown


def list_free(session: Session, order: Order, line: OrderLine, today: dt.date) -> list[RunShown]:
    """Those of the line's course but its own, the soonest first."""
    found = course_runs.list_coming(session, line.course_id, today, seats.filled_of(session, line.course_id))
    return [one for one in found if not one.is_full and one.run.id != line.course_run_id and _may(order, one.run)]


def list_with_own(session: Session, order: Order, line: OrderLine, today: dt.date) -> list[RunShown]:
    """The same with its own, if that has room (again)."""
    found = course_runs.list_coming(session, line.course_id, today, seats.filled_of(session, line.course_id))
    return [one for one in found if not one.is_full and _may(order, one.run)]


def described(run: CourseRun) -> str:
    """ "Tuesday 1 and Wednesday 2 December 2026, Leeds"."""
    return ", ".join(part for part in (selling.days(run.starts_on, run.ends_on), run.place) if part)


def _may(order: Order, run: CourseRun) -> bool:
    return may_begin(order.buyer, order.start, order.ordered_at, run.starts_on)
