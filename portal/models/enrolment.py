"""Enrolments: a learner's place on a course, once it is paid for or given."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.orders import EnrolmentState as State
from portal.models.account import Account
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.order import TEACHING, OrderLine

_ALIVE = "account_id IS NOT NULL AND state NOT IN ('cancelled', 'ended')"
_ON_A_DATE, _WITHOUT_DATES = (
    text(f"{_ALIVE} AND course_run_id IS NOT NULL"),
    text(f"{_ALIVE} AND course_run_id IS NULL"),
)


class Enrolment(Base):
    """One learner's place. Without an account it waits for its learner, whose details stand on the order's line.

    `offered_at` is when it was offered to the learner that it waits for: their link and their days count from then.
    `opens_at` is when the course may open at the earliest, `opened_at` when it did, `closes_at` when its time is over.
    `terms_version` is what the learner accepted, themselves.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("uq_enrolment_reference", "reference", unique=True),
        Index("uq_enrolment_order_line_id", "order_line_id", unique=True),
        Index(
            "uq_enrolment_account_id_course_run_id",
            "account_id",
            "course_run_id",
            unique=True,
            sqlite_where=_ON_A_DATE,
            postgresql_where=_ON_A_DATE,
        ),
        Index(
            "uq_enrolment_account_id_course_id",
            "account_id",
            "course_id",
            unique=True,
            sqlite_where=_WITHOUT_DATES,
            postgresql_where=_WITHOUT_DATES,
        ),
        Index("ix_enrolment_state_offered_at", "state", "offered_at"),
        Index("ix_enrolment_state_closes_at", "state", "closes_at"),
        Index("ix_enrolment_course_id", "course_id"),
        Index("ix_enrolment_course_run_id", "course_run_id"),
        {"info": found_by("its account, or its order’s line"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_run_id: Mapped[int | None] = mapped_column(ForeignKey("course_run.id"))
    state: Mapped[State] = mapped_column(one_of(State, "state", grows=True))
    enrolled_at: Mapped[dt.datetime] = mapped_column(Moment)
    offered_at: Mapped[dt.datetime] = mapped_column(Moment)
    opens_at: Mapped[dt.datetime] = mapped_column(Moment)
    taken_up_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    opened_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    closes_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    suspended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    link_epoch: Mapped[int] = mapped_column(default=1)
    terms_version: Mapped[str] = mapped_column(default="", info=personal("agreements", TEACHING))
    terms_accepted_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    account: Mapped[Account | None] = relationship(lazy="raise")
    line: Mapped[OrderLine] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")
    run: Mapped[CourseRun | None] = relationship(lazy="raise")
