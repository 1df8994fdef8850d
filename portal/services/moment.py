"""The time, for pages that judge a link by it."""

from __future__ import annotations

import datetime as dt

from portal.gateways.clock import Clock
from portal.models.session import looking


def now(clock: Clock) -> dt.datetime:
    """The portal's time, as aware UTC."""
    with looking() as connection:
        return clock.now(connection)
