"""A new password by a mailed link."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import NotFound
from portal.domain.links import FORGOTTEN_PAGE, SIGN_IN_PAGE
from portal.forms.password import ForgottenForm, NewPasswordForm
from portal.services import account_passwords
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import Bucket, limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("passwords", __name__)


@bp.get(FORGOTTEN_PAGE)
@access.public
def forgotten() -> str:
    """Which address a link should go to."""
    return render_template("public/forgotten_password.html", form=ForgottenForm())


@bp.post(FORGOTTEN_PAGE)
@access.public
@limiter.limit("20/minute;100/hour")
def send_link() -> Response | AnyResponse:
    """Send it; the page is the same whether or not the address is known."""
    form = ForgottenForm(request.form)
    if not form.validate():
        return make_response(render_template("public/forgotten_password.html", form=form), 422)
    address = form.email.data
    may_write = may_write_to(address, Bucket.PASSWORD_LINKS)
    account_passwords.ask(address, access.visit(), parts().clock, parts().vault, may_write=may_write)
    session["written_to"] = address
    return redirect(f"{FORGOTTEN_PAGE}/sent", 303)


@bp.get(f"{FORGOTTEN_PAGE}/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    page = render_template("public/forgotten_sent.html", written_to=session.pop("written_to", ""))
    return never_stored(make_response(page))


@bp.get("/set-password/<token>")
@access.token_holder
def choose(token: str) -> Response:
    """One sentence and one button; opening it changes nothing."""
    return _password_page(token, NewPasswordForm())


@bp.post("/set-password/<token>")
@access.token_holder
@limiter.limit("30/minute")
def set_password(token: str) -> Response | AnyResponse:
    """Set it, end every sign-in, and sign in here, unless a code is asked for too."""
    try:
        reference, version = _read(token)
        account = account_passwords.get_owner(reference, version)
        form = NewPasswordForm(request.form).use((account.full_name, account.email, parts().settings.COMPANY_NAME))
        if not form.validate():
            return _password_page(token, form, 422)
        scrambled = passwords.scramble(form.password.data)
        visit, clock, vault = access.visit(), parts().clock, parts().vault
        person = account_passwords.set_by_link(reference, version, scrambled, visit, clock, vault)
    except NotFound:
        return _used()
    if person is None or person.has_two_steps:
        return redirect(SIGN_IN_PAGE, 303)
    access.let_in(person)
    return redirect(access.home(person), 303)


def _password_page(token: str, form: NewPasswordForm, status: int = 200) -> Response:
    try:
        account = account_passwords.get_owner(*_read(token))
    except NotFound:
        return _used()
    page = render_template("public/set_password.html", form=form, account=account, action=request.path)
    return never_stored(make_response(page, status))


def _read(token: str) -> tuple[str, int]:
    return opened.read(parts().links.read_password, token)


def _used() -> Response:
    return never_stored(make_response(render_template("public/used_link.html", forgotten=True), 410))
