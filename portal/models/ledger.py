"""The ledger of money: rows that nobody updates or deletes, but for whole orders whose years are over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.orders import Entry, RefundState
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal
from portal.models.order import BOOKS, BUYING, Order, OrderLine


class LedgerEntry(Base):
    """One movement. `amount_pence` is never negative; its kind says which way it goes.

    `source` is what caused it (a payment intent, a refund's key, a document's number): the same cause counts once.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount_pence >= 0", "amount_is_not_negative"),
        Index("uq_ledger_entry_kind_source", "kind", "source", unique=True),
        Index("ix_ledger_entry_order_id", "order_id"),
        Index("ix_ledger_entry_entered_at", "entered_at"),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    kind: Mapped[Entry] = mapped_column(one_of(Entry, "kind", grows=True))
    amount_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    currency: Mapped[str]
    source: Mapped[str]
    entered_at: Mapped[dt.datetime] = mapped_column(Moment)


class Refund(Base):
    """Money that goes back. `key` is Stripe's idempotency key, so that asking twice gives it back once.

    `payment_intent` is the payment it comes from. One that was made on Stripe's own pages has no `asked_by`.
    `credit_note` is the number of the paper that says what it is for; empty for money that was never charged. When one
    fails, the next one for the same paper takes its place: each paper counts once in what was given back of a line.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_pence > 0", "amount_is_positive"),
        Index("uq_refund_key", "key", unique=True),
        Index("uq_refund_stripe_refund", "stripe_refund", unique=True),
        Index("ix_refund_order_id", "order_id"),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    key: Mapped[str]
    stripe_refund: Mapped[str | None]
    payment_intent: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    state: Mapped[RefundState] = mapped_column(one_of(RefundState, "state", grows=True))
    reason: Mapped[str] = mapped_column(default="")
    credit_note: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[str] = mapped_column(default="", info=personal("identity", BOOKS, given_by="made by us"))
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    order: Mapped[Order] = relationship(lazy="raise")
    parts: Mapped[list[RefundPart]] = relationship(lazy="raise", order_by="RefundPart.id", passive_deletes=True)


class RefundPart(Base):
    """What of a refund belongs to which line, split so that all parts of a line add up to its price."""

    __tablename__ = "refund_part"
    __table_args__ = (
        CheckConstraint("gross_pence = net_pence + vat_pence", "gross_is_net_and_vat"),
        Index("uq_refund_part_refund_id_order_line_id", "refund_id", "order_line_id", unique=True),
        Index("ix_refund_part_order_line_id", "order_line_id"),
        {"info": found_by("its refund’s order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id", ondelete="CASCADE"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id", ondelete="CASCADE"))
    net_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    vat_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    gross_pence: Mapped[int] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    ends_place: Mapped[bool]

    line: Mapped[OrderLine] = relationship(lazy="raise")
