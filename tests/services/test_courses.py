"""Courses as visitors look for them, and when they can come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.domain.errors import NotFound
from portal.gateways.clock import Clock
from portal.models.course import Course, Sold
from portal.models.session import reading
from portal.records import course_runs
from portal.services import courses, imports
from portal.services.courses import Wanted
from tests.editing import counted_queries
from tests.factories import TODAY, in_days

pytestmark = pytest.mark.usefixtures("catalogue", "context")

COURSES = """code,title,subject,price_pence,vat_rate,delivery,summary,active,sold
FREE,Free to try,tries,0,20,automated,A taste,yes,here
HERE,Sold here,tries,10000,20,tutor_supported,With a tutor,yes,here
THEIRS,Taught by partners,tries,10001,20,live,In person,yes,partners
"""
RUN = "course,code,starts_on,ends_on,times,place,address,capacity,active\n"


def found(clock: Clock, payments_on: bool = True, **wanted: Any) -> list[str]:
    page = courses.list_courses(Wanted(**wanted), clock, payments_on=payments_on).page
    return [listed.course.code for listed in page.rows]


def test_courses_are_found_by_what_is_asked_for(clock: Clock) -> None:
    imports.courses(COURSES)
    assert found(clock) == ["FIB-SPLICE", "SAF-STREET", "FREE", "HERE", "THEIRS"]
    assert found(clock, search="TASTE free") == ["FREE"]
    assert found(clock, subject="safety") == ["SAF-STREET"]
    assert found(clock, delivery="live") == ["FIB-SPLICE", "THEIRS"]
    assert found(clock, has_dates=True) == ["FIB-SPLICE"]
    assert found(clock, most_pence=0) == ["FREE"]
    assert found(clock, most_pence=12_000) == ["FREE", "HERE"]
    assert found(clock, where="partners") == ["FIB-SPLICE", "SAF-STREET", "THEIRS"]
    assert found(clock, where="here") == ["FIB-SPLICE", "SAF-STREET", "FREE", "HERE"]
    assert found(clock, payments_on=False, where="here") == ["FREE"]
    assert courses.list_courses(Wanted(subject="safety"), clock).all == 5
    assert courses.list_courses(Wanted(), clock).subjects == ["fibre", "safety", "tries"]


@pytest.mark.parametrize(
    ("sold", "price_pence", "payments_on", "here"),
    [
        (Sold.HERE, 100, True, True),
        (Sold.BOTH, 100, True, True),
        (Sold.PARTNERS, 100, True, False),
        (Sold.BOTH, 100, False, False),
        (Sold.BOTH, 0, False, True),
        (Sold.PARTNERS, 0, True, False),
    ],
)
def test_a_course_is_sold_here_when_payments_are_taken_or_needless(
    sold: Sold, price_pence: int, payments_on: bool, here: bool
) -> None:
    assert courses.is_sold_here(Course(sold=sold, price_pence=price_pence), payments_on=payments_on) is here


def test_a_course_shows_its_dates_to_come_with_the_places_left(clock: Clock) -> None:
    shown = courses.show("FIB-SPLICE", clock)
    assert [(one.run.code, one.left, one.is_full) for one in shown.dates.rows] == [
        ("SPLICE-SOON", 8, False),
        ("SPLICE-FULL", 0, True),
        ("SPLICE-LATER", None, False),
    ]
    assert not shown.is_full
    with reading() as session:
        course_id = shown.course.id
        ids = {one.run.code: one.run.id for one in shown.dates.rows}
        taken = {ids["SPLICE-SOON"]: 8, ids["SPLICE-FULL"]: 2, ids["SPLICE-LATER"]: 400}
        left = course_runs.list_coming(session, course_id, TODAY, taken)
    assert [one.left for one in left] == [0, 0, None]


def test_a_date_is_to_come_until_the_day_before_it_begins(clock: Clock) -> None:
    imports.course_runs(f"{RUN}SAF-STREET,STREET-1,{in_days(1)},,,,,,yes\nSAF-STREET,STREET-0,{TODAY},,,,,,yes\n")
    assert [one.run.code for one in courses.show("SAF-STREET", clock).dates.rows] == ["STREET-1"]
    clock.advance(dt.timedelta(days=1))
    assert courses.show("SAF-STREET", clock).dates.rows == []


def test_a_course_is_full_when_each_of_its_dates_is(clock: Clock) -> None:
    assert not courses.show("SAF-STREET", clock).is_full
    imports.course_runs(f"{RUN}SAF-STREET,STREET-1,{in_days(9)},,,,,0,yes\n")
    assert courses.show("SAF-STREET", clock).is_full


def test_the_list_says_the_next_date_of_each_course(clock: Clock) -> None:
    imports.course_runs(
        f"{RUN}SAF-STREET,STREET-2,{in_days(9)},,,Derby,,,yes\nSAF-STREET,STREET-3,{in_days(9)},,,York,,,yes\n"
    )
    listed = {one.course.code: one.next for one in courses.list_courses(Wanted(), clock).page.rows}
    assert listed["FIB-SPLICE"] == course_runs.NextRun(in_days(30), "Birmingham")
    assert listed["SAF-STREET"] == course_runs.NextRun(in_days(9), "Derby")


def test_a_course_that_is_not_on_offer_has_no_page(clock: Clock) -> None:
    for code in ("FIB-OLD", "NOWHERE"):
        with pytest.raises(NotFound):
            courses.show(code, clock)
        with pytest.raises(NotFound):
            courses.get_course(code)
    assert courses.get_course("FIB-SPLICE").title == "Fibre splicing and testing"


def test_the_pages_ask_the_database_as_often_for_many_dates_as_for_few(clock: Clock) -> None:
    asked = []
    for count in (5, 50):
        rows = "".join(f"SAF-STREET,MANY-{n},{in_days(n + 2)},,,Leeds,,9,yes\n" for n in range(count))
        imports.course_runs(RUN + rows)
        courses.list_courses(Wanted(), clock)
        with counted_queries() as queries:
            courses.list_courses(Wanted(has_dates=True), clock)
            assert courses.show("SAF-STREET", clock, page=2).dates.total == count
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 7
