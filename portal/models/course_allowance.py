"""How many places on a course a partner may give away by access codes of its own."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import NEVER_REUSE_IDS, Base, no_person
from portal.models.course import Course
from portal.models.partner import Partner


class CourseAllowance(Base):
    """One partner's allowance for one course. Whoever issues a code out of it locks this row first."""

    __tablename__ = "course_allowance"
    __table_args__ = (
        CheckConstraint("places >= 0", "places_are_not_negative"),
        Index("uq_course_allowance_partner_id_course_id", "partner_id", "course_id", unique=True),
        Index("ix_course_allowance_course_id", "course_id"),
        {"info": no_person("an allowance is not about anybody"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    places: Mapped[int]

    course: Mapped[Course] = relationship(lazy="raise")
    partner: Mapped[Partner] = relationship(lazy="raise")
