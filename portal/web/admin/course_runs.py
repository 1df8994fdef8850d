"""The dates of a course: the list, one date with its history, adding, editing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import content
from portal.domain.content import RUN
from portal.domain.errors import ChangedMeanwhile, NotFound, Refusal, Unfit
from portal.domain.roles import Role
from portal.domain.working_days import london_day
from portal.forms.course_run import CourseRunForm
from portal.services import course_runs, moment
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_course_runs", __name__, url_prefix="/admin/courses/<code>/dates")


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_runs(code: str) -> str:
    """Those to come and under way, or those that are over."""
    past = request.args.get("when") == "past"
    listing = course_runs.list_runs(code, parts().clock, past=past, page=desk.page_number())
    return render_template("admin/course_runs.html", listing=listing, past=past, may_change=desk.may_change())


@bp.get("/new")
@access.staff(Role.MANAGER)
def new(code: str) -> Response:
    """The empty form."""
    return _new_page(code, CourseRunForm(data={"active": "yes"}))


@bp.post("/new")
@access.staff(Role.MANAGER)
def add(code: str) -> Response | AnyResponse:
    """Add one."""
    form = CourseRunForm(request.form).use(not_before=london_day(moment.now(parts().clock)))
    if not form.validate():
        return _new_page(code, form, 422)
    run = course_runs.add(code, form.values(), desk.editor())
    return redirect(f"/admin/courses/{code}/dates/{run}?done=added", 303)


@bp.get("/<run>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str, run: str) -> Response:
    """One date with its history."""
    shown = course_runs.get(code, run, parts().clock, parts().vault, desk.page_number())
    return _page(shown, CourseRunForm.showing(shown.sheet.values, shown.sheet.seal))


@bp.post("/<run>")
@access.staff(Role.MANAGER)
def edit(code: str, run: str) -> Response | AnyResponse:
    """Keep what was typed."""
    form = CourseRunForm(request.form).use()
    if not form.validate():
        return _page(course_runs.get(code, run, parts().clock, parts().vault), form, 422)
    try:
        course_runs.edit(code, run, form.values(), form.seal.data or "", desk.editor())
    except ChangedMeanwhile as refused:
        shown = course_runs.get(code, run, parts().clock, parts().vault)
        form.seal.data = shown.sheet.seal
        return _page(shown, form, 409, meanwhile=str(refused))
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _page(course_runs.get(code, run, parts().clock, parts().vault), form, 422)
    except NotFound:
        raise
    except Refusal as refused:
        shown = course_runs.get(code, run, parts().clock, parts().vault)
        return _page(shown, form, 409, meanwhile=str(refused))
    return redirect(f"/admin/courses/{code}/dates/{run}?done=saved", 303)


@bp.get("/<run>/cancel")
@access.staff(Role.MANAGER)
def ask_to_cancel(code: str, run: str) -> Response:
    """What cancelling means, before it is done."""
    return _cancel_page(code, run)


@bp.post("/<run>/cancel")
@access.staff(Role.MANAGER)
def cancel(code: str, run: str) -> Response | AnyResponse:
    """Cancel it for good."""
    try:
        course_runs.cancel(code, run, desk.editor())
    except NotFound:
        raise
    except Refusal as refused:
        return _cancel_page(code, run, 409, str(refused))
    return redirect(f"/admin/courses/{code}/dates/{run}?done=cancelled", 303)


def _cancel_page(code: str, run: str, status: int = 200, refusal: str = "") -> Response:
    shown = course_runs.get(code, run, parts().clock, parts().vault)
    html = render_template("admin/course_run_cancel.html", shown=shown, course=shown.course, refusal=refusal)
    return make_response(html, status)


def _new_page(code: str, form: CourseRunForm, status: int = 200) -> Response:
    course = course_runs.get_course(code)
    return make_response(render_template("admin/course_run_new.html", course=course, form=form), status)


def _page(shown: course_runs.Shown, form: CourseRunForm, status: int = 200, meanwhile: str = "") -> Response:
    html = render_template(
        "admin/course_run.html",
        shown=shown,
        course=shown.course,
        form=form,
        lines=content.lines(RUN, shown.sheet.values),
        may_change=desk.may_change(),
        meanwhile=meanwhile,
        done=desk.done(),
    )
    return make_response(html, status)
