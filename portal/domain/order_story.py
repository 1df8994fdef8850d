"""Where an order is, in the words of its page: a heading, what happens next, and what has happened, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from portal.domain import held_up
from portal.domain.date_change import What
from portal.domain.money import pounds
from portal.domain.orders import SIGNS, TO_PAY, Entry, OrderState, Trouble

HEADINGS = {
    OrderState.OPEN: ("Nothing is paid yet", "Your place is kept while the payment page is open."),
    OrderState.AWAITING: (
        "We are waiting for your bank",
        "Some banks take a few days. We write when the payment has arrived.",
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
CHANGED = {
    What.MOVED: ("We have changed the date", "You keep the place on it as it is now, unless you choose otherwise."),
    What.CANCELLED: ("We have cancelled the date", "We are sorry. You choose what happens; nothing is lost meanwhile."),
}
OFF_WHILE_AWAITED = (
    "We have cancelled this date",
    "We are sorry. If your payment arrives you have all of it back, or another date; we write to you then.",
)
ENDED = ("Your place has ended", "What was ordered, and its papers, stay here.")
NOTHING_OWED = "Nothing was paid for this order, so nothing is owed."


class Waits(Enum):
    """For whom a place waits, with the words for it."""

    YOU = ("You have a place", "Our letter has a link that proves your address and opens your course.")
    LEARNER = ("Your place is sure", "It waits for its learner, who has a link of their own by email.")
    NAME = ("Your place waits for a name", "Nobody has taken it up. Name another learner, or ring us and we settle it.")


GOES_BACK = "{sum} goes back to you the way you paid, within 14 days."
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
class Facts:
    """What else is true of an order.

    `changed` is what became of a date about which somebody has still to choose; `is_off`: a date that was ordered is
    cancelled; `has_ended`: every place that it gave is over; `obstacle` is why one that nobody paid can't be paid now.
    """

    waits: Waits | None = None
    changed: What | None = None
    is_off: bool = False
    has_ended: bool = False
    obstacle: str = ""


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
    facts: Facts,
) -> Story:
    """The story of an order: `entries` are its ledger's (kind, pence, when), `troubles` those that are not settled."""
    told = _told(state, troubles, facts)
    owed = -sum(SIGNS[kind] * pence for kind, pence, _ in entries)
    if state == OrderState.CANCELLED and owed > 0:
        told = (told[0], GOES_BACK.format(sum=pounds(owed)))
    happened = [(EVENTS[kind].format(sum=pounds(pence)), at) for kind, pence, at in entries if kind != Entry.CHARGED]
    return Story(*told, [*reversed(happened), ("Ordered", ordered_at)])


def _told(state: OrderState, troubles: Sequence[Trouble], facts: Facts) -> tuple[str, str]:
    """The heading, and what happens next: what a person must settle comes first, then what somebody must choose."""
    cases = (held_up.case_of(one, state, troubles, is_off=facts.is_off) for one in troubles)
    if case := next((one for one in cases if one), None):
        return held_up.PAGE[case]
    if state in TO_PAY and facts.obstacle:
        return facts.obstacle, NOTHING_OWED
    if state == OrderState.AWAITING and facts.is_off:
        return OFF_WHILE_AWAITED
    if state in (OrderState.PAID, OrderState.FREE):
        return _of_places(state, facts)
    return HEADINGS[state]


def _of_places(state: OrderState, facts: Facts) -> tuple[str, str]:
    """The same, of an order that gave its places."""
    if facts.changed:
        return CHANGED[facts.changed]
    if facts.waits:
        return facts.waits.value
    return ENDED if facts.has_ended else HEADINGS[state]
