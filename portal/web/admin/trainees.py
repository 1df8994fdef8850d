"""Trainees: finding one, their page, and the few things that staff do to an account."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import security
from portal.domain.errors import NotFound, Refusal
from portal.domain.places import REGIONS
from portal.domain.roles import Role
from portal.services import moment, trainees, two_step
from portal.services.trainees import Standing, Wanted
from portal.web import access, downloads, filters
from portal.web.filters import Filters
from portal.web.parts import parts

PAGE = "/admin/trainees"
bp = Blueprint("admin_trainees", __name__)

SAID = {Standing.ACTIVE: "Active", Standing.SUSPENDED: "Suspended"}
DONE = {
    "suspended": ("The account is suspended", "Every device is out at its next click. No letter is sent: please ring."),
    "resumed": ("The account opens again", "The password is the one it had."),
    "second-step": ("The second step is off", "Every device is out. They get a letter about it."),
    "link": (
        "A link for a new password is on its way",
        "It goes to the address on file and works once, for four hours.",
    ),
}


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_trainees() -> str:
    """By name, a page at a time."""
    wanted, in_force = _asked()
    page = trainees.list_wanted(wanted, page=filters.asked_page())
    return render_template("admin/trainees.html", page=page, filters=in_force, states=SAID, regions=REGIONS)


@bp.get(f"{PAGE}.csv")
@access.staff(Role.MANAGER)
def download() -> Response:
    """What is filtered, as a file; the security log says that it was taken."""
    wanted, _ = _asked()
    content = trainees.export(wanted, access.visit(), parts().clock, access.person())
    return downloads.csv("trainees", content, moment.now(parts().clock))


@bp.get(f"{PAGE}/<reference>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(reference: str) -> Response:
    """One person."""
    return _page(reference)


@bp.post(f"{PAGE}/<reference>/suspend")
@access.staff(Role.MANAGER)
def suspend(reference: str) -> Response | AnyResponse:
    """Out, in one press."""
    try:
        trainees.suspend(reference, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, "suspended")


@bp.post(f"{PAGE}/<reference>/resume")
@access.staff(Role.MANAGER)
def resume(reference: str) -> Response | AnyResponse:
    """In again."""
    try:
        trainees.resume(reference, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, "resumed")


@bp.post(f"{PAGE}/<reference>/password-link")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def send_password_link(reference: str) -> Response | AnyResponse:
    """A link to the address on file."""
    try:
        trainees.send_password_link(reference, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, "link")


@bp.post(f"{PAGE}/<reference>/second-step-off")
@access.staff(Role.MANAGER)
def take_off_second_step(reference: str) -> Response | AnyResponse:
    """For somebody who has lost the app and the codes."""
    try:
        trainees.check_not_staff(reference)
        two_step.take_off(reference, access.visit(), parts().clock, parts().vault, access.person())
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, "second-step")


def _asked() -> tuple[Wanted, Filters]:
    """What the address asks for, and how the page says it."""
    search, state, region = filters.asked("search"), filters.asked("state"), filters.asked("region")
    standing = Standing(state) if state in set(Standing) else None
    known = REGIONS.get(region)
    return Wanted(search, standing, known.slug if known else ""), filters.in_force(
        PAGE,
        search=f"“{search}”" if search else "",
        state=SAID[standing] if standing else "",
        region=known.name if known else "",
    )


def _done(reference: str, what: str) -> AnyResponse:
    return redirect(f"{PAGE}/{reference}?done={what}", 303)


def _refused(reference: str, refused: Refusal) -> Response:
    """Said on the person's page; who is not there has none."""
    if isinstance(refused, NotFound):
        raise refused
    return _page(reference, 409, str(refused))


def _page(reference: str, status: int = 200, refusal: str = "") -> Response:
    shown = trainees.get(reference, page=filters.asked_page())
    html = render_template(
        "admin/trainee.html",
        shown=shown,
        words=security.SAID,
        place=REGIONS[shown.trainee.region].name,
        refusal=refusal,
        done=DONE.get(request.args.get("done", "")),
        may_suspend=Role.MANAGER in access.person().roles,
    )
    return make_response(html, status)
