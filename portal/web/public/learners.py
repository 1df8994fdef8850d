"""Naming another learner for a place of an order, behind the mailed link to it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.links import BadToken, Expired
from portal.services import moment
from portal.services.learners import Who
from portal.web import access
from portal.web.learners import ask, send
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("learners", __name__)
TEMPLATE = "public/order_learner.html"


@bp.get("/your-order/<token>/learner")
@access.token_holder
def show(token: str) -> Response | AnyResponse:
    """Who is to learn instead?"""
    read = _read(token)
    return ask(*read, _own(token), TEMPLATE) if read else redirect(_own(token), 303)


@bp.post("/your-order/<token>/learner")
@access.token_holder
@limiter.limit("30/hour")
def name(token: str) -> Response | AnyResponse:
    """Offer the place to them."""
    read = _read(token)
    return send(*read, _own(token), TEMPLATE) if read else redirect(_own(token), 303)


def _own(token: str) -> str:
    return f"/your-order/{token}"


def _read(token: str) -> tuple[str, Who] | None:
    """The order's reference and its link's holder; None for a link that has run out: the order's page says so."""
    try:
        reference, epoch = parts().links.read_order(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired:
        return None
    return reference, Who(epoch=epoch)
