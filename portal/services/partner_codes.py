"""Access codes that a partner's contacts issue for their own class, within what staff allow the partner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.access_codes import first_group, new_code
from portal.domain.errors import NotFound, Unfit
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.access_code import AccessCode
from portal.models.partner import Partner
from portal.models.session import reading, writing
from portal.records import access_codes, contacts, course_allowances, courses, security_log
from portal.records.access_codes import Row
from portal.records.accounts import Person
from portal.records.paging import Page


@dataclass(frozen=True)
class Left:
    """What a partner may still give away of one course; `key` names both on a form."""

    partner: str
    partner_name: str
    course: str
    course_title: str
    places: int
    left: int

    @property
    def key(self) -> str:
        """Such as LIN/FIB-SPLICE."""
        return f"{self.partner}/{self.course}"


def list_of(person: Person, clock: Clock, *, page: int) -> tuple[Page[Row], list[Left]]:
    """A page of the codes for their partners' classes, newest first, and what is left to give."""
    with reading() as session:
        today = london_day(clock.now(session))
        own = _partners(session, person)
        found = access_codes.page_of_partners(session, [one.id for one in own], today, page)
        return found, _left(session, own, today)


def issue(key: str, uses: int, ends_on: dt.date, person: Person, visit: Visit, clock: Clock) -> str:
    """Make a code out of an allowance, which is held meanwhile; answers it. Raises Unfit when it is not theirs, or
    so many places are not left."""
    partner_code, _, course_code = key.partition("/")
    with writing() as session:
        now = clock.now(session)
        partner = next((one for one in _partners(session, person) if one.code == partner_code), None)
        course = courses.find_by_code(session, course_code)
        allowance = course_allowances.find(session, partner.id, course.id) if partner and course else None
        if partner is None or course is None or allowance is None or not course.active:
            raise Unfit("allowance", "Choose a course from the list")
        given = access_codes.given_away(session, partner.id, london_day(now)).get(course.id, 0)
        if given + uses > allowance.places:
            raise Unfit("uses", _too_many(max(0, allowance.places - given)))
        code = AccessCode(
            code=new_code(),
            course_id=course.id,
            partner_id=partner.id,
            by_partner=True,
            account_id=person.account_id,
            uses=uses,
            ends_on=ends_on,
            issued_by=person.full_name,
            issued_at=now,
        )
        session.add(code)
        detail = (
            f"{first_group(code.code)} for {course.code}, {uses}, of partner:{partner.code} (by {person.reference})"
        )
        security_log.add(session, Happened.CODE_ISSUED, visit, now, account_id=person.account_id, detail=detail)
        return code.code


def stop(kept: str, person: Person, visit: Visit, clock: Clock) -> None:
    """Let a code of their class give nothing more. Pressed twice it is done once. Raises NotFound."""
    with writing() as session:
        code = access_codes.get(session, kept, lock=True)
        if code.partner_id not in {one.id for one in _partners(session, person)}:
            raise NotFound("There is no such code.")
        now = clock.now(session)
        if not access_codes.stop(code, person.full_name, now):
            return
        detail = f"{first_group(code.code)} (by {person.reference})"
        security_log.add(session, Happened.CODE_STOPPED, visit, now, account_id=person.account_id, detail=detail)


def _partners(session: Session, person: Person) -> list[Partner]:
    return [
        one.partner for one in contacts.present_of(session, person.account_id) if one.partner and one.partner.active
    ]


def _left(session: Session, own: list[Partner], today: dt.date) -> list[Left]:
    given = {one.id: access_codes.given_away(session, one.id, today) for one in own}
    return [
        Left(
            one.partner.code,
            one.partner.name,
            one.course.code,
            one.course.title,
            one.places,
            max(0, one.places - given[one.partner_id].get(one.course_id, 0)),
        )
        for one in course_allowances.list_of_partners(session, given)
    ]


def _too_many(left: int) -> str:
    if not left:
        return "You have given all your places on this course away. Ask us for more"
    return f"You can give {left} more {'place' if left == 1 else 'places'} on this course: enter {left} or fewer"
