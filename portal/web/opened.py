"""Reading the token of a link that somebody opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from flask import abort

from portal.domain.errors import NotFound
from portal.domain.links import BadToken, Expired
from portal.services import moment
from portal.web.parts import parts

Said = TypeVar("Said")


def read(reader: Callable[[str, dt.datetime], Said], token: str) -> Said:
    """What the link says, by its reader; a forged one is a page that is not here. Raises NotFound when it is over."""
    try:
        return reader(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired:
        raise NotFound("The link has run out.") from None
