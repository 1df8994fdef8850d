"""Places of runs: how many are filled, and holding, taking and releasing one exactly once."""

from __future__ import annotations

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound, Unfit
from portal.domain.orders import Seat
from portal.models.course_run import CourseRun
from portal.models.order import OrderLine
from portal.models.session import Source

FILLING = (Seat.HELD, Seat.TAKEN)


def filled_of_all(source: Source) -> dict[int, int]:
    """How many places of every run are held or taken, by the run's id."""
    query = select(OrderLine.course_run_id, func.count()).where(OrderLine.seat.in_(FILLING))
    rows = source.execute(query.where(OrderLine.course_run_id.is_not(None)).group_by(OrderLine.course_run_id))
    return {row[0]: row[1] for row in rows if row[0] is not None}


def filled_of(source: Source, course_id: int) -> dict[int, int]:
    """How many places of each run of the course are held or taken, by the run's id. One query, however many."""
    query = (
        select(OrderLine.course_run_id, func.count())
        .where(OrderLine.course_id == course_id, OrderLine.course_run_id.is_not(None), OrderLine.seat.in_(FILLING))
        .group_by(OrderLine.course_run_id)
    )
    return {row[0]: row[1] for row in source.execute(query) if row[0] is not None}


def filled(source: Source, run_id: int) -> int:
    """How many places of the run are held or taken."""
    query = select(func.count()).where(OrderLine.course_run_id == run_id, OrderLine.seat.in_(FILLING))
    return source.execute(query).scalar_one()


def check_capacity(session: Session, run: CourseRun, capacity: int | None) -> None:
    """Refuse fewer places than are held or taken; the run is locked by the caller. Raises Unfit."""
    if capacity is not None and capacity < (taken := filled(session, run.id)):
        raise Unfit("capacity", f"{taken} {'place is' if taken == 1 else 'places are'} taken already")


def lock(session: Session, run_id: int) -> CourseRun:
    """The run, held until the transaction ends: nobody else counts its places meanwhile. Raises NotFound."""
    query = select(CourseRun).where(CourseRun.id == run_id)
    run = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if run is None:
        raise NotFound("There is no such date.")
    return run


def is_room(session: Session, run_id: int, places: int = 1) -> bool:
    """True when the run has so many places left, and was not cancelled.

    It is locked from here on, so that the answer stays true.
    """
    run = lock(session, run_id)
    if run.cancelled_at is not None:
        return False
    return run.capacity is None or filled(session, run_id) + places <= run.capacity


def is_off(session: Session, run_id: int) -> bool:
    """True when the run was cancelled. It is locked from here on, so that the answer stays true."""
    return lock(session, run_id).cancelled_at is not None


def move(session: Session, line: OrderLine, before: Seat, after: Seat) -> bool:
    """Change the line's place, if it still is as it was `before`; False when somebody else has changed it."""
    changed = session.execute(
        update(OrderLine)
        .where(OrderLine.id == line.id, OrderLine.seat == before)
        .values(seat=after)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    if changed.rowcount == 1:
        session.refresh(line, ["seat"])
    return changed.rowcount == 1
