"""Enrolments: made when an order gives its places, taken up by their learner, opened, cancelled."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.domain.errors import NotFound
from portal.domain.orders import EnrolmentState
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine
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
        .where(Enrolment.course_id == course_id, Enrolment.state != EnrolmentState.CANCELLED)
        .where(Enrolment.course_run_id == run_id if run_id is not None else Enrolment.course_run_id.is_(None))
    )
    waiting = query.where(OrderLine.course_email_key == email_key, Enrolment.account_id.is_(None))
    found = session.scalars(waiting).first() if email_key else None
    if found is None and account_id is not None:
        found = session.scalars(query.where(Enrolment.account_id == account_id)).first()
    return found


def cancel(enrolment: Enrolment, now: dt.datetime) -> bool:
    """End the place; False when it has ended already. Its row is locked by the caller."""
    if enrolment.state == EnrolmentState.CANCELLED:
        return False
    enrolment.state, enrolment.cancelled_at = EnrolmentState.CANCELLED, now
    enrolment.link_epoch += 1
    return True


def lapse(enrolment: Enrolment) -> None:
    """Forget a learner who never took their place up; the place waits for whom the payer names next."""
    line = enrolment.line
    line.learner_name = line.course_email = line.course_email_key = line.telephone = None
    enrolment.link_epoch += 1
