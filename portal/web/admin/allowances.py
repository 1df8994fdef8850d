"""How many places a partner may give away by access codes of its own: what is allowed, and allowing more or less."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Unfit
from portal.domain.roles import Role
from portal.forms.access_code import AllowanceForm
from portal.services import course_allowances
from portal.web import access
from portal.web.admin import desk

bp = Blueprint("admin_allowances", __name__, url_prefix="/admin/partners/<code>/places")


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str) -> Response:
    """Course by course."""
    return _page(code, AllowanceForm())


@bp.post("")
@access.staff(Role.MANAGER)
def allow(code: str) -> Response | AnyResponse:
    """Allow so many from now on."""
    listing = course_allowances.list_of(code, desk.editor(), page=1)
    form = AllowanceForm(request.form).use(dict(listing.courses))
    if not form.validate():
        return _page(code, form, 422)
    try:
        course_allowances.allow(code, form.course.data, form.number, desk.editor())
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(code, form, 422)
    return redirect(f"/admin/partners/{code}/places?done=saved", 303)


def _page(code: str, form: AllowanceForm, status: int = 200) -> Response:
    html = render_template(
        "admin/allowances.html",
        listing=course_allowances.list_of(code, desk.editor(), page=desk.page_number()),
        form=form,
        may_change=desk.may_change(),
        done=desk.done(),
    )
    return make_response(html, status)
