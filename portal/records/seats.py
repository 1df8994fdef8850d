"""Places of runs: how many are filled, and holding, taking and releasing one exactly once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.domain.orders import Seat
from portal.models.course_run import CourseRun
from portal.models.order import OrderLine
from portal.models.session import Source

FILLING = (Seat.HELD, Seat.TAKEN)


def filled(source: Source, run_ids: Iterable[int]) -> dict[int, int]:
    """How many places of each run are held or taken. One query, however many there are."""
    query = (
        select(OrderLine.course_run_id, func.count())
        .where(OrderLine.course_run_id.in_(list(run_ids)), OrderLine.seat.in_(FILLING))
        .group_by(OrderLine.course_run_id)
    )
    return {row[0]: row[1] for row in source.execute(query) if row[0] is not None}


def left(source: Source, run: CourseRun) -> int | None:
    """How many places are left; None where the run has no limit."""
    return None if run.capacity is None else max(0, run.capacity - filled(source, [run.id]).get(run.id, 0))


def lock(session: Session, run_id: int) -> CourseRun:
    """The run, held until the transaction ends: nobody else counts its places meanwhile. Raises NotFound."""
    query = select(CourseRun).where(CourseRun.id == run_id)
    run = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if run is None:
        raise NotFound("There is no such date.")
    return run


def is_room(session: Session, run_id: int, places: int = 1) -> bool:
    """True when the run has so many places left. It is locked from here on, so that the answer stays true."""
    free = left(session, lock(session, run_id))
    return free is None or free >= places


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
