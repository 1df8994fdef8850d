"""Who works here: inviting, roles, and removing in one press."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound, Refusal
from portal.domain.roles import WORDS, Role
from portal.forms.staff import InviteForm, RolesForm
from portal.services import staff, two_step
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("admin_staff", __name__, url_prefix="/admin/staff")


@bp.get("")
@access.staff(Role.MANAGER)
def list_members() -> Response:
    """Everybody, with their roles; and the form that invites."""
    return _page(InviteForm())


@bp.post("")
@access.staff(Role.MANAGER)
def invite() -> Response | AnyResponse:
    """Send a link to join."""
    form = InviteForm(request.form)
    if not form.validate():
        return _page(form, 422)
    try:
        staff.invite(form.email.data, form.chosen(), access.visit(), parts().clock, by=access.person())
    except Refusal as refused:
        form.email.errors = [str(refused)]
        return _page(form, 422)
    return redirect("/admin/staff?done=invited", 303)


@bp.post("/<reference>/roles")
@access.staff(Role.MANAGER)
def change_roles(reference: str) -> Response | AnyResponse:
    """Give these roles and no others."""
    form = RolesForm(request.form)
    if not form.validate():
        return _page(InviteForm(), 422, refusal=form.problems[0][1])
    try:
        staff.change_roles(reference, form.chosen(), access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(refused)
    return redirect("/admin/staff?done=roles", 303)


@bp.post("/<reference>/remove")
@access.staff(Role.MANAGER)
def remove(reference: str) -> Response | AnyResponse:
    """Out, in one press."""
    try:
        staff.remove(reference, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(refused)
    return redirect("/admin/staff?done=removed", 303)


@bp.post("/<reference>/second-step-off")
@access.staff(Role.MANAGER)
def take_off_second_step(reference: str) -> Response | AnyResponse:
    """For a colleague who has lost the app and the codes: they set it up anew before anything opens."""
    try:
        staff.check_member(reference)
        two_step.take_off(reference, access.visit(), parts().clock, parts().vault, access.person())
    except Refusal as refused:
        return _refused(refused)
    return redirect("/admin/staff?done=second-step", 303)


@bp.post("/<reference>/support/name")
@access.staff(Role.MANAGER)
def name_reader(reference: str) -> Response | AnyResponse:
    """Let them read what trainees tell about support."""
    try:
        staff.name_reader(reference, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _refused(refused)
    return redirect("/admin/staff?done=named", 303)


@bp.post("/<reference>/support/unname")
@access.staff(Role.MANAGER)
def unname_reader(reference: str) -> AnyResponse:
    """And no longer."""
    staff.unname_reader(reference, access.visit(), parts().clock, access.person())
    return redirect("/admin/staff?done=unnamed", 303)


DONE = {
    "named": (
        "Named to read support needs",
        "They find “Support” in the menu. Trainees see how many may read; each opening is written down.",
    ),
    "unnamed": ("No longer a reader of support needs", "The page is closed to them from the next click on."),
    "second-step": ("The second step is off", "They set it up anew before anything opens."),
    "invited": ("The invitation is on its way", "The link in it works once, for seven days."),
    "roles": ("The roles are changed", "They hold from the next click on."),
    "removed": ("Removed", "They are out at their next click, on every device."),
}


def _refused(refused: Refusal) -> Response:
    """Said on the list; who does not work here is not on it."""
    if isinstance(refused, NotFound):
        raise refused
    return _page(InviteForm(), 409, refusal=str(refused))


def _page(form: InviteForm, status: int = 200, refusal: str = "") -> Response:
    page, members = staff.list_present(request.args.get("page", 1, type=int))
    html = render_template(
        "admin/staff.html",
        form=form,
        page=page,
        members=members,
        words=WORDS,
        refusal=refusal,
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(html, status)
