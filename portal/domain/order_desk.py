"""Orders as staff work on them: their states in words, what only a person can settle, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.cancellation import Buyer, Start
from portal.domain.money import pounds
from portal.domain.orders import HELD_UP_BY, Checkout, OrderState, RefundState, Seat, Trouble
from portal.domain.selling import starts_offered

STATES = {
    OrderState.OPEN: "Not paid yet",
    OrderState.AWAITING: "Waits for a bank",
    OrderState.PAID: "Paid",
    OrderState.FREE: "Free of charge",
    OrderState.HELD_UP: "Paid, no place",
    OrderState.RETURNED: "Money given back",
    OrderState.CANCELLED: "Cancelled",
    OrderState.FAILED: "Payment failed",
    OrderState.EXPIRED: "Never paid",
}
SEATS = {Seat.HELD: "Held while it is paid for", Seat.TAKEN: "Taken", Seat.RELEASED: "Not held"}
VISITS = {
    Checkout.MAKING: "Stripe’s page was asked for, and has not answered",
    Checkout.OPEN: "On Stripe’s page",
    Checkout.COMPLETE: "Stripe’s page was filled in",
    Checkout.FAILED: "Stripe’s page was filled in, and the bank refused",
    Checkout.EXPIRED: "Stripe’s page was left, or its time was over",
}
REFUNDS = {
    RefundState.ASKED: "not answered yet",
    RefundState.PENDING: "on its way",
    RefundState.REQUIRES_ACTION: "the buyer must do something for it",
    RefundState.SUCCEEDED: "given back",
    RefundState.FAILED: "failed",
    RefundState.CANCELED: "called off",
    RefundState.PAID_OTHERWISE: "paid another way than Stripe’s",
}
TROUBLES = {
    Trouble.FULL: (
        "Paid, and the date was full",
        "The payment arrived after the last place was taken. Ask the buyer: another date, or all of it back.",
    ),
    Trouble.TWICE: (
        "Paid twice",
        "There was a place for this already. Give this payment back; the place stays.",
    ),
    Trouble.DIFFERS: (
        "The payment is not what was asked for",
        "Write to the buyer before you decide.",
    ),
    Trouble.REFUND_FAILED: (
        "A refund failed",
        "The buyer’s bank sent it back. Try again, or ask them where else it may go, and enter it once it is paid.",
    ),
    Trouble.REFUND_UNKNOWN: (
        "A refund that nobody here asked for",
        "It was made on Stripe’s own pages. Find out by whom and why, and whether the place ends with it.",
    ),
    Trouble.BACK_TWICE: (
        "More went back than was owed",
        "The same money went back twice. Ask the buyer to send one of the two back, and enter it once it is here.",
    ),
    Trouble.DISPUTED: (
        "The buyer’s bank disputes the payment",
        "Answer it on Stripe’s pages before their last day: send the confirmation, when the course was opened, and what"
        " has gone back already.",
    ),
    Trouble.SUPPLY: (
        "The facts about the buyer’s country disagree",
        "Ask the buyer where they live, and note what they said: VAT goes by it.",
    ),
    Trouble.DATE: (
        "What they chose, since we changed their date",
        "Write down what they tell you on the page of their place.",
    ),
}
"""For each: what it is, as a sentence without its end, and what to do about it."""

OFF = (
    "Paid, and we had cancelled the date",
    "Ring the buyer: another date, or all of it back.",
)
"""What is said of the first of these where we have cancelled the date."""

SHORT = {
    Trouble.FULL: "Date was full",
    Trouble.TWICE: "Paid twice",
    Trouble.DIFFERS: "Payment differs",
    Trouble.REFUND_FAILED: "Refund failed",
    Trouble.REFUND_UNKNOWN: "Unknown refund",
    Trouble.BACK_TWICE: "Given back twice",
    Trouble.DISPUTED: "Disputed",
    Trouble.SUPPLY: "Country unclear",
}
"""The same in a list, where there is little room."""

ABROAD = (
    "The buyer lives in another country",
    "Two facts agree on the country below. Ask whoever keeps our tax which VAT is due there, and note what was done.",
)


class Act(StrEnum):
    """What can be done about a trouble."""

    RESEAT = "reseat"
    ACCEPT = "accept"
    REFUND = "refund"
    SENT_BACK = "sent_back"
    SETTLE = "settle"


@dataclass(frozen=True)
class Sums:
    """What an order costs, what was paid for it, and what the buyer owes by the ledger: less than nought, we owe it."""

    total_pence: int
    paid_pence: int
    owed_pence: int
    is_foreign: bool = False
    """Something was paid in another currency than the order's, or in play money."""


_BUTTONS = {
    Act.RESEAT: "Seat or refund",
    Act.ACCEPT: "Accept or refund",
    Act.REFUND: "Give it back",
    Act.SENT_BACK: "Ask for it back",
    Act.SETTLE: "Look and settle",
}


def _is_abroad(what: Trouble, about: str) -> bool:
    """True when two facts agree on a country, and it is another than ours."""
    return what == Trouble.SUPPLY and about not in ("", "unknown")


def title_of(what: Trouble, about: str, *, is_off: bool = False) -> str:
    """What it is, in one line; `is_off`: the order's date is cancelled."""
    if _is_abroad(what, about):
        return ABROAD[0]
    return OFF[0] if is_off and what == Trouble.FULL else TROUBLES[what][0]


def advice_of(what: Trouble, about: str, sums: Sums, *, is_off: bool = False) -> str:
    """What to do about it."""
    if _is_abroad(what, about):
        return ABROAD[1]
    if is_off and what == Trouble.FULL:
        return OFF[1]
    if _is_won_and_owed(what, sums):
        return f"We have {pounds(-sums.owed_pence)} that is theirs: once the bank has decided for us, it goes back."
    return f"{difference(sums)} {TROUBLES[what][1]}" if what == Trouble.DIFFERS else TROUBLES[what][1]


def _is_won_and_owed(what: Trouble, sums: Sums) -> bool:
    """True for a dispute about money that we owe the buyer whatever their bank decides."""
    return what == Trouble.DISPUTED and sums.owed_pence < 0


def _is_no_sum_of_ours(sums: Sums) -> bool:
    """True for another currency and for play money; where the sum is right, it is one of them that is wrong."""
    return sums.is_foreign or sums.paid_pence == sums.total_pence


def acts(what: Trouble, state: OrderState, sums: Sums) -> tuple[Act, ...]:
    """What can be done, the best first. While we keep money for nothing, a note alone settles nothing."""
    if what in HELD_UP_BY and sums.owed_pence < 0:
        first = {Trouble.FULL: Act.RESEAT, Trouble.DIFFERS: None if _is_no_sum_of_ours(sums) else Act.ACCEPT}.get(what)
        return (first, Act.REFUND) if first and state == OrderState.HELD_UP else (Act.REFUND,)
    if what == Trouble.BACK_TWICE:
        return (Act.SENT_BACK, Act.SETTLE)
    goes_back = what == Trouble.REFUND_FAILED or _is_won_and_owed(what, sums)
    return (Act.REFUND, Act.SETTLE) if goes_back else (Act.SETTLE,)


def button(found: tuple[Act, ...]) -> str:
    """The words of the one button that leads to it."""
    return _BUTTONS[found[0]]


def short_of(what: Trouble, *, is_off: bool) -> str:
    """What it is, in a list."""
    return "Date was cancelled" if is_off and what == Trouble.FULL else SHORT[what]


def difference(sums: Sums) -> str:
    """What a payment that differs means, in one sentence."""
    total_pence, paid_pence = sums.total_pence, sums.paid_pence
    if _is_no_sum_of_ours(sums):
        return "It was paid in another currency, or as a test: it can only be given back."
    said = f"{pounds(paid_pence)} was paid and {pounds(total_pence)} was asked for."
    if paid_pence < total_pence:
        return f"{said} If you accept it, we bear {pounds(total_pence + sums.owed_pence)}."
    return f"{said} If you accept it, give {pounds(paid_pence - total_pence)} back."


def reduced_note(total_pence: int, missing_pence: int) -> str:
    """What the invoice says of a payment that was taken although it was too small."""
    paid = pounds(total_pence - missing_pence)
    return f"{paid} was paid, and we accepted it. The other {pounds(missing_pence)} is taken off by a credit note."


def reduced_reason(total_pence: int, missing_pence: int, why: str) -> str:
    """Why that credit note was issued, in the words of whoever accepted the payment."""
    return f"Price reduced from {pounds(total_pence)} to {pounds(total_pence - missing_pence)}: {why}"


def may_begin(buyer: Buyer, start: Start | None, ordered_at: dt.datetime, starts_on: dt.date) -> bool:
    """True when a place of this order may be on a date that begins then.

    A consumer who did not ask for an early start has no course within the 14 days of their order (regs 36 and 37).
    """
    if buyer is Buyer.ORGANISATION:
        return True
    offered = starts_offered(ordered_at, starts_on)
    return not offered or start in offered
