"""Entering that money which Stripe could not give back has reached the buyer another way."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.refunds import OtherWay
from portal.domain.roles import Role
from portal.forms.repayment import RepaymentForm
from portal.services import repayments
from portal.services.repayments import PaidOtherwise
from portal.web import access
from portal.web.parts import parts

PAGE = "/admin/orders/<reference>/refund/paid"
bp = Blueprint("admin_repayments", __name__)

WAYS = (
    (OtherWay.BANK_TRANSFER, "Bank transfer"),
    (OtherWay.CHEQUE, "Cheque"),
    (OtherWay.OTHER, "Another way"),
)


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show(reference: str) -> Response:
    """When and how it was paid; `?refund=` names the refund that failed."""
    return _page(reference, RepaymentForm().use())


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def enter(reference: str) -> Response | AnyResponse:
    """Write it down, once."""
    form = RepaymentForm(request.form).use()
    if not form.validate():
        return _page(reference, form, 422)
    paid = PaidOtherwise(OtherWay(form.way.data), form.day, form.note.data)
    try:
        repayments.enter(reference, _key(), paid, access.visit(), parts().clock, access.person())
    except NotFound:
        raise
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(reference, form, 422)
    except Refusal:
        return _page(reference, form, 409)
    return redirect(f"/admin/orders/{reference}/refund?done=repaid", 303)


def _key() -> str:
    return request.values.get("refund", "")


def _page(reference: str, form: RepaymentForm, status: int = 200) -> Response:
    """Where the money is not owed any more, the page says so instead."""
    shown = repayments.show(reference, _key(), parts().clock)
    return make_response(render_template("admin/repayment.html", shown=shown, form=form, ways=WAYS), status)
