"""Dates of courses: added and edited by staff, imported from files, with a history and nobody's change lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.errors import BadFile, ChangedMeanwhile, NotFound
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.course_run import CourseRun
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.services import course_desk, course_runs, imports
from portal.services.partners import Editor
from tests.editing import an_editor, counted_queries
from tests.factories import RUNS, TODAY, in_days

pytestmark = pytest.mark.usefixtures("catalogue", "context")

RUN = "course,code,starts_on,ends_on,times,place,address,capacity,active\n"
DAY = in_days(100)


@pytest.fixture
def ruth(catalogue: Flask) -> Editor:
    return an_editor(catalogue)


def values(**changes: Any) -> dict[str, Any]:
    common = {"times": "", "place": "Leeds", "address": "", "capacity": 8, "active": True}
    return {"starts_on": DAY, "ends_on": DAY, **common, **changes}


def codes(clock: Clock, *, past: bool = False) -> list[str]:
    return [one.run.code for one in course_runs.list_runs("FIB-SPLICE", clock, past=past).page.rows]


def stored() -> list[tuple[object, ...]]:
    with reading() as session:
        return [
            tuple(getattr(row, column.name) for column in CourseRun.__table__.columns)
            for row in session.scalars(select(CourseRun).order_by(CourseRun.id))
        ]


def test_a_date_is_added_under_a_code_of_its_course_and_day(ruth: Editor, clock: Clock) -> None:
    assert course_runs.add("FIB-SPLICE", values(), ruth) == f"FIB-SPLICE-{DAY}"
    assert course_runs.add("FIB-SPLICE", values(), ruth) == f"FIB-SPLICE-{DAY}-2"
    shown = course_runs.get("FIB-SPLICE", f"FIB-SPLICE-{DAY}", clock, ruth.vault)
    assert shown.sheet.values == values()
    (entry,) = shown.sheet.history.rows
    assert entry.made_by == "Ruth Bello"
    assert ["Place", "", "Leeds"] in entry.changes
    with reading() as session:
        noted = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == Happened.CONTENT_CHANGED)).first()
    assert noted
    assert noted.detail == f"run FIB-SPLICE-{DAY} (by {ruth.person.reference})"


def test_a_date_belongs_to_its_course_alone(ruth: Editor, clock: Clock) -> None:
    with pytest.raises(NotFound):
        course_runs.get("SAF-STREET", "SPLICE-SOON", clock, ruth.vault)
    with pytest.raises(NotFound):
        course_runs.edit("SAF-STREET", "SPLICE-SOON", values(), "", ruth)
    for course in ("NOWHERE", "no\x00code"):
        with pytest.raises(NotFound):
            course_runs.add(course, values(), ruth)
        with pytest.raises(NotFound):
            course_runs.list_runs(course, clock)
    with pytest.raises(NotFound):
        course_runs.get("FIB-SPLICE", "no\x00code", clock, ruth.vault)


def test_an_edited_date_has_a_history_and_nobodys_change_is_lost(ruth: Editor, catalogue: Flask, clock: Clock) -> None:
    imran = an_editor(catalogue, "Imran Ali")
    sheet = course_runs.get("FIB-SPLICE", "SPLICE-SOON", clock, ruth.vault).sheet
    changed = sheet.values | {"capacity": None, "ends_on": in_days(32)}
    course_runs.edit("FIB-SPLICE", "SPLICE-SOON", changed, sheet.seal, ruth)
    with pytest.raises(ChangedMeanwhile, match="Ruth Bello changed it on"):
        course_runs.edit("FIB-SPLICE", "SPLICE-SOON", sheet.values | {"place": "Leeds"}, sheet.seal, imran)
    (entry,) = course_runs.get("FIB-SPLICE", "SPLICE-SOON", clock, ruth.vault).sheet.history.rows
    assert ["Places", "8", ""] in entry.changes


def test_dates_are_listed_to_come_or_past(clock: Clock) -> None:
    assert codes(clock) == ["SPLICE-OFF", "SPLICE-SOON", "SPLICE-FULL", "SPLICE-LATER"]
    assert codes(clock, past=True) == ["SPLICE-PAST"]
    clock.advance(dt.timedelta(days=31))
    assert codes(clock)[0] == "SPLICE-SOON", "it is under way"
    assert codes(clock, past=True) == ["SPLICE-OFF", "SPLICE-PAST"]


def test_the_lists_ask_the_database_as_often_for_60_as_for_10(ruth: Editor, clock: Clock) -> None:
    asked = []
    for count in (10, 60):
        imports.course_runs(RUN + "".join(f"SAF-STREET,M{n},{in_days(n)},,,,,,yes\n" for n in range(count)))
        with counted_queries() as queries:
            assert course_runs.list_runs("SAF-STREET", clock).page.total == count
            assert course_desk.get("SAF-STREET", clock, ruth.vault).dates.total == count
            course_runs.get("SAF-STREET", "M5", clock, ruth.vault)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 20


def test_an_import_adds_and_updates_by_code_and_takes_days_as_people_write_them() -> None:
    row = "SAF-STREET,STREET-1,1 December 2027,,9:00 to 16:00,Leeds,Aire Mill,12,yes\n"
    assert imports.course_runs(RUN + row) == "1 date added, 0 dates updated"
    assert imports.course_runs(RUN + row.replace("Leeds", "York") + row.replace("-1,", "-2,")) == (
        "1 date added, 1 date updated"
    )
    with reading() as session:
        run = session.scalars(select(CourseRun).where(CourseRun.code == "STREET-1")).one()
    assert (run.starts_on, run.ends_on, run.place, run.capacity) == (
        dt.date(2027, 12, 1),
        dt.date(2027, 12, 1),
        "York",
        12,
    )
    assert imports.course_runs(RUNS) == "0 dates added, 5 dates updated"


def test_a_bad_row_fails_the_whole_file_and_a_rehearsal_changes_nothing() -> None:
    before = stored()
    good = f"SAF-STREET,STREET-1,{TODAY},,,,,,yes\n"
    assert imports.course_runs(RUN + good, dry_run=True).endswith("(a rehearsal: nothing was changed)")
    assert stored() == before
    for rows, said in (
        (
            "SAF-STREET,new,soon,2026-12-99,,,,-1,perhaps\n",
            [
                "Line 2: code is 'new': use 1 to 60 letters, digits, . - or _, such as FIB-OTDR-2026-12-01.",
                "Line 2: starts_on is 'soon': write a day such as 1 December 2026, 1/12/2026 or 2026-12-01.",
                "Line 2: ends_on is '2026-12-99': write a day such as 1 December 2026, 1/12/2026 or 2026-12-01.",
                "Line 2: capacity is '-1': write a whole number.",
                "Line 2: active is 'perhaps': write yes or no.",
            ],
        ),
        (
            f"{good}NOWHERE,N-1,{TODAY},,,,,,yes\nSAF-STREET,SPLICE-SOON,{TODAY},{in_days(-1)},,,,,yes\n{good}",
            [
                "Line 3: the course 'NOWHERE' is not known.",
                "Line 4: the code SPLICE-SOON belongs to a date of another course.",
                "Line 4: ends_on is before starts_on.",
                "Line 5: the code STREET-1 stands on line 2 already.",
            ],
        ),
    ):
        with pytest.raises(BadFile) as bad:
            imports.course_runs(RUN + rows)
        assert bad.value.problems == said
        assert stored() == before
