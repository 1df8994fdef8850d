"""Courses as visitors see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain import money
from portal.domain.errors import NotFound
from portal.gateways.clock import Clock
from portal.models.course import Course
from portal.models.session import looking
from portal.records import catalogue
from portal.records.referrals import obstacle

PAGE = 20


@dataclass(frozen=True)
class Listing:
    """One page of the courses that were asked for."""

    courses: list[Course]
    total: int
    page: int
    pages: int
    subjects: list[str]


@dataclass(frozen=True)
class Welcome:
    """What the home page shows: some courses, how many there are, and how many partners take enquiries."""

    courses: list[Course]
    total: int
    partners: int
    catalogue: catalogue.Catalogue
    now: dt.datetime


def list_courses(*, search: str = "", subject: str = "", page: int = 1) -> Listing:
    """The courses on offer, by subject and title; `search` looks at title, summary and code, `page` counts from 1."""
    with looking() as connection:
        known = catalogue.current(connection)
    offered = [course for course in known.courses.values() if course.active]
    words = search.casefold().split()
    found = [
        course
        for course in offered
        if subject in ("", course.subject)
        and all(word in f"{course.title} {course.summary} {course.code} {course.topic}".casefold() for word in words)
    ]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    subjects = sorted({course.subject for course in offered})
    return Listing(found[(page - 1) * PAGE : page * PAGE], len(found), page, pages, subjects)


def get_course(code: str) -> Course:
    """One course on offer. Raises NotFound."""
    with looking() as connection:
        course = catalogue.current(connection).courses.get(code)
    if course is None or not course.active:
        raise NotFound(f"There is no course {code}.")
    return course


def welcome(clock: Clock) -> Welcome:
    """What the home page shows."""
    with looking() as connection:
        known, now = catalogue.current(connection), clock.now(connection)
    offered = [course for course in known.courses.values() if course.active]
    partners = sum(not obstacle(partner) for partner in known.partners.values())
    return Welcome(offered[:5], len(offered), partners, known, now)


def price_with_vat(course: Course) -> int:
    """What a person pays, in pence: the net price and its VAT, rounded half up."""
    return course.price_pence + vat(course)


def vat(course: Course) -> int:
    """The VAT in it, in pence, rounded half up."""
    return money.vat(course.price_pence, course.vat_rate)
