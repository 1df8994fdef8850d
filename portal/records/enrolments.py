"""Enrolments: made when an order gives its places, taken up by their learner, opened, suspended, over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.domain.errors import NotFound
from portal.domain.orders import OVER, EnrolmentState, Seat
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
from portal.records import seats
from portal.records.paging import Page, page_of


def _whole() -> tuple[ORMOption, ...]:
    return (
        joinedload(Enrolment.course),
        joinedload(Enrolment.run),
        joinedload(Enrolment.line).joinedload(OrderLine.order),
    )


def get(session: Session, enrolment_id: int) -> Enrolment:
    """The enrolment with its course, date, line and order. Raises NotFound."""
    found = session.scalars(select(Enrolment).where(Enrolment.id == enrolment_id).options(*_whole())).first()
    if found is None:
        raise NotFound("There is no such place.")
    return found


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Enrolment:
    """The same by reference; `lock` holds it, as it is by then, until the transaction ends. Raises NotFound."""
    query = select(Enrolment).where(Enrolment.reference == reference).options(*_whole())
    if lock:
        query = query.with_for_update(of=Enrolment).execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound(f"There is no place {reference}.")
    return found


def page_of_account(session: Session, account_id: int, page: int) -> Page[Enrolment]:
    """A page of somebody's places, newest first."""
    query = select(Enrolment).where(Enrolment.account_id == account_id).order_by(Enrolment.id.desc())
    return page_of(session, query.options(*_whole()), page)


def list_of_order(session: Session, order_id: int) -> list[Enrolment]:
    """The places that an order gave, in the order of its lines."""
    query = select(Enrolment).join(Enrolment.line).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    return list(session.scalars(query.options(*_whole())))


def list_waiting_since(session: Session, limit: dt.datetime) -> list[str]:
    """The references of places that have waited for their learner since before `limit`, the oldest first."""
    query = (
        select(Enrolment.reference)
        .join(Enrolment.line)
        .where(Enrolment.state == EnrolmentState.WAITING_FOR_LEARNER, OrderLine.course_email.is_not(None))
        .where(Enrolment.offered_at <= limit)
        .order_by(Enrolment.offered_at, Enrolment.id)
    )
    return list(session.scalars(query))


def is_waiting(place: Enrolment) -> bool:
    """True while the place waits for a learner whom somebody has named."""
    return place.state == EnrolmentState.WAITING_FOR_LEARNER and place.line.course_email is not None


def find_of_line(session: Session, line: OrderLine) -> Enrolment | None:
    """The place that a line gave, held as it is by then until the transaction ends."""
    query = select(Enrolment).where(Enrolment.order_line_id == line.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def find_alive(
    session: Session, course_id: int, run_id: int | None, *, account_id: int | None, email_key: str
) -> Enrolment | None:
    """The place that this learner has on this course and date already: in their account, or waiting for them."""
    query = (
        select(Enrolment)
        .join(Enrolment.line)
        .where(Enrolment.course_id == course_id, Enrolment.state.not_in(OVER))
        .where(Enrolment.course_run_id == run_id if run_id is not None else Enrolment.course_run_id.is_(None))
        .options(*_whole())
    )
    waiting = query.where(
        OrderLine.course_email_key == email_key, Enrolment.state == EnrolmentState.WAITING_FOR_LEARNER
    )
    found = session.scalars(waiting).first() if email_key else None
    if found is None and account_id is not None:
        found = session.scalars(query.where(Enrolment.account_id == account_id)).first()
    return found


def cancel(enrolment: Enrolment, now: dt.datetime) -> bool:
    """Take the place back; False when it is over already. Its row is locked by the caller."""
    if enrolment.state in OVER:
        return False
    enrolment.state, enrolment.cancelled_at = EnrolmentState.CANCELLED, now
    enrolment.link_epoch += 1
    return True


def lapse(enrolment: Enrolment) -> None:
    """Forget a learner who never took their place up; the place waits for whom the payer names next."""
    forget(enrolment.line)
    enrolment.link_epoch += 1


def forget(line: OrderLine) -> None:
    """Delete what was said of the line's learner."""
    line.learner_name = line.course_email = line.course_email_key = line.telephone = None


def give_back(session: Session, enrolment: Enrolment, now: dt.datetime) -> None:
    """A place that cost nothing and that its learner does not take: whoever comes next may have it."""
    lapse(enrolment)
    cancel(enrolment, now)
    seats.move(session, enrolment.line, Seat.TAKEN, Seat.RELEASED)


def suspend(enrolment: Enrolment, now: dt.datetime) -> bool:
    """Keep the learner out for a while; False when there is nothing to keep them out of."""
    if enrolment.state not in (EnrolmentState.OPEN, EnrolmentState.WAITING_TO_OPEN):
        return False
    enrolment.state, enrolment.suspended_at = EnrolmentState.SUSPENDED, now
    return True


def end(enrolment: Enrolment, now: dt.datetime) -> bool:
    """The place was had, and is over; False when it is over already, or still waits for its learner."""
    if enrolment.state in (*OVER, EnrolmentState.WAITING_FOR_LEARNER):
        return False
    enrolment.state, enrolment.ended_at = EnrolmentState.ENDED, now
    return True


def take_timed_out(session: Session, now: dt.datetime, most: int) -> list[Enrolment]:
    """Up to `most` places whose time is over and that are not written down as over; held until the transaction ends."""
    query = (
        select(Enrolment)
        .where(Enrolment.state.in_((EnrolmentState.OPEN, EnrolmentState.SUSPENDED)), Enrolment.closes_at <= now)
        .order_by(Enrolment.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))
