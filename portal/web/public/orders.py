"""Back from Stripe's page, and a guest's own page of an order behind its mailed link."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import terms
from portal.domain.enquiry import masked_email
from portal.domain.errors import DeliveryError, NotFound, Unfit
from portal.forms.country import CountryForm
from portal.gateways.deadline import Deadline
from portal.services import own_orders, supply
from portal.services.cancelling import Holder
from portal.services.own_orders import Shown
from portal.services.payments import NothingToPay
from portal.web import access, choosing, downloads, opened, visitors
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts
from portal.web.public import cancelling, options

bp = Blueprint("orders", __name__)
SECONDS_TO_SETTLE = 12.0
SESSION = re.compile("[A-Za-z0-9_]{1,200}")


@bp.errorhandler(opened.DeadLink)
def _dead(_error: opened.DeadLink) -> Response:
    return never_stored(make_response(render_template("public/dead_order_link.html"), 410))


@bp.get("/terms")
@access.public
def course_terms() -> str:
    """The course terms, and how to cancel."""
    return render_template("public/terms.html", parts=terms.TEXT.split("\n\n"), terms=terms)


@bp.get("/orders/return")
@access.public
@limiter.limit("60/minute;600/hour")
def come_back() -> Response | AnyResponse:
    """How the payment went. Whoever is quicker settles it: this page, or Stripe's message to us."""
    session_id = request.args.get("session_id", "")
    till = parts().till
    if till is None or not SESSION.fullmatch(session_id):
        abort(404)
    shown = own_orders.find_by_session(session_id, parts().clock)
    late = False
    try:
        with Deadline(SECONDS_TO_SETTLE) as deadline:
            till.settle(session_id, deadline)
        shown = own_orders.find_by_session(session_id, parts().clock)
    except DeliveryError:
        late = True  # Stripe is not to be had; its message to us will come
    if access.seems_signed_in() and access.is_signed_in() and shown.order.payer_id == access.person().account_id:
        return redirect(f"/orders/{shown.order.reference}", 303)
    page = render_template(
        "public/come_back.html",
        shown=shown,
        late=late,
        here=request.full_path,
        email=masked_email(shown.order.receipt_email),
    )
    return never_stored(make_response(page))


@bp.get("/your-order/<token>")
@access.token_holder
def show(token: str) -> Response:
    """Where the order is, what it costs, its papers. A link that was ended offers a new one, like one that ran out."""
    reference, epoch = _read(token)
    try:
        shown = own_orders.open_for_guest(reference, epoch, parts().clock)
    except NotFound:
        raise opened.DeadLink(reference) from None
    return page_of(shown, f"/your-order/{token}")


@bp.post("/your-order/<token>/pay")
@access.token_holder
@limiter.limit("30/minute")
def pay(token: str) -> Response | AnyResponse:
    """On to Stripe's page for an order that is not paid yet."""
    shown = own_orders.open_for_guest(*_read(token), parts().clock)
    return to_stripe(shown, f"/your-order/{token}")


@bp.post("/your-order/<token>/country")
@access.token_holder
@limiter.limit("30/minute")
def country(token: str) -> Response | AnyResponse:
    """The buyer says where they live."""
    shown = own_orders.open_for_guest(*_read(token), parts().clock)
    return take_country(shown, f"/your-order/{token}")


@bp.get("/your-order/<token>/cancel")
@access.token_holder
def offer_to_cancel(token: str) -> Response | AnyResponse:
    """What goes back if the order is cancelled now."""
    reference, epoch = _read(token)
    return cancelling.show(reference, Holder(epoch=epoch), f"/your-order/{token}")


@bp.post("/your-order/<token>/cancel")
@access.token_holder
@limiter.limit("30/minute")
def cancel(token: str) -> Response | AnyResponse:
    """Cancel it."""
    reference, epoch = _read(token)
    return cancelling.press(reference, Holder(epoch=epoch), f"/your-order/{token}")


@bp.get("/your-order/<token>/papers/<number>")
@access.token_holder
@limiter.limit("60/minute")
def paper(token: str, number: str) -> Response:
    """One of its papers, as a file."""
    reference, epoch = _read(token)
    file = own_orders.paper(reference, number, parts().drawer, epoch=epoch, account_id=None)
    return downloads.pdf(number, file)


@bp.post("/your-order/<token>/link")
@access.token_holder
@limiter.limit("10/hour")
def new_link(token: str) -> Response:
    """Mail a new link to the address on file; the page says the same whether or not there is one."""
    reference = opened.reference_of(parts().links.read_order, token)
    address = own_orders.email_of(reference)
    if address and may_write_to(address):
        own_orders.send_new_link(reference, parts().clock)
    return never_stored(make_response(render_template("public/new_link_sent.html", what="order")))


def page_of(
    shown: Shown,
    path: str,
    status: int = 200,
    banner: tuple[str, str] | None = None,
    form: CountryForm | None = None,
) -> Response:
    """The order's page, for its guest or its owner; `path` is where its buttons lead."""
    form = form or CountryForm()
    asked = supply.question(shown.order.reference)
    page = render_template(
        "public/order.html",
        shown=shown,
        asked=asked,
        form=form,
        country_options=options.chosen(options.every_country(), form.country.data) if asked else "",
        order=shown.order,
        path=path,
        banner=banner,
        choices=choosing.paths_for_payer(shown.places, shown.now),
        can_pay=parts().till is not None and shown.can_be_paid,
    )
    return never_stored(make_response(page, status))


def take_country(shown: Shown, path: str) -> Response | AnyResponse:
    """Keep where the buyer lives, or say what is missing."""
    form = CountryForm(request.form).use()
    if not form.validate():
        return page_of(shown, path, 422, form=form)
    supply.answer(shown.order.reference, form.country.data, parts().clock)
    return redirect(path, 303)


def to_stripe(shown: Shown, path: str) -> Response | AnyResponse:
    """On to Stripe's page, or back to the order's with a word why not."""
    till = parts().till
    if till is None:
        abort(404)
    try:
        return redirect(till.begin(shown.order.reference, visitors.visitor()), 303)
    except NothingToPay:
        return redirect(path, 303)
    except Unfit as refused:
        said = (str(refused), "The course’s page says what can be booked. Or ring us.")
        return page_of(shown, path, 409, None if shown.obstacle else said)
    except DeliveryError:
        said = ("Stripe’s page can’t be reached at the moment", "Nothing was paid. Try again in a minute.")
        answer = page_of(shown, path, 503, said)
        answer.headers["Retry-After"] = "60"
        return answer


def _read(token: str) -> tuple[str, int]:
    return opened.read_own(parts().links.read_order, token)
