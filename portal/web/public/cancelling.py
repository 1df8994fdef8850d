"""Cancelling an order: the page that shows what goes back, and its button; for a guest's link and for an owner."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import DeliveryError, Unfit
from portal.forms.cancelling import CancellingForm
from portal.services import cancelling
from portal.services.cancelling import Holder, NothingToCancel, SumChanged
from portal.web import access, choosing
from portal.web.headers import never_stored
from portal.web.limits import may_write_to
from portal.web.parts import parts

CHANGED = "What you get back has changed", "Nothing was cancelled. Please look once more, and press again."
AWAY = "Stripe can’t be reached at the moment", "Nothing was cancelled. Try again in a minute."


def show(reference: str, holder: Holder, path: str) -> Response | AnyResponse:
    """What cancelling means now, line by line. `path` is the order's page."""
    try:
        return _page(reference, holder, path, CancellingForm())
    except NothingToCancel:
        return redirect(path, 303)


def press(reference: str, holder: Holder, path: str) -> Response | AnyResponse:
    """Cancel. A page at which it could still be paid is closed first, so that what is cancelled is not paid."""
    form, till = CancellingForm(request.form), parts().till
    try:
        offered = cancelling.offer(reference, holder, parts().clock)
        may_write = not offered.is_without_money or may_write_to(offered.order.receipt_email)
        if till is not None:
            till.end_pages(reference)
        cancelling.cancel(
            reference,
            form.positions,
            form.shown_pence,
            holder,
            access.visit(),
            parts().clock,
            parts().seller,
            may_write=may_write,
        )
    except NothingToCancel:
        return redirect(path, 303)  # pressed twice, or the page has ended by itself
    except Unfit as refused:
        form.lines.errors = [str(refused)]
        return _page(reference, holder, path, form, 422)
    except SumChanged:
        return _again(reference, holder, path, form, 409, CHANGED)
    except DeliveryError:
        return _again(reference, holder, path, form, 503, AWAY)
    return redirect(path, 303)


def _again(
    reference: str, holder: Holder, path: str, form: CancellingForm, status: int, banner: tuple[str, str]
) -> Response | AnyResponse:
    try:
        return _page(reference, holder, path, form, status, banner)
    except NothingToCancel:
        return redirect(path, 303)


def _page(
    reference: str,
    holder: Holder,
    path: str,
    form: CancellingForm,
    status: int = 200,
    banner: tuple[str, str] | None = None,
) -> Response:
    offered = cancelling.offer(reference, holder, parts().clock)
    ticked = form.positions if form.lines.data else set()
    page = render_template(
        "public/cancel_order.html",
        offered=offered,
        order=offered.order,
        form=form,
        ticked=ticked,
        choices=choosing.paths_for_payer(offered.places, offered.now),
        path=path,
        banner=banner,
    )
    answer = never_stored(make_response(page, status))
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer
