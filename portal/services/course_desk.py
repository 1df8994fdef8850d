"""Courses as staff see and edit them; `courses` is what visitors see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import content
from portal.domain.content import Values, What
from portal.domain.errors import AlreadyThere
from portal.domain.vault import Vault
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.course import Course
from portal.models.session import hold, reading, writing
from portal.records import catalogue, content_changes, course_runs, courses, seats
from portal.records.content_changes import Editor, Sheet, Stored
from portal.records.course_runs import RunShown
from portal.records.paging import Page, page_in


class State(StrEnum):
    """Whether visitors find the course, and whether its page is complete."""

    ACTIVE = "active"
    LACKING = "lacking"
    ENDED = "ended"


@dataclass(frozen=True)
class Row:
    """One course of the list."""

    course: Course
    state: State


@dataclass(frozen=True)
class Listing:
    """A page of the courses that were asked for, and how many there are altogether."""

    page: Page[Row]
    all: int


@dataclass(frozen=True)
class Shown:
    """One course on its page, with its first dates to come and under way, seen from today."""

    sheet: Sheet
    state: State
    dates: Page[RunShown]
    today: dt.date


def list_courses(*, search: str = "", state: str = "", page: int = 1) -> Listing:
    """By title; `search` looks at title, code, subject and summary, `state` is one of State or empty."""
    with reading() as session:
        known = catalogue.current(session).courses
    words = search.casefold().split()
    found = [
        course
        for course in sorted(known.values(), key=lambda one: one.title.casefold())
        if state in ("", state_of(course)) and all(word in _searched(course) for word in words)
    ]
    shown = page_in(found, page)
    rows = [Row(course, state_of(course)) for course in shown.rows]
    return Listing(Page(rows, shown.number, shown.pages, shown.total), len(known))


def get(code: str, clock: Clock, vault: Vault, page: int = 1) -> Shown:
    """One course with a page of its history. Raises NotFound."""
    with reading() as session:
        course = courses.get_by_code(session, code)
        sheet = content_changes.sheet(session, _stored(course), vault, page)
        today = london_day(clock.now(session))
        dates = course_runs.page_of_course(session, course.id, today, seats.filled_of(session, course.id))
        return Shown(sheet, state_of(course), dates, today)


def add(code: str, values: Values, editor: Editor) -> None:
    """Add a course; visitors find it at once. Raises AlreadyThere when the code is in use."""
    with writing() as session:
        hold(session, f"course {code}")
        if courses.find_by_code(session, code) is not None:
            raise AlreadyThere(f"Another course has the code {code}")
        session.add(Course(code=code, **values))
        content_changes.add(session, What.COURSE, code, content.changes(content.COURSE, None, values), editor)


def edit(code: str, values: Values, seal: str, editor: Editor) -> None:
    """Keep these values; visitors see them at once. Raises NotFound, or ChangedMeanwhile when somebody was quicker."""
    with writing() as session:
        course = courses.get_by_code(session, code, lock=True)
        content_changes.put(session, course, _stored(course), content.COURSE, values, seal, editor)


def state_of(course: Course) -> State:
    """Whether visitors find it, and whether its page is complete."""
    if not course.active:
        return State.ENDED
    return State.ACTIVE if course.summary and course.length else State.LACKING


def _searched(course: Course) -> str:
    return f"{course.title} {course.code} {course.subject} {course.summary}".casefold()


def _stored(course: Course) -> Stored:
    return Stored(What.COURSE, course.id, course.code, {name: getattr(course, name) for name in content.COURSE})
