"""Orders in plain words: who buys, when a course opens, and the states of an order and of a place."""

from __future__ import annotations

from enum import StrEnum


class Buyer(StrEnum):
    """Who pays: a consumer, whom the law lets cancel, or an organisation."""

    ME = "me"
    ORGANISATION = "organisation"


class Start(StrEnum):
    """When a consumer asked the course to open."""

    NOW = "now"
    AFTER_14_DAYS = "after_14_days"


class OrderState(StrEnum):
    """Where an order is. Only `paid` and `free` ones give a place."""

    OPEN = "open"
    AWAITING = "awaiting"
    PAID = "paid"
    FREE = "free"
    FAILED = "failed"
    EXPIRED = "expired"


class Seat(StrEnum):
    """Whether an order's line fills a place: held while its payment page is open, taken once it is paid."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class Trouble(StrEnum):
    """What only a person can settle."""

    FULL = "full"
    TWICE = "twice"
    DIFFERS = "differs"
    REFUND_FAILED = "refund_failed"
    REFUND_UNKNOWN = "refund_unknown"
    DISPUTED = "disputed"
    SUPPLY = "supply"


class Checkout(StrEnum):
    """Where a visit to Stripe's page is. `making`: we asked for it, and have no answer yet."""

    MAKING = "making"
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Entry(StrEnum):
    """An entry of the ledger. Added up with their signs they are what the buyer still owes: settled, that is nought."""

    CHARGED = "charged"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"


SIGNS = {
    Entry.CHARGED: 1,
    Entry.PAID: -1,
    Entry.CREDITED: -1,
    Entry.REFUNDED: 1,
    Entry.REFUND_FAILED: -1,
    Entry.DISPUTED: 1,
    Entry.DISPUTE_WON: -1,
}
"""What we ask for and what we give back raises what the buyer owes; what comes in and what we credit lowers it."""


class RefundState(StrEnum):
    """Where a refund is; Stripe's own words but for the first. One that succeeded can still fail."""

    ASKED = "asked"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class EnrolmentState(StrEnum):
    """Where a learner's place is."""

    WAITING_FOR_LEARNER = "waiting_for_learner"
    WAITING_TO_OPEN = "waiting_to_open"
    OPEN = "open"
    CANCELLED = "cancelled"


class Paper(StrEnum):
    """A document that is kept as it was issued."""

    CONFIRMATION = "confirmation"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
