"""Entering that a buyer has sent back what they were given twice."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.roles import Role
from portal.forms.sent_back import SentBackForm
from portal.services import sent_back
from portal.web import access
from portal.web.parts import parts

PAGE = "/admin/orders/<reference>/refund/sent-back"
bp = Blueprint("admin_sent_back", __name__)


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show(reference: str) -> Response:
    """When and how it came; `?refund=` names the one that was too much."""
    return _page(reference, SentBackForm())


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def enter(reference: str) -> Response | AnyResponse:
    """Write it down, once."""
    form = SentBackForm(request.form)
    if not form.validate():
        return _page(reference, form, 422)
    us = (access.visit(), parts().clock, access.person())
    try:
        sent_back.enter(reference, _key(), form.day, form.note.data, *us)
    except NotFound:
        raise
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(reference, form, 422)
    except Refusal:
        return _page(reference, form, 409)
    return redirect(f"/admin/orders/{reference}?done=sent_back", 303)


def _key() -> str:
    return request.values.get("refund", "")


def _page(reference: str, form: SentBackForm, status: int = 200) -> Response:
    """Where nothing is too much any more, the page says so instead."""
    shown = sent_back.show(reference, _key())
    return make_response(render_template("admin/sent_back.html", shown=shown, form=form), status)
