"""The dates of courses as rows, and as they are shown: with the places that are left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import Session

from portal.domain.course_run import CODE
from portal.domain.errors import NotFound
from portal.models.course_run import CourseRun
from portal.records.paging import Page, page_of

SIZE = 10


@dataclass(frozen=True)
class RunShown:
    """One date of a course, and how many places are left; None: as many as are asked for."""

    run: CourseRun
    left: int | None

    @property
    def is_full(self) -> bool:
        """True when nobody can come any more."""
        return self.left == 0


@dataclass(frozen=True)
class NextRun:
    """The next date of a course."""

    starts_on: dt.date
    place: str


def find_by_code(session: Session, course_id: int, code: str, *, lock: bool = False) -> CourseRun | None:
    """The date of this course with this code; `lock` holds it until the transaction ends."""
    if not CODE.fullmatch(code):
        return None
    query = select(CourseRun).where(CourseRun.code == code, CourseRun.course_id == course_id)
    return session.scalars(query.with_for_update() if lock else query).first()


def get_by_code(session: Session, course_id: int, code: str, *, lock: bool = False) -> CourseRun:
    """The same. Raises NotFound."""
    found = find_by_code(session, course_id, code, lock=lock)
    if found is None:
        raise NotFound(f"There is no date {code} of this course.")
    return found


def codes_like(session: Session, start: str) -> set[str]:
    """The codes in use that begin so, whatever course they belong to."""
    return set(session.scalars(select(CourseRun.code).where(CourseRun.code.startswith(start, autoescape=True))))


def list_coming(session: Session, course_id: int, today: dt.date, taken: Mapping[int, int]) -> list[RunShown]:
    """What visitors see: the dates on offer that begin after today, the soonest first.

    `taken` says how many places of each run are taken, by its id; of a run that it does not name, none is.
    """
    query = (
        select(CourseRun)
        .where(CourseRun.course_id == course_id, CourseRun.active, CourseRun.cancelled_at.is_(None))
        .where(CourseRun.starts_on > today)
        .order_by(CourseRun.starts_on, CourseRun.id)
    )
    return [_shown(run, taken) for run in session.scalars(query)]


def page_of_course(
    session: Session, course_id: int, today: dt.date, taken: Mapping[int, int], *, past: bool = False, page: int = 1
) -> Page[RunShown]:
    """What staff see: those to come and under way, the soonest first; or with `past` those over, the latest first."""
    query = select(CourseRun).where(CourseRun.course_id == course_id)
    if past:
        query = query.where(CourseRun.ends_on < today).order_by(CourseRun.starts_on.desc(), CourseRun.id.desc())
    else:
        query = query.where(CourseRun.ends_on >= today).order_by(CourseRun.starts_on, CourseRun.id)
    found = page_of(session, query, page, SIZE)
    return Page([_shown(run, taken) for run in found.rows], found.number, found.pages, found.total)


def next_of_each(connection: Connection, today: dt.date) -> dict[int, NextRun]:
    """The next date on offer of each course that has one, by the course's id."""
    coming = and_(CourseRun.active, CourseRun.cancelled_at.is_(None), CourseRun.starts_on > today)
    first = (
        select(CourseRun.course_id, func.min(CourseRun.starts_on).label("starts_on"))
        .where(coming)
        .group_by(CourseRun.course_id)
        .subquery()
    )
    query = (
        select(CourseRun.course_id, CourseRun.starts_on, CourseRun.place)
        .join(first, and_(first.c.course_id == CourseRun.course_id, first.c.starts_on == CourseRun.starts_on))
        .where(coming)
        .order_by(CourseRun.id.desc())  # of two on one day the one that was entered first is kept
    )
    return {row.course_id: NextRun(row.starts_on, row.place) for row in connection.execute(query)}


def _shown(run: CourseRun, taken: Mapping[int, int]) -> RunShown:
    return RunShown(run, None if run.capacity is None else max(0, run.capacity - taken.get(run.id, 0)))
