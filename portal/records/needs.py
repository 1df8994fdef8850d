"""What needs somebody, kind by kind: how many there are, and those that are due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.domain.complaint import About
from portal.domain.date_change import What
from portal.domain.delivery import Kind, State
from portal.domain.orders import OVER
from portal.models.account import Account, Trainee
from portal.models.complaint import Complaint
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange, DateChoice
from portal.models.enquiry import Enquiry, EnquiryOwner, EnquiryRouting, Holder, Referral
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.outbox import OutboxMessage
from portal.models.partner import Partner
from portal.records.complaints import next_due
from portal.records.paging import Query, Values


@dataclass(frozen=True)
class Found:
    """Some rows of one kind, those due first, and how many there are in all."""

    rows: Sequence[Values]
    total: int


def _found(session: Session, query: Query, most: int) -> Found:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return Found(session.execute(query.limit(most)).all(), total)


def own_enquiries(session: Session, most: int) -> Found:
    """Our own team's enquiries without an outcome: those that the person chose or that no partner covers."""
    query = (
        select(
            Enquiry.reference,
            Enquiry.full_name,
            Enquiry.interest,
            Enquiry.region,
            Enquiry.country,
            Enquiry.received_at,
            Enquiry.due_at,
            EnquiryRouting.flag,
            Account.full_name.label("owner"),
        )
        .join(EnquiryRouting, EnquiryRouting.enquiry_id == Enquiry.id)
        .outerjoin(EnquiryOwner, EnquiryOwner.enquiry_id == Enquiry.id)
        .outerjoin(Account, Account.id == EnquiryOwner.account_id)
        .where(
            Enquiry.holder == Holder.TEAM,
            Enquiry.outcome.is_(None),
            Enquiry.withdrawn_at.is_(None),
            Enquiry.removed_at.is_(None),
        )
        .order_by(Enquiry.due_at, Enquiry.id)
    )
    return _found(session, query, most)


def open_complaints(session: Session, abouts: Collection[About], most: int) -> Found:
    """Complaints about these that are not closed, with by when the next must be done."""
    due = next_due()
    query = (
        select(
            *(Complaint.reference, Complaint.full_name, Complaint.about, Complaint.flag, Complaint.received_at),
            *(Complaint.acknowledged_at, Complaint.answer_by, due.label("due_at"), Account.full_name.label("owner")),
        )
        .outerjoin(Account, Account.id == Complaint.owner_id)
        .where(Complaint.closed_at.is_(None), Complaint.about.in_(abouts))
        .order_by(due, Complaint.id)
    )
    return _found(session, query, most)


def failed_deliveries(session: Session, most: int) -> Found:
    """Messages that were given up."""
    query = (
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.record_id,
            OutboxMessage.finished_at,
            OutboxMessage.last_error,
            Partner.name.label("partner"),
        )
        .outerjoin(
            Referral,
            (Referral.id == OutboxMessage.record_id)
            & OutboxMessage.kind.in_((Kind.PARTNER_ENQUIRY, Kind.PARTNER_STOP)),
        )
        .outerjoin(Partner, Partner.id == Referral.partner_id)
        .where(OutboxMessage.state == State.FAILED)
        .order_by(OutboxMessage.finished_at, OutboxMessage.id)
    )
    return _found(session, query, most)


def raised_rules(session: Session, most: int) -> Found:
    """Enquiries of partners on whose way a rule raised; our own team's say so themselves."""
    query = (
        select(Enquiry.reference, Enquiry.full_name, Enquiry.received_at, EnquiryRouting.flag)
        .join(EnquiryRouting, EnquiryRouting.enquiry_id == Enquiry.id)
        .where(
            EnquiryRouting.flag != "",
            Enquiry.holder == Holder.PARTNER,
            Enquiry.outcome.is_(None),
            Enquiry.withdrawn_at.is_(None),
            Enquiry.removed_at.is_(None),
        )
        .order_by(Enquiry.received_at, Enquiry.id)
    )
    return _found(session, query, most)


def order_troubles(session: Session, most: int) -> Found:
    """What about orders only a person can settle, each with its order."""
    query = (
        select(OrderTrouble, Order)
        .join(Order, Order.id == OrderTrouble.order_id)
        .where(OrderTrouble.settled_at.is_(None))
        .order_by(OrderTrouble.raised_at, OrderTrouble.id)
        .options(selectinload(Order.lines).joinedload(OrderLine.run))
    )
    return _found(session, query, most)


def unchosen_dates(session: Session, most: int) -> Found:
    """Dates that were cancelled while people with a place on them have still to choose what follows."""
    query = (
        select(
            *(DateChange.changed_at, CourseRun.code, CourseRun.starts_on, CourseRun.ends_on, Course.title),
            func.count().label("waiting"),
        )
        .join(DateChoice.change)
        .join(CourseRun, CourseRun.id == DateChange.course_run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .join(DateChoice.enrolment)
        .where(DateChange.what == What.CANCELLED, DateChoice.choice.is_(None), Enrolment.state.not_in(OVER))
        .group_by(DateChange.id, CourseRun.id, Course.id)
        .order_by(DateChange.changed_at, DateChange.id)
    )
    return _found(session, query, most)


def received_between(session: Session, start: dt.datetime, end: dt.datetime) -> Sequence[Values]:
    """(interest, how many) of the enquiries of a time, most first."""
    query = (
        select(Enquiry.interest, func.count().label("times"))
        .where(Enquiry.received_at >= start, Enquiry.received_at < end)
        .group_by(Enquiry.interest)
        .order_by(func.count().desc(), Enquiry.interest)
    )
    return session.execute(query).all()


def count_passed(session: Session, start: dt.datetime, end: dt.datetime) -> int:
    """How many enquiries were passed to a partner in this time."""
    passed = (Referral.referred_at >= start) & (Referral.referred_at < end)
    return session.scalar(select(func.count()).select_from(Referral).where(passed)) or 0


def count_withdrawn(session: Session, start: dt.datetime, end: dt.datetime) -> int:
    """How many enquiries were withdrawn in this time."""
    withdrawn = (Enquiry.withdrawn_at >= start) & (Enquiry.withdrawn_at < end)
    return session.scalar(select(func.count()).select_from(Enquiry).where(withdrawn)) or 0


def count_trainees(session: Session, start: dt.datetime, end: dt.datetime) -> int:
    """How many trainees made their account in this time."""
    made = (Account.created_at >= start) & (Account.created_at < end)
    query = select(func.count()).select_from(Trainee).join(Account, Account.id == Trainee.account_id).where(made)
    return session.scalar(query) or 0
