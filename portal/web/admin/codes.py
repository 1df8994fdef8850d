"""Access codes: the list, one code with who used it, issuing, stopping."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.access_codes import Standing
from portal.domain.errors import Unfit
from portal.domain.roles import Role
from portal.domain.working_days import london_day
from portal.forms.access_code import AccessCodeForm
from portal.services import access_codes, moment
from portal.services.access_codes import Issue, Wanted
from portal.web import access, filters
from portal.web.admin import desk
from portal.web.filters import Filters
from portal.web.parts import parts

PAGE = "/admin/codes"
bp = Blueprint("admin_codes", __name__, url_prefix=PAGE)

STATES = {
    Standing.LIVE: ("Gives places", "yes"),
    Standing.USED_UP: ("Used up", "waiting"),
    Standing.OVER: ("Over", "waiting"),
    Standing.STOPPED: ("Stopped", "overdue"),
}
DONE = {
    "issued": ("The code gives places from now on", "Copy the code or its address below and pass it on."),
    "stopped": ("The code is stopped", "It gives nothing more. The places that it gave stay."),
}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_codes() -> str:
    """Newest first; the filters live in the address."""
    wanted, in_force = _asked()
    courses, partners = access_codes.list_choices()
    return render_template(
        "admin/codes.html",
        page=access_codes.list_wanted(wanted, parts().clock, page=filters.asked_page()),
        filters=in_force,
        states=STATES,
        courses=courses,
        partners=partners,
        may_change=desk.may_change(),
    )


@bp.get("/new")
@access.staff(Role.MANAGER)
def new() -> Response:
    """The empty form; `?course=` chooses one."""
    return _new_page(AccessCodeForm(data={"course": request.args.get("course", "")}))


@bp.post("/new")
@access.staff(Role.MANAGER)
def add() -> Response | AnyResponse:
    """Issue one."""
    courses, partners = access_codes.list_choices()
    form = AccessCodeForm(request.form).use(dict(courses), dict(partners), _today())
    if not form.validate():
        return _new_page(form, 422)
    asked = Issue(form.course.data, form.partner.data or "", form.number, form.last_day)
    try:
        code = access_codes.issue(asked, access.visit(), parts().clock, access.person())
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return _new_page(form, 422)
    return redirect(f"{PAGE}/{code}?done=issued", 303)


@bp.get("/<code>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(code: str) -> str:
    """One code, and who has which place by it."""
    shown = access_codes.get(code, parts().clock, page=filters.asked_page())
    course = shown.row.code.course.code
    return render_template(
        "admin/code.html",
        shown=shown,
        row=shown.row,
        code=shown.row.code,
        states=STATES,
        address=parts().links.page(f"/courses/{course}/enrol?code={shown.row.code.code}"),
        may_change=desk.may_change(),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post("/<code>/stop")
@access.staff(Role.MANAGER)
def stop(code: str) -> AnyResponse:
    """Let it give nothing more."""
    access_codes.stop(code, access.visit(), parts().clock, access.person())
    return redirect(f"{PAGE}/{code}?done=stopped", 303)


def _today() -> dt.date:
    return london_day(moment.now(parts().clock))


def _asked() -> tuple[Wanted, Filters]:
    """What the address asks for, and how the page says it."""
    courses, partners = (dict(choices) for choices in access_codes.list_choices())
    search, state = filters.asked("search"), filters.asked("state")
    course, partner = filters.asked("course"), filters.asked("partner")
    standing = Standing(state) if state in set(Standing) else None
    wanted = Wanted(search, standing, course if course in courses else "", partner if partner in partners else "")
    return wanted, filters.in_force(
        PAGE,
        search=f"“{search}”" if search else "",
        state=STATES[standing][0] if standing else "",
        course=courses.get(course, ""),
        partner=partners.get(partner, ""),
    )


def _new_page(form: AccessCodeForm, status: int = 200) -> Response:
    courses, partners = access_codes.list_choices()
    html = render_template("admin/code_new.html", form=form, courses=courses, partners=partners)
    return make_response(html, status)
