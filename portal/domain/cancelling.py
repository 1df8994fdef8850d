"""Cancelling an order: what it means at each stage of it, and how much of a course was had by then."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from portal.domain.cancellation import Supplied
from portal.domain.orders import TO_PAY, OrderState


class Way(StrEnum):
    """What cancelling means."""

    UNPAID = "unpaid"  # nothing was paid, so nothing goes back
    AWAITED = "awaited"  # the bank's money may still come; all of it goes back then
    FREE = "free"  # the place is given back
    NOT_CHARGED = "not_charged"  # paid and never charged: all of it goes back, whoever paid
    BY_LAW = "by_law"  # line by line, as the law says
    OVER = "over"  # there is nothing to cancel any more


_WAYS = {
    **dict.fromkeys(TO_PAY, Way.UNPAID),
    OrderState.AWAITING: Way.AWAITED,
    OrderState.FREE: Way.FREE,
    OrderState.HELD_UP: Way.NOT_CHARGED,
    OrderState.PAID: Way.BY_LAW,
}


def way_of(state: OrderState, *, has_places: bool, is_had: bool = False) -> Way:
    """What cancelling an order in this state means; `has_places`: one of its places has not ended.

    One that gave no place for nothing but that another order had given it (`is_had`) goes back by itself.
    """
    way = _WAYS.get(state, Way.OVER)
    if way is Way.NOT_CHARGED and is_had:
        return Way.OVER
    return Way.OVER if way in (Way.FREE, Way.BY_LAW) and not has_places else way


def had_of_days(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> Supplied:
    """What was had of a course with dates: its whole days that are past. The day that runs costs nothing."""
    whole = (ends_on - starts_on).days + 1
    return Supplied(min(max((today - starts_on).days, 0), whole), whole, "days")


KEPT_OUT = "This course is closed for the moment. Ring us: we settle that first."
"""Said of a place that cost nothing: its learner does not come in again by giving it back and ordering a new one."""

NOT_KNOWN = Supplied(0, 1)
"""What was had of a course without dates while no learning platform tells us: nothing that we could prove."""
