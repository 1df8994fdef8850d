"""Joining the staff: a name and a password by the mailed link, then the undertaking."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import NotFound
from portal.forms.staff import JoinForm, UndertakingForm
from portal.services import staff
from portal.web import access, opened
from portal.web import undertaking as promise
from portal.web.headers import never_stored
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("staff_joining", __name__, url_prefix="/staff")

UNDERTAKING = "/staff/undertaking"


@bp.get("/join/<token>")
@access.token_holder
def show(token: str) -> Response:
    """A name and a password; opening it changes nothing."""
    return _join_page(token, JoinForm())


@bp.post("/join/<token>")
@access.token_holder
@limiter.limit("30/minute")
def join(token: str) -> Response | AnyResponse:
    """Keep them, sign in, and go on with the second step."""
    try:
        reference, version = _read(token)
        account = staff.get_invited(reference, version)
        form = JoinForm(request.form).use((account.email, parts().settings.COMPANY_NAME))
        if not form.validate():
            return _join_page(token, form, 422)
        scrambled = passwords.scramble(form.password.data)
        visit, clock, vault = access.visit(), parts().clock, parts().vault
        person = staff.join(reference, version, form.full_name.data, scrambled, visit, clock, vault)
    except NotFound:
        return _used()
    access.let_in(person)
    return redirect("/admin", 303)


@bp.get("/undertaking")
@access.staff()
def undertaking() -> Response:
    """What everybody who works here promises."""
    return promise.page(UndertakingForm(), UNDERTAKING)


@bp.post("/undertaking")
@access.staff()
def undertake() -> Response | AnyResponse:
    """Promise it."""
    form = UndertakingForm(request.form).use()
    if not form.validate():
        return promise.page(form, UNDERTAKING, 422)
    staff.undertake(access.person(), access.visit(), parts().clock)
    return redirect("/admin", 303)


def _read(token: str) -> tuple[str, int]:
    return opened.read(parts().links.read_join, token)


def _join_page(token: str, form: JoinForm, status: int = 200) -> Response:
    try:
        account = staff.get_invited(*_read(token))
    except NotFound:
        return _used()
    page = render_template("admin/join.html", form=form, account=account, action=request.path)
    return never_stored(make_response(page, status))


def _used() -> Response:
    return never_stored(make_response(render_template("admin/used_invitation.html"), 410))
