"""Giving money back: what is left of an order, a check of the sum, and the button that does it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import money
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.roles import Role
from portal.forms.refund import RefundForm
from portal.services import refund_desk
from portal.services.refund_desk import Refund, Shown, Wish
from portal.web import access
from portal.web.parts import parts

PAGE = "/admin/orders/<reference>/refund"
bp = Blueprint("admin_refunds", __name__)

UNCHARGED = "Paid, and never charged"
DONE = {
    "refund": ("The money goes back", "The buyer is told now, and Stripe is asked within a minute."),
    "repaid": ("It is entered", "The ledger has it, and the buyer is told by letter."),
    "ended": ("The place has ended", "Whoever paid gets a letter, and so does a learner who was named."),
    "named": ("It is written down", "The credit note is issued, and the buyer is told."),
}


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show(reference: str) -> Response:
    """What can go back, and what has."""
    shown = refund_desk.show(reference, parts().clock)
    left = [f"{one.left_pence / 100:.2f}" if one.left_pence else "" for one in shown.lines]
    ends = [str(one.line.position) for one in shown.lines if one.has_place]
    return _page(shown, _used(RefundForm(data={"amount": left, "ends": ends}), shown))


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def check(reference: str) -> Response:
    """The sum once more, before it goes."""
    shown, form = _posted(reference)
    of = _unknown(shown)
    if not _is_right(shown, form, of):
        return _page(shown, form, 422)
    html = render_template("admin/refund_check.html", shown=shown, form=form, wish=_wish(form), of=of)
    return make_response(html)


@bp.post(f"{PAGE}/send")
@access.staff(Role.MANAGER, Role.FINANCE)
def send(reference: str) -> Response | AnyResponse:
    """Give it back; or, for what was given back on Stripe's own pages, say what it was for."""
    shown, form = _posted(reference)
    of = _unknown(shown)
    if not _is_right(shown, form, of):
        return _page(shown, form, 422)
    us = (access.visit(), parts().clock, parts().seller, access.person())
    try:
        if of is not None:
            refund_desk.name_lines(reference, of.key, _wish(form), *us)
        else:
            refund_desk.give_back(reference, _wish(form), *us)
    except Refusal as refused:
        return _refused(reference, form, refused)
    return redirect(f"/admin/orders/{reference}/refund?done={'named' if of else 'refund'}", 303)


@bp.post(f"{PAGE}/payment")
@access.staff(Role.MANAGER, Role.FINANCE)
def send_payment(reference: str) -> Response | AnyResponse:
    """All that is left of a payment and was never charged."""
    source = request.form.get("payment", "")
    try:
        refund_desk.give_back_payment(reference, source, UNCHARGED, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(reference, RefundForm(), refused)
    return redirect(f"/admin/orders/{reference}/refund?done=refund", 303)


@bp.post(f"{PAGE}/again")
@access.staff(Role.MANAGER, Role.FINANCE)
def send_again(reference: str) -> Response | AnyResponse:
    """One that failed, once more."""
    key = request.form.get("refund", "")
    try:
        refund_desk.again(reference, key, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(reference, RefundForm(), refused)
    return redirect(f"/admin/orders/{reference}/refund?done=refund", 303)


@bp.post(f"{PAGE}/end")
@access.staff(Role.MANAGER, Role.FINANCE)
def end_place(reference: str) -> Response | AnyResponse:
    """A place for which nothing is left to give back."""
    place = request.form.get("place", "")
    try:
        refund_desk.end_place(reference, place, access.visit(), parts().clock, access.person())
    except NotFound:
        raise
    except Refusal as refused:
        return _refused(reference, RefundForm(), refused)
    return redirect(f"/admin/orders/{reference}/refund?done=ended", 303)


def _posted(reference: str) -> tuple[Shown, RefundForm]:
    shown = refund_desk.show(reference, parts().clock)
    return shown, _used(RefundForm(request.form), shown)


def _used(form: RefundForm, shown: Shown) -> RefundForm:
    return form.use([one.line.position for one in shown.lines])


def _unknown(shown: Shown) -> Refund | None:
    """The refund of Stripe's own pages that the form explains, if it does."""
    key = request.values.get("of", "")
    found = next((one for one in shown.unknown if one.key == key), None)
    if key and found is None:
        raise NotFound("There is no such refund to explain.")
    return found


def _wish(form: RefundForm) -> Wish:
    return Wish(form.pence, form.places, form.reason.data or "", form.known)


def _is_right(shown: Shown, form: RefundForm, of: Refund | None) -> bool:
    """Whether the form is right, and the sums can go back; all that is wrong stands in the form."""
    form.validate()
    if not form.wrong:
        try:
            refund_desk.check(shown, _wish(form), of)
        except Unfit as refused:
            form.wrong[refused.column] = str(refused)
    return not form.problems


def _refused(reference: str, form: RefundForm, refused: Refusal) -> Response:
    """Said on the page, as it is by now: somebody else was quicker."""
    shown = refund_desk.show(reference, parts().clock)
    return _page(shown, _used(form, shown), 409, str(refused))


def _page(shown: Shown, form: RefundForm, status: int = 200, refusal: str = "") -> Response:
    html = render_template(
        "admin/refund.html",
        shown=shown,
        form=form,
        of=_unknown(shown) if request.endpoint != "admin_refunds.send" or status == 422 else None,
        words=money.pounds,
        refusal=refusal,
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(html, status)
