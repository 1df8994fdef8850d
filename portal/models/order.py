"""Orders: what somebody buys, or gets free of charge, line by line. Never updated away: money moves in the ledger."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.orders import Buyer, OrderState, Seat, Start, Trouble
from portal.models.access_code import AccessCode
from portal.models.base import NEVER_REUSE_IDS, SORTED, Base, Moment, found_by, one_of, personal
from portal.models.course import Course, VatStatus
from portal.models.course_run import CourseRun

BUYING, BOOKS, TEACHING = "buy", "books", "teach"


class Order(Base):
    """One order. `submission` and `answers_digest` name the form that made it: pressing twice makes one order.

    `ordered_at` is when it was ordered, or taken up again on a later day: the law's days count from there.
    `total_pence` is gross, in `currency`; it is what Stripe is asked for. `payer_id` is the account of a payer who was
    signed in. `address` is what they gave on Stripe's page, for the invoice. `link_epoch` revokes the links to the
    guest's page when it is raised.
    """

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("total_pence >= 0", "total_is_not_negative"),
        Index("uq_order_reference", "reference", unique=True),
        Index("uq_order_submission_answers_digest", "submission", "answers_digest", unique=True),
        Index("ix_order_payer_id", "payer_id"),
        Index("ix_order_email_key", "email_key"),
        Index("ix_order_ordered_at", "ordered_at"),
        Index("ix_order_state_ordered_at", "state", "ordered_at"),
        {"info": found_by("email_key of the order, or the account of its payer"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    submission: Mapped[str]
    answers_digest: Mapped[str]
    buyer: Mapped[Buyer] = mapped_column(one_of(Buyer, "buyer"))
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    full_name: Mapped[str] = mapped_column(info=personal("identity", BUYING, BOOKS))
    email: Mapped[str] = mapped_column(info=personal("contact", BUYING))
    email_key: Mapped[str] = mapped_column(info=personal("contact", BUYING, given_by="made by us"))
    receipt_email: Mapped[str] = mapped_column(info=personal("contact", BUYING, BOOKS))
    organisation: Mapped[str] = mapped_column(default="", info=personal("profile", BUYING, BOOKS))
    address: Mapped[str] = mapped_column(default="", info=personal("contact", BOOKS))
    region: Mapped[str] = mapped_column(info=personal("profile", BUYING))
    country: Mapped[str] = mapped_column(default="", info=personal("profile", BUYING, BOOKS))
    heard_from: Mapped[str] = mapped_column(default="", info=personal("profile", "know-what-works"))
    of_age: Mapped[int] = mapped_column(info=personal("profile", BUYING))
    total_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    currency: Mapped[str] = mapped_column(default="gbp")
    state: Mapped[OrderState] = mapped_column(one_of(OrderState, "state", grows=True))
    start: Mapped[Start | None] = mapped_column(one_of(Start, "start", grows=True))
    ordered_at: Mapped[dt.datetime] = mapped_column(Moment)
    settled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    link_epoch: Mapped[int] = mapped_column(default=1)
    search_text: Mapped[str] = mapped_column(SORTED, info=personal("identity", BUYING, BOOKS, given_by="made by us"))

    lines: Mapped[list[OrderLine]] = relationship(
        lazy="raise", back_populates="order", order_by="OrderLine.position", passive_deletes=True
    )
    statements: Mapped[list[OrderStatement]] = relationship(
        lazy="raise", order_by="OrderStatement.id", passive_deletes=True
    )
    troubles: Mapped[list[OrderTrouble]] = relationship(lazy="raise", order_by="OrderTrouble.id", passive_deletes=True)


class OrderLine(Base):
    """One place for one learner, at the price of the day it was ordered: net, VAT rounded half up, gross, in pence.

    `seat` says whether it fills a place of its run. The learner's details go when nobody takes the place up.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("gross_pence = net_pence + vat_pence", "gross_is_net_and_vat"),
        CheckConstraint("net_pence >= 0 AND vat_pence >= 0", "price_is_not_negative"),
        Index("uq_order_line_order_id_position", "order_id", "position", unique=True),
        Index("ix_order_line_course_run_id_seat", "course_run_id", "seat"),
        Index("ix_order_line_course_id", "course_id"),
        Index("ix_order_line_access_code_id", "access_code_id"),
        Index("ix_order_line_course_email_key", "course_email_key"),
        {"info": found_by("course_email_key of the line, or its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    position: Mapped[int]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_run_id: Mapped[int | None] = mapped_column(ForeignKey("course_run.id"))
    access_code_id: Mapped[int | None] = mapped_column(ForeignKey("access_code.id"))
    description: Mapped[str]
    net_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    vat_rate: Mapped[int]
    vat_status: Mapped[VatStatus] = mapped_column(one_of(VatStatus, "vat_status", grows=True))
    vat_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    gross_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    learner_name: Mapped[str | None] = mapped_column(info=personal("identity", TEACHING, given_by="whoever orders"))
    course_email: Mapped[str | None] = mapped_column(info=personal("contact", TEACHING, given_by="whoever orders"))
    course_email_key: Mapped[str | None] = mapped_column(info=personal("contact", TEACHING, given_by="made by us"))
    telephone: Mapped[str | None] = mapped_column(info=personal("contact", TEACHING, given_by="whoever orders"))
    is_payer: Mapped[bool]
    seat: Mapped[Seat] = mapped_column(one_of(Seat, "seat", grows=True))

    order: Mapped[Order] = relationship(lazy="raise", back_populates="lines")
    course: Mapped[Course] = relationship(lazy="raise")
    run: Mapped[CourseRun | None] = relationship(lazy="raise")
    code: Mapped[AccessCode | None] = relationship(lazy="raise")


class Said(StrEnum):
    """What a buyer said before they ordered."""

    TERMS = "terms"
    START_NOW = "start_now"


class OrderStatement(Base):
    """What the buyer accepted or asked for, word for word: the proof that the law wants (SI 2013/3134, reg 17)."""

    __tablename__ = "order_statement"
    __table_args__ = (
        Index("uq_order_statement_order_id_what", "order_id", "what", unique=True),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    what: Mapped[Said] = mapped_column(one_of(Said, "what", grows=True))
    wording: Mapped[str] = mapped_column(info=personal("agreements", BUYING, BOOKS))
    said_at: Mapped[dt.datetime] = mapped_column(Moment)


class OrderTrouble(Base):
    """Something that a person here must settle, and how it was settled."""

    __tablename__ = "order_trouble"
    __table_args__ = (
        Index("uq_order_trouble_order_id_what_about", "order_id", "what", "about", unique=True),
        Index("ix_order_trouble_settled_at", "settled_at"),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    what: Mapped[Trouble] = mapped_column(one_of(Trouble, "what", grows=True))
    about: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[dt.datetime] = mapped_column(Moment)
    settled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    settled_how: Mapped[str] = mapped_column(default="", info=personal("payment", BUYING, BOOKS, given_by="staff"))
