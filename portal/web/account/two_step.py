"""The second step of signing in: turned on with an app, turned off with the password."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import two_step as rules
from portal.domain.errors import TriedTooOften, WrongCode, WrongPassword
from portal.forms.password import OwnPasswordForm, TurnOnForm
from portal.services import two_step
from portal.web import access
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("account_two_step", __name__, url_prefix="/account/security/two-step")


@bp.get("")
@access.signed_in
def show() -> Response:
    """A secret for the app, which nobody keeps until its first code has come back; or the way to turn it off."""
    if access.person().has_two_steps:
        return _off_page(OwnPasswordForm())
    return _on_page(TurnOnForm(data={"locked": two_step.offer(access.person(), parts().vault)}))


@bp.post("/on")
@access.signed_in
@limiter.limit("30/minute")
def turn_on() -> Response | AnyResponse:
    """Ask for a code from now on, and show the recovery codes this once."""
    if access.person().has_two_steps:
        return redirect("/account/security", 303)
    form = TurnOnForm(request.form)
    if not form.validate():
        return _on_page(form, 422)
    try:
        codes = two_step.turn_on(
            access.person(), form.locked.data, form.code.data, access.visit(), parts().clock, parts().vault
        )
    except WrongCode as wrong:
        form.code.errors = [str(wrong)]
        return _on_page(form, 422)
    return make_response(render_template("account/recovery_codes.html", codes=codes))


@bp.post("/off")
@access.signed_in
@limiter.limit("30/minute")
def turn_off() -> Response | AnyResponse:
    """Ask for no code any more."""
    form = OwnPasswordForm(request.form)
    if not form.validate():
        return _off_page(form, 422)
    try:
        two_step.turn_off(access.person(), form.password.data, access.visit(), parts().clock, parts().vault)
    except (WrongPassword, TriedTooOften) as refused:
        form.password.errors = [str(refused)]
        return _off_page(form, 429 if isinstance(refused, TriedTooOften) else 422)
    return redirect("/account/security?changed=two-step-off", 303)


def _on_page(form: TurnOnForm, status: int = 200) -> Response:
    person = access.person()
    try:
        secret = two_step.offered(person, form.locked.data or "", parts().vault)
    except WrongCode:
        form.locked.data = two_step.offer(person, parts().vault)
        secret = two_step.offered(person, form.locked.data, parts().vault)
    picture = segno.make(rules.address(secret, person.email, parts().settings.COMPANY_NAME), error="m")
    page = render_template(
        "account/two_step_on.html",
        form=form,
        secret=rules.in_groups(secret),
        picture=Markup(picture.svg_inline(scale=5, border=3, light="#fff")),  # noqa: S704 - made of our own text
    )
    return make_response(page, status)


def _off_page(form: OwnPasswordForm, status: int = 200) -> Response:
    left = two_step.count_recovery_codes(access.person())
    page = render_template("account/two_step_off.html", form=form, left=left, person=access.person())
    return make_response(page, status)
