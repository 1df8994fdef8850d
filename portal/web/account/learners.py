"""Naming another learner for a place of one's own order, signed in."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from portal.services.learners import Who
from portal.web import access
from portal.web.learners import ask, send
from portal.web.limits import limiter

bp = Blueprint("own_learners", __name__)
TEMPLATE = "public/order_learner.html"


@bp.get("/orders/<reference>/learner")
@access.signed_in
def show(reference: str) -> Response:
    """Who is to learn instead?"""
    return ask(reference, _who(), f"/orders/{reference}", TEMPLATE)


@bp.post("/orders/<reference>/learner")
@access.signed_in
@limiter.limit("30/hour")
def name(reference: str) -> Response | AnyResponse:
    """Offer the place to them."""
    return send(reference, _who(), f"/orders/{reference}", TEMPLATE)


def _who() -> Who:
    return Who(account_id=access.person().account_id)
