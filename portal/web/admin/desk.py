"""What the staff pages about partners, sponsors, courses and rules share."""

from __future__ import annotations

from flask import request

from portal.domain.roles import Role
from portal.services.partners import Editor
from portal.web import access
from portal.web.parts import parts

DONE = {
    "added": ("Added", "It counts from now on."),
    "saved": ("Saved", "It counts from now on."),
    "cancelled": ("Cancelled", "Nobody can buy it any more. Whoever has a place on it is written to now."),
    "paused": ("Paused", "Routing passes this partner over from now on."),
    "resumed": ("No longer paused", "Routing may choose this partner from now on."),
    "removed": ("Removed", "Routing does not try this rule any more."),
}


def editor() -> Editor:
    """Who is at work here."""
    return Editor(access.person(), access.visit(), parts().clock.now, parts().vault)


def may_change() -> bool:
    """True for managers; the role for enquiries only reads."""
    return Role.MANAGER in access.person().roles


def done() -> tuple[str, str] | None:
    """What has just been done, for the banner."""
    return DONE.get(request.args.get("done", ""))


def page_number() -> int:
    """Which page of a list is asked for."""
    return request.args.get("page", 1, type=int)


def filters() -> tuple[str, str]:
    """What is searched for, and in which state."""
    return request.args.get("search", "")[:100].strip(), request.args.get("state", "")
