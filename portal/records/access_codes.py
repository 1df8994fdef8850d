"""Access codes: whether one gives a place, how often it has, and to whom.

A place that a code gave counts as a use for as long as it is somebody's. One that was given back, taken back, or never
taken up before it opened counts no more, so that somebody else can have it; one that has opened counts for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.domain import access_codes
from portal.domain.access_codes import Standing, standing
from portal.domain.errors import NotFound, Unfit
from portal.domain.orders import EnrolmentState
from portal.domain.working_days import london_day
from portal.models.access_code import AccessCode
from portal.models.account import Account
from portal.models.course import Course
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
from portal.models.partner import Partner
from portal.records.paging import Page, Query, page_of, rows_of

# The same words for one that is wrong, used up, over, stopped or another course's: nobody finds one out by trying.
REFUSED = "This code does not open this course. Check it for typing, or ask whoever gave it to you"

_THEIRS = and_(
    Enrolment.state != EnrolmentState.CANCELLED,
    or_(OrderLine.course_email_key.is_not(None), Enrolment.state != EnrolmentState.WAITING_FOR_LEARNER),
)
_COUNTS = or_(_THEIRS, Enrolment.opened_at.is_not(None))
_USES = select(func.count(Enrolment.id)).join(OrderLine, OrderLine.id == Enrolment.order_line_id).where(_COUNTS)
USED = _USES.where(OrderLine.access_code_id == AccessCode.id).correlate(AccessCode).scalar_subquery()
"""How many places a code has given, as a column beside the code."""


@dataclass(frozen=True)
class Row:
    """One code: how many of its places are used, and whether it gives any today."""

    code: AccessCode
    used: int
    standing: Standing


@dataclass(frozen=True)
class Wanted:
    """Which codes: of a standing, for a course, for a partner, one whose letters hold those of the search."""

    search: str = ""
    standing: Standing | None = None
    course: str = ""
    partner: str = ""


def use(session: Session, typed: str, course: Course, now: dt.datetime) -> AccessCode:
    """The code, held until the transaction ends, when it gives a place on this course. Raises Unfit."""
    found = session.scalars(
        _by_code(typed).with_for_update(of=AccessCode).execution_options(populate_existing=True)
    ).first()
    return _judged(session, found, course, now)


def check(session: Session, typed: str, course: Course, now: dt.datetime) -> None:
    """The same, and nothing is held: the answer is for a page that orders nothing yet. Raises Unfit."""
    _judged(session, session.scalars(_by_code(typed)).first(), course, now)


def used(session: Session, code: AccessCode) -> int:
    """How many places the code has given."""
    return session.scalar(_USES.where(OrderLine.access_code_id == code.id)) or 0


def find_use(session: Session, code: AccessCode, email_key: str) -> Enrolment | None:
    """The place that the code gave to this person: at this address, or in its account."""
    of_account = Enrolment.account_id.in_(select(Account.id).where(Account.email_key == email_key))
    query = (
        select(Enrolment)
        .join(Enrolment.line)
        .where(OrderLine.access_code_id == code.id, _THEIRS)
        .where(or_(OrderLine.course_email_key == email_key, of_account))
    )
    return session.scalars(query).first()


def get(session: Session, kept: str, *, lock: bool = False) -> AccessCode:
    """The code as it is kept, with its course and partner; `lock` holds it until the transaction ends.

    Raises NotFound, for any other spelling too: this is for addresses of pages, which people do not type.
    """
    query = select(AccessCode).where(AccessCode.code == kept).options(*_whole())
    if lock:
        query = query.with_for_update(of=AccessCode).execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("There is no such code.")
    return found


def page_wanted(session: Session, wanted: Wanted, today: dt.date, page: int) -> Page[Row]:
    """A page of the codes that are wanted, newest first."""
    query: Query = select(AccessCode, USED).join(AccessCode.course).outerjoin(AccessCode.partner)
    if wanted.search:
        query = query.where(AccessCode.code.contains(access_codes.as_kept(wanted.search), autoescape=True))
    if wanted.course:
        query = query.where(Course.code == wanted.course)
    if wanted.partner:
        query = query.where(Partner.code == wanted.partner)
    if wanted.standing:
        query = query.where(_stands(wanted.standing, today))
    return _rows(session, query, today, page)


def page_of_partners(session: Session, partner_ids: Iterable[int], today: dt.date, page: int) -> Page[Row]:
    """A page of the codes for the classes of these partners, newest first."""
    query: Query = select(AccessCode, USED).where(AccessCode.partner_id.in_(list(partner_ids)))
    return _rows(session, query, today, page)


def page_of_uses(session: Session, code: AccessCode, page: int) -> Page[Enrolment]:
    """A page of the places that the code gave, newest first, those that count no more among them."""
    query = (
        select(Enrolment)
        .join(Enrolment.line)
        .where(OrderLine.access_code_id == code.id)
        .options(joinedload(Enrolment.line).joinedload(OrderLine.order), joinedload(Enrolment.account))
        .order_by(Enrolment.id.desc())
    )
    return page_of(session, query, page)


def row_of(code: AccessCode, used: int, today: dt.date) -> Row:
    """The code as it stands today."""
    stopped = code.stopped_at is not None
    return Row(code, used, standing(stopped=stopped, ends_on=code.ends_on, today=today, used=used, uses=code.uses))


def stop(code: AccessCode, by: str, now: dt.datetime) -> bool:
    """Let the code give nothing more; False when it is stopped already. Its row is locked by the caller."""
    if code.stopped_at is not None:
        return False
    code.stopped_at, code.stopped_by = now, by
    return True


def given_away(session: Session, partner_id: int, today: dt.date) -> dict[int, int]:
    """How many places the partner's own codes give away, by the course's id.

    Of a code that still gives places all of them, of one that does not those that it has given.
    """
    gives = and_(AccessCode.stopped_at.is_(None), AccessCode.ends_on >= today)
    own = and_(AccessCode.partner_id == partner_id, AccessCode.by_partner)
    promised = select(AccessCode.course_id, func.sum(AccessCode.uses)).where(own, gives)
    counted = (
        select(AccessCode.course_id, func.count(Enrolment.id))
        .join(OrderLine, OrderLine.access_code_id == AccessCode.id)
        .join(Enrolment, Enrolment.order_line_id == OrderLine.id)
        .where(own, ~gives, _COUNTS)
    )
    total: dict[int, int] = {}
    for query in (promised, counted):
        for course_id, number in session.execute(query.group_by(AccessCode.course_id)):
            total[course_id] = total.get(course_id, 0) + int(number)
    return total


def _rows(session: Session, query: Query, today: dt.date, page: int) -> Page[Row]:
    found = rows_of(session, query.options(*_whole()).order_by(AccessCode.id.desc()), page)
    return Page([row_of(row[0], row[1], today) for row in found.rows], found.number, found.pages, found.total)


def _judged(session: Session, code: AccessCode | None, course: Course, now: dt.datetime) -> AccessCode:
    if code is None or code.course_id != course.id or code.stopped_at is not None:
        raise Unfit("code", REFUSED)
    if code.ends_on < london_day(now) or used(session, code) >= code.uses:
        raise Unfit("code", REFUSED)
    return code


def _by_code(typed: str) -> Select[AccessCode]:
    return select(AccessCode).where(AccessCode.code == access_codes.as_kept(typed)).options(*_whole())


def _whole() -> tuple[ORMOption, ...]:
    return joinedload(AccessCode.course), joinedload(AccessCode.partner)


def _stands(wanted: Standing, today: dt.date) -> ColumnElement[bool]:
    stopped, over = AccessCode.stopped_at.is_not(None), AccessCode.ends_on < today
    if wanted is Standing.STOPPED:
        return stopped
    if wanted is Standing.OVER:
        return ~stopped & over
    is_full = AccessCode.uses <= USED
    return ~stopped & ~over & (is_full if wanted is Standing.USED_UP else ~is_full)
