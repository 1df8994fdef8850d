"""What the portal asks of Stripe, and the few facts that it keeps of an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.delivery import Kind

WORK = {
    "checkout.session.completed": Kind.SETTLE_CHECKOUT,
    "checkout.session.async_payment_succeeded": Kind.SETTLE_CHECKOUT,
    "checkout.session.async_payment_failed": Kind.SETTLE_CHECKOUT,
    "checkout.session.expired": Kind.SETTLE_CHECKOUT,
    "refund.created": Kind.SYNC_REFUND,
    "refund.updated": Kind.SYNC_REFUND,
    "refund.failed": Kind.SYNC_REFUND,
    "charge.refunded": Kind.SYNC_REFUND,
    "charge.dispute.created": Kind.NOTE_DISPUTE,
    "charge.dispute.funds_withdrawn": Kind.NOTE_DISPUTE,
    "charge.dispute.closed": Kind.NOTE_DISPUTE,
}
"""What each message of Stripe's makes us look at; every other is kept and answered."""


@dataclass(frozen=True)
class Asked:
    """What Stripe's page is asked for: gross sums in pence by line, where to come back, when it ends."""

    reference: str
    attempt: int
    lines: Sequence[tuple[str, int]]
    currency: str
    email: str
    expires_at: dt.datetime
    success_url: str
    cancel_url: str
    needs_address: bool

    @property
    def key(self) -> str:
        """The idempotency key: asking again for the same attempt answers the same page."""
        return f"{self.reference}:checkout:{self.attempt}"


@dataclass(frozen=True)
class Visit:
    """A visit to Stripe's page, as Stripe says it is now. Sums are pence.

    `is_paid`: the money is there, or on its way without a doubt. `has_failed`: a payment that was waited for will not
    come. Countries are ISO alpha-2, or empty.
    """

    session: str
    reference: str
    attempt: int
    url: str
    status: str
    is_paid: bool
    has_failed: bool
    amount_pence: int
    currency: str
    live: bool
    payment_intent: str
    billing_address: str
    billing_country: str
    card_country: str
    made_at: dt.datetime


@dataclass(frozen=True)
class Returned:
    """A refund, as Stripe says it is now."""

    refund: str
    key: str
    payment_intent: str
    amount_pence: int
    currency: str
    status: str
    made_at: dt.datetime


@dataclass(frozen=True)
class Disputed:
    """A dispute, as Stripe says it is now: the payer's bank asks for a payment back."""

    dispute: str
    payment_intent: str
    amount_pence: int
    status: str

    @property
    def took_money(self) -> bool:
        """False for a mere question of the bank's, which takes nothing yet."""
        return not self.status.startswith("warning_")

    @property
    def is_won(self) -> bool:
        """True when the bank has decided for us."""
        return self.status in ("won", "warning_closed")


@dataclass(frozen=True)
class Message:
    """A message of Stripe's whose signature is right: what it is about, and the few facts that are kept (JSON)."""

    event: str
    kind: str
    about: str
    facts: str
