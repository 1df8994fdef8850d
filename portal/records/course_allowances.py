"""How many places on a course a partner may give away by codes of its own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.domain.errors import NotFound
from portal.models.course import Course
from portal.models.course_allowance import CourseAllowance
from portal.records.paging import Page, page_of


def page_of_partner(session: Session, partner_id: int, page: int) -> Page[CourseAllowance]:
    """A page of a partner's allowances with their courses, by title."""
    query = (
        select(CourseAllowance)
        .join(CourseAllowance.course)
        .where(CourseAllowance.partner_id == partner_id)
        .options(joinedload(CourseAllowance.course))
        .order_by(Course.title, CourseAllowance.id)
    )
    return page_of(session, query, page)


def list_of_partners(session: Session, partner_ids: Iterable[int]) -> list[CourseAllowance]:
    """All allowances of these partners that are not nought, for courses on offer, by title."""
    query = (
        select(CourseAllowance)
        .join(CourseAllowance.course)
        .where(CourseAllowance.partner_id.in_(list(partner_ids)), CourseAllowance.places > 0, Course.active)
        .options(joinedload(CourseAllowance.course), joinedload(CourseAllowance.partner))
        .order_by(Course.title, CourseAllowance.id)
    )
    return list(session.scalars(query))


def find(session: Session, partner_id: int, course_id: int) -> CourseAllowance | None:
    """The partner's allowance for the course, held until the transaction ends: nobody gives out of it meanwhile."""
    query = select(CourseAllowance).where(
        CourseAllowance.partner_id == partner_id, CourseAllowance.course_id == course_id
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()


def get(session: Session, partner_id: int, course_id: int) -> CourseAllowance:
    """The same. Raises NotFound."""
    found = find(session, partner_id, course_id)
    if found is None:
        raise NotFound("There is no allowance for this course.")
    return found
