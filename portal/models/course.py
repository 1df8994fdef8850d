"""Courses: what people ask about."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.money import VatStatus as VatStatus  # why a course bears the VAT that it bears
from portal.models.base import NEVER_REUSE_IDS, Base, no_person, one_of


class Sold(StrEnum):
    """Who sells the course: this site, partners, or both."""

    HERE = "here"
    PARTNERS = "partners"
    BOTH = "both"


class Delivery(StrEnum):
    """How much a person takes part in teaching it; decides VAT on sales abroad."""

    AUTOMATED = "automated"
    TUTOR_SUPPORTED = "tutor_supported"
    LIVE = "live"


class Course(Base):
    """One course. `price_pence` is net, `vat_rate` in percent; `outline` and `before` hold one item a line.

    `needs_telephone`: a tutor rings the learner. `access_days` is how long it stays open to one, None: without an end.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("price_pence >= 0", "price_is_not_negative"),
        CheckConstraint("vat_rate BETWEEN 0 AND 100", "vat_rate_is_a_percentage"),
        Index("uq_course_code", "code", unique=True),
        {"info": no_person("a course is not about anybody"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    title: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    price_pence: Mapped[int]
    vat_rate: Mapped[int]
    vat_status: Mapped[VatStatus] = mapped_column(
        one_of(VatStatus, "vat_status", grows=True), default=VatStatus.STANDARD
    )
    delivery: Mapped[Delivery] = mapped_column(one_of(Delivery, "delivery"))
    sold: Mapped[Sold] = mapped_column(one_of(Sold, "sold"), default=Sold.BOTH)
    summary: Mapped[str] = mapped_column(default="")
    length: Mapped[str] = mapped_column(default="")
    taught: Mapped[str] = mapped_column(default="")
    award: Mapped[str] = mapped_column(default="")
    award_note: Mapped[str] = mapped_column(default="")
    outline: Mapped[str] = mapped_column(default="")
    before: Mapped[str] = mapped_column(default="")
    needs_telephone: Mapped[bool] = mapped_column(default=False)
    access_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
