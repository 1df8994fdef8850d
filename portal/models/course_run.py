"""The dates of a course: each run is taught once, at one place, to so many people."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, no_person
from portal.models.course import Course


class CourseRun(Base):
    """One run of a course. `capacity` is how many places it has; None: as many as are asked for.

    One that is cancelled is never taught, and never sold again; whoever had a place on it chooses what follows.

    Whoever sells a place locks this row first, so that the last place is sold once.
    """

    __tablename__ = "course_run"
    __table_args__ = (
        CheckConstraint("capacity >= 0", "capacity_is_not_negative"),
        CheckConstraint("ends_on >= starts_on", "ends_after_it_starts"),
        Index("uq_course_run_code", "code", unique=True),
        Index("ix_course_run_course_id_starts_on", "course_id", "starts_on"),
        {"info": no_person("a date is not about anybody"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    times: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    course: Mapped[Course] = relationship(lazy="raise")
