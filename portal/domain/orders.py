"""Orders in plain words: what is asked of a buyer, and the states of an order, a payment and a place."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from portal.domain.cancellation import Buyer as Buyer  # the law's own two words
from portal.domain.cancellation import Start as Start


@dataclass(frozen=True)
class Own:
    """What the account of a trainee who orders knows already."""

    full_name: str
    email: str
    region: str
    heard_from: str
    of_age: int


@dataclass(frozen=True)
class Purchase:
    """What somebody who orders answered, for one place. `run` is the code of a date, `code` an access code.

    The learner's name and addresses are filled in already where they are "same as mine".
    """

    course: str
    run: str
    buyer: Buyer
    full_name: str
    email: str
    region: str
    country: str
    heard_from: str
    of_age: int
    organisation: str
    learner_name: str
    course_email: str
    receipt_email: str
    telephone: str | None
    start: Start | None
    code: str = ""

    @property
    def digest(self) -> str:
        """The answers as one short word: the same answers sent twice are the same order."""
        return sha256(json.dumps(vars(self), sort_keys=True).encode()).hexdigest()[:32]


class OrderState(StrEnum):
    """Where an order is. `paid` and `free` ones gave their places; one `held_up` is paid and waits for a person.

    All that was paid for one that is `returned` has gone back. One that is `cancelled` gives no place any more; what
    goes back of its money, if any was paid, the ledger says.
    """

    OPEN = "open"
    AWAITING = "awaiting"
    PAID = "paid"
    HELD_UP = "held_up"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    FREE = "free"
    FAILED = "failed"
    EXPIRED = "expired"


TO_PAY = (OrderState.OPEN, OrderState.EXPIRED, OrderState.FAILED)
"""An order in one of these can be paid: now, or once more."""


class Seat(StrEnum):
    """Whether an order's line fills a place: held while its payment page is open, taken once it is paid."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class Trouble(StrEnum):
    """What only a person can settle.

    `date`: what somebody chose who told us, since we changed their date; it is settled as it is written down.
    """

    FULL = "full"
    TWICE = "twice"
    DIFFERS = "differs"
    REFUND_FAILED = "refund_failed"
    REFUND_UNKNOWN = "refund_unknown"
    BACK_TWICE = "back_twice"
    DISPUTED = "disputed"
    SUPPLY = "supply"
    DATE = "date"


HELD_UP_BY = (Trouble.FULL, Trouble.TWICE, Trouble.DIFFERS)
"""What keeps a payment from giving a place."""


class Checkout(StrEnum):
    """Where a visit to Stripe's page is. `making`: we asked for it, and have no answer yet.

    One that is `complete` was paid, or a bank has yet to say how the payment ends; one that `failed` it has refused.
    """

    MAKING = "making"
    OPEN = "open"
    COMPLETE = "complete"
    FAILED = "failed"
    EXPIRED = "expired"


class Entry(StrEnum):
    """An entry of the ledger. Added up with their signs they are what the buyer still owes: settled, that is nought.

    `sent_back`: what went back twice, and the buyer has sent us one of the two.
    """

    CHARGED = "charged"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    SENT_BACK = "sent_back"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"


SIGNS = {
    Entry.CHARGED: 1,
    Entry.PAID: -1,
    Entry.CREDITED: -1,
    Entry.REFUNDED: 1,
    Entry.REFUND_FAILED: -1,
    Entry.SENT_BACK: -1,
    Entry.DISPUTED: 1,
    Entry.DISPUTE_WON: -1,
}
"""What we ask for and what we give back raises what the buyer owes; what comes in and what we credit lowers it."""
OF_A_BANK = (Entry.DISPUTED, Entry.DISPUTE_WON)
"""What the payer's bank took and gave, and not we."""


class RefundState(StrEnum):
    """Where a refund is; Stripe's own words but for the first and the last. One that succeeded can still fail.

    `paid_otherwise`: Stripe could not do it, and we paid it by bank transfer, say.
    """

    ASKED = "asked"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    PAID_OTHERWISE = "paid_otherwise"


class EnrolmentState(StrEnum):
    """Where a learner's place is.

    `suspended`: staff keep the learner out for a while. `cancelled`: given back or taken back, as if it had never been.
    `ended`: had, and over, by its time or by staff.
    """

    WAITING_FOR_LEARNER = "waiting_for_learner"
    WAITING_TO_OPEN = "waiting_to_open"
    OPEN = "open"
    SUSPENDED = "suspended"
    ENDED = "ended"
    CANCELLED = "cancelled"


OVER = (EnrolmentState.CANCELLED, EnrolmentState.ENDED)
"""A learner whose place is over may have another."""


def lets_in(state: EnrolmentState, closes_at: dt.datetime | None, now: dt.datetime) -> bool:
    """True when the learner may learn at this moment. Whatever opens a course to somebody asks this, and nothing else.

    A place whose time is over is shut from that moment on, whether or not it has been written down as ended.
    """
    return state == EnrolmentState.OPEN and (closes_at is None or now < closes_at)


def resumed(opened_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime) -> EnrolmentState:
    """Where a suspended place goes on: its time has run meanwhile."""
    if opened_at is None:
        return EnrolmentState.WAITING_TO_OPEN
    return EnrolmentState.OPEN if closes_at is None or now < closes_at else EnrolmentState.ENDED


class Paper(StrEnum):
    """A document that is kept as it was issued."""

    CONFIRMATION = "confirmation"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
