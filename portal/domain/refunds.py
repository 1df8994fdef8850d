"""Money that goes back: which of Stripe's words follows which, and who has asked for it."""

from __future__ import annotations

from portal.domain.orders import RefundState

ALIVE = (RefundState.ASKED, RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED)
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
}


def follows(before: RefundState, after: RefundState) -> bool:
    """Whether a refund that was `before` can be `after` by now. Answers overtake each other: an older one is no news.

    One that succeeded can fail days later; one that failed stays so, and the money is given back by another.
    """
    return after is not before and (_RANK[after] > _RANK[before] or _RANK[after] == _RANK[before] == 1)


def state_of(status: str) -> RefundState:
    """Stripe's word as ours; one that we do not know yet is waited for."""
    return RefundState(status) if status in set(RefundState) else RefundState.PENDING
