"""Payments: each visit to Stripe's page, and each message that Stripe sent us."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.orders import Checkout as State
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, no_person, one_of
from portal.models.order import Order


class Checkout(Base):
    """One visit to Stripe's page. It is made before Stripe is asked, so that no answer can be lost.

    `attempt` counts from 1 within the order and stands in Stripe's idempotency key. A seat is held until `expires_at`.
    """

    __tablename__ = "checkout"
    __table_args__ = (
        Index("uq_checkout_order_id_attempt", "order_id", "attempt", unique=True),
        Index("uq_checkout_session", "session", unique=True),
        Index("uq_checkout_payment_intent", "payment_intent", unique=True),
        Index("ix_checkout_state_expires_at", "state", "expires_at"),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    session: Mapped[str | None]
    payment_intent: Mapped[str | None]
    url: Mapped[str] = mapped_column(default="")
    state: Mapped[State] = mapped_column(one_of(State, "state", grows=True))
    made_at: Mapped[dt.datetime] = mapped_column(Moment)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)

    order: Mapped[Order] = relationship(lazy="raise")


class StripeEvent(Base):
    """One message of Stripe's, once. `facts` is JSON of the few fields that are kept: never a name or a card.

    `concerns` is the payment that it is about, or Stripe's own object where there is none yet.
    """

    __tablename__ = "stripe_event"
    __table_args__ = (
        Index("uq_stripe_event_event", "event", unique=True),
        Index("ix_stripe_event_received_at", "received_at"),
        Index("ix_stripe_event_concerns", "concerns"),
        {"info": no_person("it names Stripe’s own objects; whose they are, the order says"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    kind: Mapped[str]
    facts: Mapped[str]
    concerns: Mapped[str]
    received_at: Mapped[dt.datetime] = mapped_column(Moment)
    handled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(default="")
