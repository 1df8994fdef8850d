"""Where an order is, in the words of its page: a heading, what happens next, and what has happened, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from portal.domain.money import pounds
from portal.domain.orders import SIGNS, Entry, OrderState, Trouble

HEADINGS = {
    OrderState.OPEN: ("Nothing is paid yet", "Your place is kept while the payment page is open."),
    OrderState.AWAITING: (
        "We are waiting for your bank",
        "Some banks take a few days. Your place is kept, and we write when the payment has arrived.",
    ),
    OrderState.PAID: ("You have a place", "The confirmation and the invoice go to you by email."),
    OrderState.FREE: ("You have a place", "The confirmation goes to you by email."),
    OrderState.FAILED: (
        "Your payment did not arrive",
        "Nothing was taken. If there is a place left you can pay again.",
    ),
    OrderState.EXPIRED: ("Nothing was paid", "The payment page is closed. If there is a place left you can still pay."),
    OrderState.HELD_UP: ("We have your payment", "A person here looks at it and writes to you within one working day."),
    OrderState.CANCELLED: ("Your order is cancelled", "There is nothing more to do."),
    OrderState.RETURNED: ("You have your money back", "This order is closed."),
}
HELD_UP = {
    Trouble.FULL: (
        "Your payment arrived, and the last place was gone",
        "We offer you another date or give all of it back, within one working day. Please do not pay again.",
    ),
    Trouble.TWICE: ("You have paid twice", "Your place is safe, and we give the second payment back, all of it."),
    Trouble.DIFFERS: (
        "Your payment needs a look from us",
        "It is not the sum that we asked for. A person here writes to you within one working day.",
    ),
}


class Waits(Enum):
    """For whom a place waits, with the words for it."""

    YOU = ("You have a place", "Our letter has a link that proves your address and opens your course.")
    LEARNER = ("Your place is sure", "It waits for its learner, who has a link of their own by email.")
    NAME = ("Your place waits for a name", "Nobody has taken it up. Name another learner, or cancel the order.")


GOES_BACK = "{sum} goes back to you, the way you paid."
EVENTS = {
    Entry.CHARGED: "Ordered for {sum}",
    Entry.PAID: "Paid {sum}",
    Entry.CREDITED: "Credited {sum}",
    Entry.REFUNDED: "{sum} given back",
    Entry.REFUND_FAILED: "{sum} could not be given back",
    Entry.SENT_BACK: "{sum} sent back to us",
    Entry.DISPUTED: "The bank took {sum} back",
    Entry.DISPUTE_WON: "The bank returned {sum}",
}


@dataclass(frozen=True)
class Story:
    """What the page says: heading, lead, and (what, when) for each thing that happened, newest first."""

    heading: str
    lead: str
    events: list[tuple[str, dt.datetime]]


def tell(
    state: OrderState,
    ordered_at: dt.datetime,
    entries: Sequence[tuple[Entry, int, dt.datetime]],
    troubles: Sequence[Trouble],
    *,
    waits: Waits | None,
) -> Story:
    """The story of an order: `entries` are its ledger's (kind, pence, when), `troubles` those that are not settled."""
    told = next((HELD_UP[one] for one in troubles if one in HELD_UP), None)
    if told is None:
        told = waits.value if waits and state in (OrderState.PAID, OrderState.FREE) else HEADINGS[state]
    owed = -sum(SIGNS[kind] * pence for kind, pence, _ in entries)
    if state == OrderState.CANCELLED and owed > 0:
        told = (told[0], GOES_BACK.format(sum=pounds(owed)))
    happened = [(EVENTS[kind].format(sum=pounds(pence)), at) for kind, pence, at in entries if kind != Entry.CHARGED]
    return Story(*told, [*reversed(happened), ("Ordered", ordered_at)])
