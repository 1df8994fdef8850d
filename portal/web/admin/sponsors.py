"""Sponsors: the list, one sponsor with its history, adding, editing, stopping."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import content
from portal.domain.content import SPONSOR
from portal.domain.errors import AlreadyThere, ChangedMeanwhile
from portal.domain.roles import Role
from portal.forms.sponsor import SponsorForm
from portal.services import sponsors
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_sponsors", __name__, url_prefix="/admin/sponsors")

STATES = {"active": ("Active", "yes"), "stopped": ("Stopped", "waiting")}
CHOICES = {"kind": list(content.SPONSOR_KINDS.items())}
DONE = {
    "added": ("Added", "Contacts can be invited for this sponsor from now on."),
    "saved": ("Saved", "It counts from now on."),
    "stopped": ("Stopped", "Nobody signs in for this sponsor from now on."),
    "resumed": ("No longer stopped", "The contacts of this sponsor can sign in again."),
}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_sponsors() -> str:
    """All of them, by name."""
    search, state = desk.filters()
    state = state if state in STATES else ""
    return render_template(
        "admin/sponsors.html",
        listing=sponsors.list_sponsors(search=search, state=state, page=desk.page_number()),
        search=search,
        state=state,
        states=STATES,
        kinds=content.SPONSOR_KINDS,
        may_change=desk.may_change(),
    )


@bp.get("/new")
@access.staff(Role.MANAGER)
def new() -> Response:
    """The empty form."""
    return _new_page(SponsorForm())


@bp.post("/new")
@access.staff(Role.MANAGER)
def add() -> Response | AnyResponse:
    """Add one."""
    form = SponsorForm(request.form).use()
    if not form.validate():
        return _new_page(form, 422)
    try:
        sponsors.add(form.code.data, form.values(), desk.editor())
    except AlreadyThere as refused:
        form.refuse("code", str(refused))
        return _new_page(form, 422)
    return redirect(f"/admin/sponsors/{form.code.data}?done=added", 303)


@bp.get("/<code>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str) -> Response:
    """One sponsor with its history."""
    shown = sponsors.get(code, parts().vault, desk.page_number())
    return _page(shown, SponsorForm.showing(shown.sheet.values, shown.sheet.seal))


@bp.post("/<code>")
@access.staff(Role.MANAGER)
def edit(code: str) -> Response | AnyResponse:
    """Keep what was typed."""
    form = SponsorForm(request.form).use()
    del form.code
    if not form.validate():
        return _page(sponsors.get(code, parts().vault), form, 422)
    try:
        sponsors.edit(code, form.values(), form.seal.data or "", desk.editor())
    except ChangedMeanwhile as refused:
        shown = sponsors.get(code, parts().vault)
        form.seal.data = shown.sheet.seal
        return _page(shown, form, 409, meanwhile=str(refused))
    return redirect(f"/admin/sponsors/{code}?done=saved", 303)


@bp.post("/<code>/stop")
@access.staff(Role.MANAGER)
def stop(code: str) -> AnyResponse:
    """Let nobody in for it from now on."""
    sponsors.stop(code, True, desk.editor())
    return redirect(f"/admin/sponsors/{code}?done=stopped", 303)


@bp.post("/<code>/resume")
@access.staff(Role.MANAGER)
def resume(code: str) -> AnyResponse:
    """Let its contacts in again."""
    sponsors.stop(code, False, desk.editor())
    return redirect(f"/admin/sponsors/{code}?done=resumed", 303)


def _new_page(form: SponsorForm, status: int = 200) -> Response:
    return make_response(render_template("admin/sponsor_new.html", form=form, choices=CHOICES), status)


def _page(shown: sponsors.Shown, form: SponsorForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/sponsor.html",
        shown=shown,
        form=form,
        choices=CHOICES,
        states=STATES,
        lines=content.lines(SPONSOR, shown.sheet.values),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(html, status)
