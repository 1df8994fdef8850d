"""A payment that only a person can settle: what is true of it, in the words of the letter and of the order's page."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from portal.domain.orders import HELD_UP_BY, OrderState, Trouble


class Case(StrEnum):
    """What is true of it.

    `full`: the last place was gone. `off`: we have cancelled the date. `twice`: a second payment of an order that gave
    its place. `had`: another order had given the place. `again`: a second payment of an order without a place, for
    whatever reason. `differs`: another sum, another currency, or play money.
    """

    FULL = "full"
    OFF = "off"
    TWICE = "twice"
    HAD = "had"
    AGAIN = "again"
    DIFFERS = "differs"


def case_of(what: Trouble, state: OrderState, open_ones: Collection[Trouble], *, is_off: bool) -> Case | None:
    """What is true of this trouble, in an order of this state with these unsettled; None for what is no payment's.

    `is_off`: we have cancelled the date that was paid for.
    """
    if what not in HELD_UP_BY:
        return None
    if what == Trouble.FULL:
        return Case.OFF if is_off else Case.FULL
    if what == Trouble.DIFFERS:
        return Case.DIFFERS
    if state in (OrderState.PAID, OrderState.FREE):
        return Case.TWICE
    return Case.HAD if state == OrderState.HELD_UP and is_had(open_ones) else Case.AGAIN


def is_had(open_ones: Collection[Trouble]) -> bool:
    """True of an order that is held up for nothing but that another had given its place before."""
    return {one for one in open_ones if one in HELD_UP_BY} == {Trouble.TWICE}


PAGE = {
    Case.FULL: (
        "Your payment arrived, and the last place was gone",
        "We offer you another date or give all of it back, within one working day. Please do not pay again.",
    ),
    Case.OFF: (
        "We have cancelled this date, and have your payment",
        "We are sorry. We offer you another date or give all of it back, within one working day. Please do not pay"
        " again.",
    ),
    Case.TWICE: (
        "You have paid twice",
        "Your place is safe. Within one working day we give the second payment back, all of it.",
    ),
    Case.HAD: (
        "You have paid twice",
        "You had ordered this place before. We give this payment back, all of it; your other order stays as it is.",
    ),
    Case.AGAIN: ("You have paid twice", "We give the second payment back, all of it. Please do not pay again."),
    Case.DIFFERS: (
        "Your payment needs a look from us",
        "It is not the sum that we asked for. A person here writes to you within one working day.",
    ),
}
"""The heading of the order's page, and what happens next."""

LETTERS = {
    Case.FULL: (
        "Your payment arrived, and the last place was gone",
        "Your payment of {total} for {what} arrived after the last place was taken.",
    ),
    Case.OFF: (
        "We have cancelled the date that you paid for",
        "We have your payment of {total} for {what}, and have cancelled this date. We are sorry.",
    ),
    Case.TWICE: (
        "You have paid twice",
        "We have a second payment for {what}, which was paid for already. Your place is safe.",
    ),
    Case.HAD: ("You have paid twice", "You had ordered {what} before, and we have a second payment for it now."),
    Case.AGAIN: ("You have paid twice", "We have a second payment for {what}. One was enough."),
    Case.DIFFERS: (
        "Your payment needs a look from us",
        "The payment that we have for {what} is not the sum that we asked for.",
    ),
}
"""The subject of the letter, and its point."""

NEXT = {
    Case.TWICE: "We give the second payment back, all of it. There is nothing to do.",
    Case.HAD: "We give this payment back, all of it, and your other order stays as it is. There is nothing to do.",
    Case.AGAIN: "We give the second payment back, all of it. Another letter is about the first: do not pay again.",
    Case.DIFFERS: "A person here looks at it and writes to you within one working day. Please do not pay again.",
}
"""What happens next; where a place was not to be had, `no_place` says it."""


def no_place(dates: Collection[str]) -> str:
    """What somebody can do who paid and has no place, while these dates have places left."""
    back = "All of it goes back to you at once when you press “Have all of it back” on the page of your order."
    if not dates:
        return f"No other date has a place left at the moment. {back} Please do not pay again."
    listed = "; ".join(dates)
    return (
        f"You choose. {back} Or take another date. These have places left at the moment: {listed}. Answer this letter"
        " with the one that suits you; if we hear nothing, somebody here writes to you within one working day. Please"
        " do not pay again."
    )
