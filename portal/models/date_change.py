"""Dates that were moved or cancelled, and what each who had a place on them chose."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.date_change import Choice, Side, What
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, no_person, one_of
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment


class DateChange(Base):
    """One change of a date that people must know. `was` is what they were told before, in words.

    `told_at` is when the letters began to be written; a further change before that is part of the same.
    """

    __tablename__ = "date_change"
    __table_args__ = (
        Index("ix_date_change_course_run_id", "course_run_id"),
        Index("ix_date_change_changed_at", "changed_at"),
        {"info": no_person("a date is not about anybody"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    what: Mapped[What] = mapped_column(one_of(What, "what", grows=True))
    was: Mapped[str]
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
    told_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    run: Mapped[CourseRun] = relationship(lazy="raise")


class DateChoice(Base):
    """What somebody with a place on a changed date was asked, and chose; without `choice` they have not yet."""

    __tablename__ = "date_choice"
    __table_args__ = (
        Index("uq_date_choice_date_change_id_enrolment_id", "date_change_id", "enrolment_id", unique=True),
        Index("ix_date_choice_enrolment_id", "enrolment_id"),
        Index("ix_date_choice_moved_to_id", "moved_to_id"),
        Index("ix_date_choice_choice_told_at", "choice", "told_at"),
        {"info": found_by("its place"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    date_change_id: Mapped[int] = mapped_column(ForeignKey("date_change.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    told_at: Mapped[dt.datetime] = mapped_column(Moment)
    reminded_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    choice: Mapped[Choice | None] = mapped_column(one_of(Choice, "choice", grows=True))
    chosen_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    chosen_by: Mapped[Side | None] = mapped_column(one_of(Side, "chosen_by", grows=True))
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("course_run.id"))

    change: Mapped[DateChange] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    moved_to: Mapped[CourseRun | None] = relationship(lazy="raise")
