"""Reading the token of a link that somebody opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort

from portal.domain.errors import NotFound
from portal.domain.links import BadToken, Expired
from portal.services import moment
from portal.web.parts import parts

Said = TypeVar("Said")


class DeadLink(Exception):
    """A true link to somebody's own page whose time is over; `reference` says which record it led to."""

    def __init__(self, reference: str) -> None:
        super().__init__("dead link")
        self.reference = reference


def read_own(reader: Callable[[str, dt.datetime], tuple[str, int]], token: str) -> tuple[str, int]:
    """(reference, epoch) of a link to an own page; a forged one is a page that is not here. Raises DeadLink."""
    try:
        return reader(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired as expired:
        raise DeadLink(str(expired.payload["r"])) from None


def reference_of(reader: Callable[[str, dt.datetime], tuple[str, int]], token: str) -> str:
    """The reference that a link names, whether or not its time is over: a new one is mailed to the address on file."""
    try:
        return read_own(reader, token)[0]
    except DeadLink as dead:
        return dead.reference


def read_late(reader: Callable[[str, dt.datetime], Said], token: str, of: Callable[[dict[str, Any]], Said]) -> Said:
    """What a true link says, whether or not its time is over; `of` reads the words of one that is."""
    try:
        return reader(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired as expired:
        return of(expired.payload)


def read(reader: Callable[[str, dt.datetime], Said], token: str) -> Said:
    """What the link says, by its reader; a forged one is a page that is not here. Raises NotFound when it is over."""
    try:
        return reader(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired:
        raise NotFound("The link has run out.") from None
