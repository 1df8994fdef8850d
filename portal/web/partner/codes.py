"""A partner's access codes for its own class: the list with how many are used, issuing within what is allowed."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.access_codes import as_shown
from portal.domain.errors import Unfit
from portal.domain.working_days import london_day
from portal.forms.access_code import PartnerCodeForm
from portal.services import moment, partner_codes
from portal.services.partner_codes import Left
from portal.web import access, filters
from portal.web.parts import parts

PAGE = "/partner/codes"
bp = Blueprint("partner_codes", __name__, url_prefix=PAGE)

STATES = {
    "live": ("Gives places", "yes"),
    "used_up": ("Used up", "waiting"),
    "over": ("Over", "waiting"),
    "stopped": ("Stopped", "overdue"),
}


@bp.get("")
@access.partner_contact
def list_codes() -> str:
    """Newest first, and what is left to give."""
    page, left = partner_codes.list_of(access.person(), parts().clock, page=filters.asked_page())
    return render_template(
        "partner/codes.html",
        page=page,
        left=left,
        states=STATES,
        address=parts().links.page,
        issued=next((own for one in page.rows if (own := as_shown(one.code.code)) == request.args.get("issued")), ""),
        stopped="stopped" in request.args,
    )


@bp.get("/new")
@access.partner_contact
def new() -> Response:
    """The empty form."""
    return _new_page(PartnerCodeForm(), _left())


@bp.post("/new")
@access.partner_contact
def add() -> Response | AnyResponse:
    """Issue one."""
    left = _left()
    form = PartnerCodeForm(request.form)
    form.use([one.key for one in left], london_day(moment.now(parts().clock)))
    if not form.validate():
        return _new_page(form, left, 422)
    try:
        code = partner_codes.issue(
            form.allowance.data, form.number, form.last_day, access.person(), access.visit(), parts().clock
        )
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _new_page(form, left, 422)
    return redirect(f"{PAGE}?issued={as_shown(code)}", 303)


@bp.post("/<code>/stop")
@access.partner_contact
def stop(code: str) -> AnyResponse:
    """Let it give nothing more."""
    partner_codes.stop(code, access.person(), access.visit(), parts().clock)
    return redirect(f"{PAGE}?stopped=yes", 303)


def _left() -> list[Left]:
    _, left = partner_codes.list_of(access.person(), parts().clock, page=1)
    return left


def _new_page(form: PartnerCodeForm, left: list[Left], status: int = 200) -> Response:
    return make_response(render_template("partner/code_new.html", form=form, left=left), status)
