"""Access codes: whether one gives a place, and how often it has."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.errors import Unfit
from portal.domain.orders import OrderState
from portal.domain.working_days import london_day
from portal.models.access_code import AccessCode
from portal.models.course import Course
from portal.models.order import Order, OrderLine

# The same words for one that is wrong, used up, over, stopped or another course's: nobody finds one out by trying.
REFUSED = "This code does not open this course. Check it for typing, or ask whoever gave it to you"
USED = "You have used this code already. Look for our first letter, or ask us to send it again"


def as_kept(typed: str) -> str:
    """A code as it is kept, however it was typed: in capitals, without blanks and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def use(session: Session, typed: str, course: Course, email_key: str, now: dt.datetime) -> AccessCode:
    """The code, held until the transaction ends, when it gives this person a place on this course. Raises Unfit."""
    code = session.scalars(
        select(AccessCode)
        .where(AccessCode.code == as_kept(typed))
        .options(joinedload(AccessCode.course))
        .with_for_update(of=AccessCode)
        .execution_options(populate_existing=True)
    ).first()
    if code is None or code.course_id != course.id or code.stopped_at is not None:
        raise Unfit("code", REFUSED)
    if code.ends_on < london_day(now) or used(session, code) >= code.uses:
        raise Unfit("code", REFUSED)
    by_this_person = _used(code).where(OrderLine.course_email_key == email_key)
    if session.scalar(select(func.count()).select_from(by_this_person.subquery())):
        raise Unfit("code", USED)
    return code


def used(session: Session, code: AccessCode) -> int:
    """How many places the code has given."""
    return session.scalar(select(func.count()).select_from(_used(code).subquery())) or 0


def _used(code: AccessCode) -> Select[int]:
    return (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.access_code_id == code.id, Order.state == OrderState.FREE)
    )
