"""The dates of a course as staff see and edit them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain import content, course_run
from portal.domain.content import Values, What
from portal.domain.errors import Refusal
from portal.domain.vault import Vault
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange
from portal.models.session import hold, reading, writing
from portal.records import content_changes, course_runs, courses, date_changes, seats
from portal.records.content_changes import Editor, Sheet, Stored
from portal.records.course_runs import RunShown
from portal.records.paging import Page

OFF = "This date is cancelled, so it stays as it is. Add another date instead."


@dataclass(frozen=True)
class Listing:
    """A page of the dates of one course, seen from today."""

    course: Course
    page: Page[RunShown]
    today: dt.date


@dataclass(frozen=True)
class Shown:
    """One date on its page, seen from today.

    `places` is how many people have one, `change` the last change that they were told of, `asked` how many were then
    asked what should follow, and `waiting` how many of them have still to choose.
    """

    course: Course
    sheet: Sheet
    today: dt.date
    cancelled_at: dt.datetime | None
    places: int
    change: DateChange | None
    asked: int
    waiting: int


def list_runs(course: str, clock: Clock, *, past: bool = False, page: int = 1) -> Listing:
    """The dates to come and under way, the soonest first; or with `past` those over. Raises NotFound."""
    with reading() as session:
        found = courses.get_by_code(session, course)
        today = london_day(clock.now(session))
        taken = seats.filled_of(session, found.id)
        runs = course_runs.page_of_course(session, found.id, today, taken, past=past, page=page)
        return Listing(found, runs, today)


def get_course(course: str) -> Course:
    """The course that a date is added to. Raises NotFound."""
    with reading() as session:
        return courses.get_by_code(session, course)


def get(course: str, code: str, clock: Clock, vault: Vault, page: int = 1) -> Shown:
    """One date with a page of its history. Raises NotFound."""
    with reading() as session:
        found = courses.get_by_code(session, course)
        run = course_runs.get_by_code(session, found.id, code)
        sheet = content_changes.sheet(session, _stored(run), vault, page)
        today, change = london_day(clock.now(session)), date_changes.find_latest(session, run.id)
        asked, waiting = date_changes.count_choices(session, change.id) if change else (0, 0)
        places = date_changes.count_places(session, run.id)
        return Shown(found, sheet, today, run.cancelled_at, places, change, asked, waiting)


def add(course: str, values: Values, editor: Editor) -> str:
    """Add a date; visitors see it at once. Answers its code, made of the course's code and its first day."""
    with writing() as session:
        found = courses.get_by_code(session, course)
        hold(session, f"dates of {course}")
        used = course_runs.codes_like(session, f"{course}-")
        code = course_run.code_for(course, values["starts_on"], used)
        session.add(CourseRun(course_id=found.id, code=code, **values))
        content_changes.add(session, What.RUN, code, content.changes(content.RUN, None, values), editor)
    return code


def edit(course: str, code: str, values: Values, seal: str, editor: Editor) -> None:
    """Keep these values; visitors see them at once. Whoever has a place is told of other days, times or another place.

    Raises NotFound, ChangedMeanwhile when somebody was quicker, Unfit for fewer places than are taken, or Refusal for a
    date that is cancelled.
    """
    with writing() as session:
        found = courses.get_by_code(session, course)
        run = course_runs.get_by_code(session, found.id, code, lock=True)
        if run.cancelled_at is not None:
            raise Refusal(OFF)
        seats.check_capacity(session, run, values["capacity"])
        before = date_changes.announced(run)
        content_changes.put(session, run, _stored(run), content.RUN, values, seal, editor)
        date_changes.note(session, run, before, editor.now(session))


def cancel(course: str, code: str, editor: Editor) -> None:
    """Cancel a date for good: nobody can buy it any more, and whoever has a place is told and chooses what follows.

    Pressed twice it is done once. Raises NotFound, or Refusal for a date that is over.
    """
    with writing() as session:
        found = courses.get_by_code(session, course)
        run = course_runs.get_by_code(session, found.id, code, lock=True)
        now = editor.now(session)
        if run.ends_on < london_day(now):
            raise Refusal("This date is over, so it can’t be cancelled.")
        if run.cancelled_at is None:
            run.cancelled_at, run.active = now, False
            content_changes.add(session, What.RUN, code, [("This date", "on", "cancelled")], editor)
            date_changes.note(session, run, date_changes.announced(run), now, is_off=True)


def _stored(run: CourseRun) -> Stored:
    return Stored(What.RUN, run.id, run.code, {name: getattr(run, name) for name in content.RUN})
