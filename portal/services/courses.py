"""Courses as visitors see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain import money
from portal.domain.errors import NotFound
from portal.domain.selling import waits_for_date
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.course import Course, Sold
from portal.models.session import looking, reading
from portal.records import catalogue, course_runs, seats
from portal.records.course_runs import NextRun, RunShown
from portal.records.paging import Page, page_in
from portal.records.referrals import obstacle

DATES = 6


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for; what is empty matches every course.

    `delivery` is one of models.course.Delivery; `where` is "here" (can be booked on this site now) or "partners";
    `most_pence` is the most that it may cost, with VAT.
    """

    search: str = ""
    subject: str = ""
    delivery: str = ""
    where: str = ""
    has_dates: bool = False
    most_pence: int | None = None


@dataclass(frozen=True)
class Listed:
    """One course of the list, and its next date."""

    course: Course
    next: NextRun | None


@dataclass(frozen=True)
class Listing:
    """One page of the courses that were asked for, how many there are altogether, and their subjects."""

    page: Page[Listed]
    all: int
    subjects: list[str]


@dataclass(frozen=True)
class Shown:
    """One course on its page: a page of its dates to come, whether it is booked here, whether every date is full.

    `waits_for_date`: it is taught live, and its dates are still being set.
    """

    course: Course
    dates: Page[RunShown]
    is_sold_here: bool
    is_full: bool
    waits_for_date: bool
    today: dt.date


@dataclass(frozen=True)
class Welcome:
    """What the home page shows: some courses, how many there are, and how many partners take enquiries."""

    courses: list[Course]
    total: int
    partners: int
    catalogue: catalogue.Catalogue
    now: dt.datetime


def offered() -> list[Course]:
    """Every course on offer, by subject and title."""
    with looking() as connection:
        return _offered(catalogue.current(connection))


def list_courses(wanted: Wanted, clock: Clock, *, page: int = 1, payments_on: bool = True) -> Listing:
    """A page of the courses on offer that match, by subject and title."""
    with looking() as connection:
        on_offer = _offered(catalogue.current(connection))
        soonest = course_runs.next_of_each(connection, london_day(clock.now(connection)))
    found = [
        Listed(course, soonest.get(course.id))
        for course in on_offer
        if _has_dates(wanted, course, has_dates=course.id in soonest) and _matches(course, wanted, payments_on)
    ]
    return Listing(page_in(found, page), len(on_offer), sorted({course.subject for course in on_offer}))


def show(code: str, clock: Clock, *, page: int = 1, payments_on: bool = True) -> Shown:
    """One course on offer with its dates to come. Raises NotFound."""
    with reading() as session:
        course = _get(catalogue.current(session), code)
        today = london_day(clock.now(session))
        dates = course_runs.list_coming(session, course.id, today, seats.filled_of(session, course.id))
    is_full = bool(dates) and all(shown.is_full for shown in dates)
    here, waits = is_sold_here(course, payments_on=payments_on), waits_for_date(course.delivery, has_dates=bool(dates))
    return Shown(course, page_in(dates, page, DATES), here, is_full, waits, today)


def get_course(code: str) -> Course:
    """One course on offer. Raises NotFound."""
    with looking() as connection:
        return _get(catalogue.current(connection), code)


def welcome(clock: Clock) -> Welcome:
    """What the home page shows."""
    with looking() as connection:
        known, now = catalogue.current(connection), clock.now(connection)
    on_offer = _offered(known)
    partners = sum(not obstacle(partner) for partner in known.partners.values())
    return Welcome(on_offer[:5], len(on_offer), partners, known, now)


def is_sold_here(course: Course, *, payments_on: bool = True) -> bool:
    """Whether people can enrol on this site: it sells the course, and takes payments where there is one to take."""
    return course.sold != Sold.PARTNERS and (payments_on or not course.price_pence)


def price_with_vat(course: Course) -> int:
    """What a person pays, in pence: the net price and its VAT, rounded half up."""
    return course.price_pence + vat(course)


def vat(course: Course) -> int:
    """The VAT in it, in pence, rounded half up."""
    return money.vat(course.price_pence, course.vat_rate)


def _offered(known: catalogue.Catalogue) -> list[Course]:
    return [course for course in known.courses.values() if course.active]


def _get(known: catalogue.Catalogue, code: str) -> Course:
    course = known.courses.get(code)
    if course is None or not course.active:
        raise NotFound(f"There is no course {code}.")
    return course


def _has_dates(wanted: Wanted, course: Course, *, has_dates: bool) -> bool:
    """Whether it has the date that is asked for, or that it needs to be booked now."""
    needs_one = wanted.has_dates or (wanted.where == "here" and waits_for_date(course.delivery, has_dates=has_dates))
    return has_dates or not needs_one


def _matches(course: Course, wanted: Wanted, payments_on: bool) -> bool:
    return (
        wanted.subject in ("", course.subject)
        and wanted.delivery in ("", course.delivery)
        and (wanted.most_pence is None or price_with_vat(course) <= wanted.most_pence)
        and (wanted.where != "here" or is_sold_here(course, payments_on=payments_on))
        and (wanted.where != "partners" or course.sold != Sold.HERE)
        and _says(course, wanted.search)
    )


def _says(course: Course, search: str) -> bool:
    said = f"{course.title} {course.summary} {course.code} {course.topic}".casefold()
    return all(word in said for word in search.casefold().split())
