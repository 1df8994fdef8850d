"""Who has places held while they pay: the network, and the orders that this browser began."""

from __future__ import annotations

from flask import session

from portal.domain.held_places import OF_A_BROWSER, Visitor
from portal.web import access
from portal.web.limits import limiter

BEGUN = "begun"
REMEMBERED = 2 * OF_A_BROWSER


def visitor() -> Visitor | None:
    """Whose places are counted; nobody's where nothing is limited."""
    return Visitor(access.visit(), tuple(session.get(BEGUN, ()))) if limiter.enabled else None


def remember(reference: str) -> None:
    """Let this browser's cookie name the order, the last ones only."""
    begun = [one for one in session.get(BEGUN, ()) if one != reference]
    session[BEGUN] = [*begun, reference][-REMEMBERED:]
