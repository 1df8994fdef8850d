"""Putting right the address that an order's letters go to, by staff who were asked to."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import AlreadyThere
from portal.domain.roles import Role
from portal.forms.order_address import OrderAddressForm
from portal.services import order_addresses
from portal.services.order_addresses import Order
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("admin_order_addresses", __name__)
PAGE = "/admin/orders/<reference>/address"


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show(reference: str) -> Response:
    """Where the letters go now."""
    order = order_addresses.get(reference)
    return _page(order, OrderAddressForm(data={"receipt_email": order.receipt_email}))


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def change(reference: str) -> Response | AnyResponse:
    """Send them there from now on, with new links, and back to the order."""
    order, form = order_addresses.get(reference), OrderAddressForm(request.form)
    if not form.validate():
        return _page(order, form, 422)
    visit, clock, by = access.visit(), parts().clock, access.person()
    try:
        order_addresses.change(reference, form.receipt_email.data, visit, clock, by)
    except AlreadyThere as refused:
        form.refuse("receipt_email", str(refused))
        return _page(order, form, 422)
    return redirect(f"/admin/orders/{reference}?done=address", 303)


def _page(order: Order, form: OrderAddressForm, status: int = 200) -> Response:
    return make_response(render_template("admin/order_address.html", order=order, form=form), status)
