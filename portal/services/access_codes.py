"""Access codes as staff see and issue them; a partner's own are in `partner_codes`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.access_codes import first_group, new_code
from portal.domain.errors import Unfit
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.access_code import AccessCode
from portal.models.course import Course
from portal.models.enrolment import Enrolment
from portal.models.session import reading, writing
from portal.records import access_codes, courses, partners, security_log
from portal.records.access_codes import Row
from portal.records.access_codes import Wanted as Wanted  # pages name it
from portal.records.accounts import Person
from portal.records.catalogue import current
from portal.records.paging import Page


@dataclass(frozen=True)
class Shown:
    """One code on its page, with a page of the places that it gave."""

    row: Row
    uses: Page[Enrolment]


@dataclass(frozen=True)
class Issue:
    """What a new code is for: the codes of a course and (or empty) of a partner, how many places, until which day."""

    course: str
    partner: str
    uses: int
    ends_on: dt.date


def list_wanted(wanted: Wanted, clock: Clock, *, page: int) -> Page[Row]:
    """A page of the codes that are wanted, newest first."""
    with reading() as session:
        return access_codes.page_wanted(session, wanted, london_day(clock.now(session)), page)


def list_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(code, name) of every course on offer and of every partner, each by name."""
    with reading() as session:
        known = current(session)
    on_offer = [(one.code, one.title) for one in known.courses.values() if one.active]
    of_partners = [(one.code, one.name) for one in known.partners.values() if one.active]
    return sorted(on_offer, key=_by_name), sorted(of_partners, key=_by_name)


def get(kept: str, clock: Clock, *, page: int = 1) -> Shown:
    """One code, and who used it. Raises NotFound."""
    with reading() as session:
        code = access_codes.get(session, kept)
        row = access_codes.row_of(code, access_codes.used(session, code), london_day(clock.now(session)))
        return Shown(row, access_codes.page_of_uses(session, code, page))


def issue(asked: Issue, visit: Visit, clock: Clock, by: Person) -> str:
    """Make a code; answers it. Raises Unfit for a course or partner that is not there, or ended."""
    with writing() as session:
        course = _on_offer(courses.find_by_code(session, asked.course))
        partner = partners.find_by_code(session, asked.partner) if asked.partner else None
        if asked.partner and (partner is None or not partner.active):
            raise Unfit("partner", "Choose a partner from the list")
        now = clock.now(session)
        code = AccessCode(
            code=new_code(),
            course_id=course.id,
            partner_id=partner.id if partner else None,
            account_id=by.account_id,
            uses=asked.uses,
            ends_on=asked.ends_on,
            issued_by=by.full_name,
            issued_at=now,
        )
        session.add(code)
        detail = f"{first_group(code.code)} for {course.code}, {asked.uses} (by {by.reference})"
        security_log.add(session, Happened.CODE_ISSUED, visit, now, account_id=by.account_id, detail=detail)
        return code.code


def stop(kept: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Let the code give nothing more; the places that it gave stay. Pressed twice it is done once. Raises NotFound."""
    with writing() as session:
        code = access_codes.get(session, kept, lock=True)
        now = clock.now(session)
        if not access_codes.stop(code, by.full_name, now):
            return
        detail = f"{first_group(code.code)} (by {by.reference})"
        security_log.add(session, Happened.CODE_STOPPED, visit, now, account_id=by.account_id, detail=detail)


def _on_offer(course: Course | None) -> Course:
    if course is None or not course.active:
        raise Unfit("course", "Choose a course from the list")
    return course


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
