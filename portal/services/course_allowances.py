"""What staff let a partner give away: so many places on a course, by codes of the partner's own."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.content import Change, What
from portal.domain.errors import Unfit
from portal.domain.working_days import london_day
from portal.models.course_allowance import CourseAllowance
from portal.models.partner import Partner
from portal.models.session import hold, reading, writing
from portal.records import access_codes, catalogue, content_changes, course_allowances, courses, partners
from portal.records.content_changes import Editor
from portal.records.paging import Page


@dataclass(frozen=True)
class Row:
    """One allowance, and how many of its places are given away."""

    allowance: CourseAllowance
    given: int


@dataclass(frozen=True)
class Listing:
    """A page of a partner's allowances, and what may be chosen to allow: (code, title) of each course on offer."""

    partner: Partner
    page: Page[Row]
    courses: list[tuple[str, str]]


def list_of(partner_code: str, editor: Editor, *, page: int) -> Listing:
    """What this partner may give. Raises NotFound."""
    with reading() as session:
        partner = partners.get_by_code(session, partner_code)
        found = course_allowances.page_of_partner(session, partner.id, page)
        given = access_codes.given_away(session, partner.id, london_day(editor.now(session)))
        known = catalogue.current(session).courses.values()
    rows = [Row(one, given.get(one.course_id, 0)) for one in found.rows]
    on_offer = sorted(((one.code, one.title) for one in known if one.active), key=lambda one: one[1].casefold())
    return Listing(partner, Page(rows, found.number, found.pages, found.total), on_offer)


def allow(partner_code: str, course_code: str, places: int, editor: Editor) -> None:
    """Let the partner give away so many places on this course, instead of as many as before.

    Raises NotFound, or Unfit for a course that is not on offer, or for fewer places than are given away.
    """
    with writing() as session:
        hold(session, f"allowances of {partner_code}")
        partner = partners.get_by_code(session, partner_code)
        course = courses.find_by_code(session, course_code)
        if course is None or not course.active:
            raise Unfit("course", "Choose a course from the list")
        allowance = course_allowances.find(session, partner.id, course.id)
        given = access_codes.given_away(session, partner.id, london_day(editor.now(session))).get(course.id, 0)
        if places < given:
            raise Unfit("places", f"{given} are in codes already: enter {given} or more, or stop a code first")
        before = allowance.places if allowance else 0
        if allowance is None:
            session.add(CourseAllowance(partner_id=partner.id, course_id=course.id, places=places))
        else:
            allowance.places = places
        change: Change = (f"Places on {course.code} to give", str(before), str(places))
        content_changes.add(session, What.PARTNER, partner_code, [change] if before != places else [], editor)
