"""Places that are kept while somebody pays, or proves an address: how many of one date a visitor may have kept.

So no one keeps all of a date from others. A class of ten that pays from one room has room for itself, and one of thirty
where there is nothing to pay; who has paid, or taken a place up, counts no more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.security import Visit

OF_A_BROWSER = 4
OF_A_NETWORK = 10
BEGUN_A_DAY = 20
"""How often a network may begin to pay for places on a date and not do so: else the same places are held again."""
DAY = dt.timedelta(days=1)
FREE_OF_A_NETWORK = 30
LOOKED_BACK = dt.timedelta(days=60)
"""Longer than a place waits for its learner, or for a bank's money."""


@dataclass(frozen=True)
class Visitor:
    """Who has places held: from where, and the references of the orders that this browser began."""

    visit: Visit
    begun: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What is held of a date, and was begun within a day and is not paid, the place that is asked for counted in."""

    by_browser: int
    by_network: int
    begun: int

    @property
    def refusal(self) -> str:
        """Why no further place is held; empty when it is."""
        if self.by_browser > OF_A_BROWSER:
            return (
                f"You hold {OF_A_BROWSER} places on this date already that are not paid for. Pay for those first, or"
                " try again in half an hour. For a group, ring us"
            )
        if self.by_network > OF_A_NETWORK:
            return (
                f"{OF_A_NETWORK} places on this date are being paid for from your network right now, and we hold no"
                " more at once. Try again when one is paid for, or in half an hour, or ring us"
            )
        if self.begun > BEGUN_A_DAY:
            return "Too many places on this date were kept for your network today and not paid for. Please ring us"
        return ""


def refusal_of_free(waiting: int) -> str:
    """Why no further place that costs nothing is given, while so many from a network wait to be taken up."""
    if waiting <= FREE_OF_A_NETWORK:
        return ""
    return (
        f"{FREE_OF_A_NETWORK} places on this date that were ordered from your network wait to be taken up, by the link"
        " in our letter. Try again when some are, or ring us"
    )
