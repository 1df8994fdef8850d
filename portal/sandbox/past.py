"""What all sample data is made with: a clock that says what it is told, and names that nobody bears."""

from __future__ import annotations

import datetime as dt

from portal.gateways.clock import Clock
from portal.models.session import Source

FIRST = "Priya Tom Aoife Mohammed Grace Łukasz Zoë Daniel Chidi Hannah Owain Mei Siân Kofi Ruth Andrei".split()
LAST = "Nair Whitcombe O’Dowd Rahman Ellery Nowak Bright Marlow Okoro Finch Prys Lin Vaughan Asante Bello Popa".split()
PLAIN = str.maketrans("ëâł", "eal", "’")  # for an address made of a name


class PastClock(Clock):
    """A clock that says what it is told: what happened months ago is done at its own time."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = dt.datetime.now(dt.UTC)

    def now(self, source: Source) -> dt.datetime:
        """The moment it was set to."""
        return self.moment
