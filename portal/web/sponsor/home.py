"""The first page of sponsors' contacts, and the undertaking before it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.organisation import Side
from portal.forms.staff import UndertakingForm
from portal.services import contacts
from portal.web import access, undertaking
from portal.web.parts import parts

bp = Blueprint("sponsor", __name__, url_prefix="/sponsor")

UNDERTAKING = "/sponsor/undertaking"


@bp.get("/undertaking")
@access.sponsor_contact
def promise() -> Response:
    """What everybody who sees people's data promises."""
    return undertaking.page(UndertakingForm(), UNDERTAKING)


@bp.post("/undertaking")
@access.sponsor_contact
def undertake() -> Response | AnyResponse:
    """Promise it."""
    form = UndertakingForm(request.form).use()
    if not form.validate():
        return undertaking.page(form, UNDERTAKING, 422)
    contacts.undertake(access.person(), access.visit(), parts().clock)
    return redirect("/sponsor", 303)


@bp.get("")
@access.sponsor_contact
def home() -> str:
    """For whom they are signed in, and what will be here."""
    return render_template("sponsor/home.html", own=contacts.list_own(access.person(), Side.SPONSOR))
