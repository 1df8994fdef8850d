"""The dates of the demo: on working days after the day it begins, three or more of each live course."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.working_days import is_working_day
from portal.models.course import Course, Delivery
from portal.models.course_run import CourseRun
from portal.models.session import reading
from portal.sandbox import sample_data, sample_runs
from portal.services import imports


@pytest.mark.parametrize("today", [dt.date(2026, 11, 22), dt.date(2026, 12, 24), dt.date(2027, 3, 25)])
def test_every_live_course_has_dates_to_come(context: Flask, today: dt.date) -> None:
    imports.courses((sample_data.DATA / "courses.csv").read_text(encoding="utf-8"))
    said = imports.course_runs(sample_runs.csv_from(today))
    assert said.endswith("0 dates updated")
    with reading() as session:
        courses = {row.id: row for row in session.scalars(select(Course))}
        runs = list(session.scalars(select(CourseRun)))
    counts = Counter(run.course_id for run in runs)
    live = {course.id for course in courses.values() if course.delivery == Delivery.LIVE}
    assert set(counts) == live
    assert set(counts.values()) <= {3, 4}
    for run in runs:
        assert run.starts_on > today
        length = (run.ends_on - run.starts_on).days + 1
        assert all(is_working_day(run.starts_on + dt.timedelta(days=number)) for number in range(length))
        assert run.code.startswith(f"{courses[run.course_id].code}-{run.starts_on}")


def test_the_courses_of_the_demo_are_of_every_kind(context: Flask) -> None:
    imports.courses((sample_data.DATA / "courses.csv").read_text(encoding="utf-8"))
    with reading() as session:
        courses = list(session.scalars(select(Course)))
    assert {course.delivery for course in courses} == set(Delivery)
    assert any(course.needs_telephone for course in courses)
    assert any(course.vat_status == "exempt" for course in courses)
    assert any(course.price_pence == 0 for course in courses)
    assert any(course.delivery == Delivery.AUTOMATED and course.access_days for course in courses)
