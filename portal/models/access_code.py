"""Access codes: a place that somebody here, or a partner for its own class, gives without payment."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal
from portal.models.course import Course
from portal.models.partner import Partner


class AccessCode(Base):
    """A code for so many places on a course, until the end of a day; each person may use it once.

    `partner_id` is whose class it is for; `by_partner`: that partner issued it itself, out of its allowance.
    """

    __tablename__ = "access_code"
    __table_args__ = (
        CheckConstraint("uses > 0", "has_uses"),
        Index("uq_access_code_code", "code", unique=True),
        Index("ix_access_code_course_id", "course_id"),
        Index("ix_access_code_partner_id", "partner_id"),
        {"info": found_by("the account of who issued it"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    by_partner: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    uses: Mapped[int]
    ends_on: Mapped[dt.date]
    issued_by: Mapped[str] = mapped_column(info=personal("identity", "work-here", given_by="made by us"))
    issued_at: Mapped[dt.datetime] = mapped_column(Moment)
    stopped_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    stopped_by: Mapped[str] = mapped_column(default="", info=personal("identity", "work-here", given_by="made by us"))

    course: Mapped[Course] = relationship(lazy="raise")
    partner: Mapped[Partner | None] = relationship(lazy="raise")
