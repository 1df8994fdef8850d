"""Money that goes back: which of Stripe's words follows which, who has asked for it, and other ways than Stripe's."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from portal.domain.errors import Unfit
from portal.domain.orders import RefundState

ON_THEIR_WAY = (RefundState.ASKED, RefundState.PENDING, RefundState.REQUIRES_ACTION)
ALIVE = (*ON_THEIR_WAY, RefundState.SUCCEEDED, RefundState.PAID_OTHERWISE)
"""Refunds that have given money back, or may still do so."""

ENDED = (RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED)

BY_BUYER, BY_US = "the buyer", "the portal"
"""Who asked for a refund that no member of staff asked for."""

_RANK = {
    RefundState.ASKED: 0,
    RefundState.PENDING: 1,
    RefundState.REQUIRES_ACTION: 1,
    RefundState.SUCCEEDED: 2,
    RefundState.FAILED: 3,
    RefundState.CANCELED: 3,
    RefundState.PAID_OTHERWISE: 3,
}
OF_STRIPE = frozenset(RefundState) - {RefundState.ASKED, RefundState.PAID_OTHERWISE}


class OtherWay(StrEnum):
    """How money reaches a buyer when Stripe can't give it back: a card that is closed, say."""

    BANK_TRANSFER = "bank_transfer"
    CHEQUE = "cheque"
    OTHER = "other"


PAID_BY = {
    OtherWay.BANK_TRANSFER: "Paid by bank transfer",
    OtherWay.CHEQUE: "Paid by cheque",
    OtherWay.OTHER: "Paid another way",
}
"""The reason that stands at such a refund."""


def check_paid_on(on: dt.date, asked_on: dt.date, today: dt.date) -> None:
    """Raises Unfit for a day to come, and for one before the refund was first asked for."""
    if on > today:
        raise Unfit("paid_on", "That day is to come: enter it once the money is paid")
    if on < asked_on:
        raise Unfit("paid_on", "The refund was asked for later: enter that day or a later one")


def check_came_on(on: dt.date, known_on: dt.date, today: dt.date) -> None:
    """Raises Unfit for a day to come, and for one before we knew that the money had gone back twice."""
    if on > today:
        raise Unfit("came_on", "That day is to come: enter it once the money is here")
    if on < known_on:
        raise Unfit("came_on", "It went back twice later: enter that day or a later one")


def follows(before: RefundState, after: RefundState) -> bool:
    """Whether a refund that was `before` can be `after` by now. Answers overtake each other: an older one is no news.

    One that succeeded can fail days later; one that failed stays so, and the money is given back by another.
    """
    return after is not before and (_RANK[after] > _RANK[before] or _RANK[after] == _RANK[before] == 1)


def state_of(status: str) -> RefundState:
    """Stripe's word as ours; one that we do not know yet is waited for."""
    return RefundState(status) if status in OF_STRIPE else RefundState.PENDING
