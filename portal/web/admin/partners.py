"""Partners: the list, one partner with its history, adding, editing, pausing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import content
from portal.domain.content import PARTNER
from portal.domain.errors import AlreadyThere, ChangedMeanwhile
from portal.domain.places import countries
from portal.domain.roles import Role
from portal.forms.partner import PartnerForm
from portal.services import partners
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_partners", __name__, url_prefix="/admin/partners")

STATES = {
    "active": ("Takes enquiries", "yes"),
    "paused": ("Paused", "today"),
    "lacking": ("Lacks something", "overdue"),
    "ended": ("Ended", "waiting"),
}
CHOICES = {
    "nation": list(content.NATIONS.items()),
    "role": list(content.PARTNER_ROLES.items()),
    "country": [*content.HOME_COUNTRIES.items(), *countries().items()],
}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_partners() -> str:
    """All of them, by name, each with its week."""
    search, state = desk.filters()
    state = state if state in STATES else ""
    listing = partners.list_partners(parts().clock, search=search, state=state, page=desk.page_number())
    return render_template(
        "admin/partners.html",
        listing=listing,
        search=search,
        state=state,
        states=STATES,
        may_change=desk.may_change(),
    )


@bp.get("/new")
@access.staff(Role.MANAGER)
def new() -> Response:
    """The empty form."""
    return _new_page(PartnerForm(data={"nation": "england", "role": "controller", "country": "GB", "active": "yes"}))


@bp.post("/new")
@access.staff(Role.MANAGER)
def add() -> Response | AnyResponse:
    """Add one."""
    form = PartnerForm(request.form).use()
    if not form.validate():
        return _new_page(form, 422)
    try:
        partners.add(form.code.data, form.values(), desk.editor())
    except AlreadyThere as refused:
        form.refuse("code", str(refused))
        return _new_page(form, 422)
    return redirect(f"/admin/partners/{form.code.data}?done=added", 303)


@bp.get("/<code>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str) -> Response:
    """One partner with its history."""
    shown = partners.get(code, parts().clock, parts().vault, desk.page_number())
    return _page(shown, PartnerForm.showing(shown.sheet.values, shown.sheet.seal))


@bp.post("/<code>")
@access.staff(Role.MANAGER)
def edit(code: str) -> Response | AnyResponse:
    """Keep what was typed."""
    form = PartnerForm(request.form).use()
    del form.code
    if not form.validate():
        return _page(partners.get(code, parts().clock, parts().vault), form, 422)
    try:
        partners.edit(code, form.values(), form.seal.data or "", desk.editor())
    except ChangedMeanwhile as refused:
        shown = partners.get(code, parts().clock, parts().vault)
        form.seal.data = shown.sheet.seal
        return _page(shown, form, 409, meanwhile=str(refused))
    return redirect(f"/admin/partners/{code}?done=saved", 303)


@bp.post("/<code>/pause")
@access.staff(Role.MANAGER)
def pause(code: str) -> AnyResponse:
    """Pass it over from now on."""
    partners.pause(code, True, desk.editor())
    return redirect(f"/admin/partners/{code}?done=paused", 303)


@bp.post("/<code>/resume")
@access.staff(Role.MANAGER)
def resume(code: str) -> AnyResponse:
    """Let it have enquiries again."""
    partners.pause(code, False, desk.editor())
    return redirect(f"/admin/partners/{code}?done=resumed", 303)


def _new_page(form: PartnerForm, status: int = 200) -> Response:
    return make_response(render_template("admin/partner_new.html", form=form, choices=CHOICES), status)


def _page(shown: partners.Shown, form: PartnerForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/partner.html",
        shown=shown,
        form=form,
        choices=CHOICES,
        states=STATES,
        lines=content.lines(PARTNER, shown.sheet.values),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=desk.done(),
    )
    return make_response(html, status)
