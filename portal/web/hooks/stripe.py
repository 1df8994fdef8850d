"""Stripe's messages. Kept with what they make us look at, and answered; the worker looks."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, request

from portal.gateways.payments import BadMessage
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("stripe_hook", __name__)
log = logging.getLogger("portal.hooks")


@bp.post("/hooks/stripe")
@access.machine
def receive() -> Response:
    """200 for every message that Stripe signed, also for one that was here before or says nothing to us."""
    till = parts().till
    if till is None:
        abort(404)
    try:
        message = till.stripe.read(request.get_data(cache=False), request.headers.get("Stripe-Signature", ""))
    except BadMessage as refused:
        log.warning("stripe_message_refused", extra={"why": str(refused)})
        return Response("refused\n", 400, content_type="text/plain; charset=utf-8")
    till.receive(message)
    return Response("kept\n", 200, content_type="text/plain; charset=utf-8")
