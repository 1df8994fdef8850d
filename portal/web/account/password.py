"""Another password."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import TriedTooOften, WrongPassword
from portal.forms.password import ChangePasswordForm
from portal.services import account_passwords
from portal.web import access
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("account_password", __name__, url_prefix="/account/security/password")


@bp.get("")
@access.signed_in
def change() -> Response:
    """The old one, then another."""
    return _page(ChangePasswordForm())


@bp.post("")
@access.signed_in
@limiter.limit("30/minute")
def save() -> Response | AnyResponse:
    """Set it: every other device is signed out."""
    person = access.person()
    form = ChangePasswordForm(request.form).use((person.full_name, person.email, parts().settings.COMPANY_NAME))
    if not form.validate():
        return _page(form, 422)
    scrambled = passwords.scramble(form.password.data)
    visit, clock, vault = access.visit(), parts().clock, parts().vault
    try:
        goes_on = account_passwords.change(person, form.old.data, scrambled, visit, clock, vault)
    except (WrongPassword, TriedTooOften) as refused:
        form.old.errors = [str(refused)]
        return _page(form, 429 if isinstance(refused, TriedTooOften) else 422)
    access.let_in(goes_on)
    return redirect("/account/security?changed=password", 303)


def _page(form: ChangePasswordForm, status: int = 200) -> Response:
    return make_response(render_template("account/password.html", form=form, person=access.person()), status)
