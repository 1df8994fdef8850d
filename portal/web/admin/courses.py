"""Courses: the list, one course with its dates and its history, adding, editing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import content
from portal.domain.content import COURSE
from portal.domain.errors import AlreadyThere, ChangedMeanwhile
from portal.domain.roles import Role
from portal.forms.course import CourseForm
from portal.services import course_desk
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_courses", __name__, url_prefix="/admin/courses")

STATES = {
    "active": ("On offer", "yes"),
    "lacking": ("Not complete", "today"),
    "ended": ("Not on offer", "waiting"),
}
CHOICES = {
    "sold": list(content.SOLD.items()),
    "delivery": list(content.DELIVERIES.items()),
    "vat_status": list(content.VAT_STATUSES.items()),
}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_courses() -> str:
    """All of them, by title."""
    search, state = desk.filters()
    state = state if state in STATES else ""
    listing = course_desk.list_courses(search=search, state=state, page=desk.page_number())
    return render_template(
        "admin/courses.html",
        listing=listing,
        search=search,
        state=state,
        states=STATES,
        may_change=desk.may_change(),
        deliveries=content.DELIVERIES,
    )


@bp.get("/new")
@access.staff(Role.MANAGER)
def new() -> Response:
    """The empty form."""
    return _new_page(CourseForm(data={"vat_rate": "20", "vat_status": "standard", "sold": "both", "active": "yes"}))


@bp.post("/new")
@access.staff(Role.MANAGER)
def add() -> Response | AnyResponse:
    """Add one."""
    form = CourseForm(request.form).use()
    if not form.validate():
        return _new_page(form, 422)
    try:
        course_desk.add(form.code.data, form.values(), desk.editor())
    except AlreadyThere as refused:
        form.refuse("code", str(refused))
        return _new_page(form, 422)
    return redirect(f"/admin/courses/{form.code.data}?done=added", 303)


@bp.get("/<code>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str) -> Response:
    """One course with its history."""
    shown = course_desk.get(code, parts().clock, parts().vault, desk.page_number())
    return _page(shown, CourseForm.showing(shown.sheet.values, shown.sheet.seal))


@bp.post("/<code>")
@access.staff(Role.MANAGER)
def edit(code: str) -> Response | AnyResponse:
    """Keep what was typed."""
    form = CourseForm(request.form).use()
    del form.code
    if not form.validate():
        return _page(course_desk.get(code, parts().clock, parts().vault), form, 422)
    try:
        course_desk.edit(code, form.values(), form.seal.data or "", desk.editor())
    except ChangedMeanwhile as refused:
        shown = course_desk.get(code, parts().clock, parts().vault)
        form.seal.data = shown.sheet.seal
        return _page(shown, form, 409, meanwhile=str(refused))
    return redirect(f"/admin/courses/{code}?done=saved", 303)


def _new_page(form: CourseForm, status: int = 200) -> Response:
    return make_response(render_template("admin/course_new.html", form=form, choices=CHOICES), status)


def _page(shown: course_desk.Shown, form: CourseForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/course.html",
        shown=shown,
        form=form,
        choices=CHOICES,
        states=STATES,
        lines=content.lines(COURSE, shown.sheet.values),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=desk.done(),
    )
    return make_response(html, status)
