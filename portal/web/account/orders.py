"""A trainee's own orders: the list, and each one's page, which is the guest's page at an address of its own."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.services import own_orders
from portal.services.cancelling import Holder
from portal.web import access, downloads
from portal.web.limits import limiter
from portal.web.parts import parts
from portal.web.public import cancelling
from portal.web.public.orders import page_of, take_country, to_stripe

bp = Blueprint("own_orders", __name__)


@bp.get("/account/orders")
@access.signed_in
def list_orders() -> str:
    """Newest first. One that was made as a guest opens by its own link."""
    page, now = own_orders.list_of(access.person(), parts().clock, request.args.get("page", 1, type=int))
    links = parts().links
    paths = [
        f"/orders/{one.reference}" if one.payer_id else links.order_path(one.reference, one.link_epoch, now)
        for one in page.rows
    ]
    return render_template("account/orders.html", page=page, paths=paths)


@bp.get("/orders/<reference>")
@access.signed_in
def show(reference: str) -> Response:
    """Where the order is, what it costs, its papers."""
    shown = own_orders.open_for_owner(reference, access.person().account_id, parts().clock)
    return page_of(shown, f"/orders/{shown.order.reference}")


@bp.post("/orders/<reference>/pay")
@access.signed_in
@limiter.limit("30/minute")
def pay(reference: str) -> Response | AnyResponse:
    """On to Stripe's page for an order that is not paid yet."""
    shown = own_orders.open_for_owner(reference, access.person().account_id, parts().clock)
    return to_stripe(shown, f"/orders/{shown.order.reference}")


@bp.post("/orders/<reference>/country")
@access.signed_in
def country(reference: str) -> Response | AnyResponse:
    """The buyer says where they live."""
    shown = own_orders.open_for_owner(reference, access.person().account_id, parts().clock)
    return take_country(shown, f"/orders/{shown.order.reference}")


@bp.get("/orders/<reference>/cancel")
@access.signed_in
def offer_to_cancel(reference: str) -> Response | AnyResponse:
    """What goes back if the order is cancelled now."""
    return cancelling.show(reference, Holder(account_id=access.person().account_id), f"/orders/{reference}")


@bp.post("/orders/<reference>/cancel")
@access.signed_in
@limiter.limit("30/minute")
def cancel(reference: str) -> Response | AnyResponse:
    """Cancel it."""
    return cancelling.press(reference, Holder(account_id=access.person().account_id), f"/orders/{reference}")


@bp.get("/orders/<reference>/papers/<number>")
@access.signed_in
@limiter.limit("60/minute")
def paper(reference: str, number: str) -> Response:
    """One of its papers, as a file."""
    account_id = access.person().account_id
    file = own_orders.paper(reference, number, parts().drawer, epoch=None, account_id=account_id)
    return downloads.pdf(number, file)
