"""Own sign-ins, another password, and signing out everywhere."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.security import Lock
from portal.forms.password import ChangePasswordForm
from portal.services import accounts, own_account
from portal.web import access
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("account_security", __name__, url_prefix="/account/security")

NOT_THE_OLD_ONE = "This is not the password you have now"
CLOSED = {
    Lock.ACCOUNT: "That was tried too often. Wait 15 minutes",
    Lock.NETWORK: "That was tried too often from where you are. Wait 15 minutes",
}


@bp.get("")
@access.signed_in
def show() -> Response:
    """Who was here, with which browser, and what can be done about it."""
    return _page(ChangePasswordForm())


@bp.post("/password")
@access.signed_in
@limiter.limit("30/minute")
def change_password() -> Response | AnyResponse:
    """Another password: every other device is signed out."""
    person = access.person()
    form = ChangePasswordForm(request.form).use((person.full_name, person.email, parts().settings.COMPANY_NAME))
    if not form.validate():
        return _page(form, 422)
    scrambled = passwords.scramble(form.password.data)
    mailbox = access.mailbox(person.email)
    ended = accounts.change_password(person, form.old.data, scrambled, access.visit(), mailbox, parts().clock)
    if ended.person is None:
        form.old.errors = [CLOSED[ended.closed] if ended.closed else NOT_THE_OLD_ONE]
        return _page(form, 429 if ended.closed else 422)
    access.let_in(ended.person)
    return redirect("/account/security?changed=password", 303)


@bp.post("/sign-out-everywhere")
@access.signed_in
def sign_out_everywhere() -> AnyResponse:
    """Out, on every device."""
    accounts.sign_out_everywhere(access.person(), access.visit(), parts().clock)
    access.let_out()
    return redirect("/sign-in", 303)


def _page(form: ChangePasswordForm, status: int = 200) -> Response:
    listing = own_account.list_sign_ins(access.person(), page=request.args.get("page", 1, type=int))
    changed = request.args.get("changed") == "password"
    page = render_template(
        "account/security.html",
        form=form,
        listing=listing,
        changed=changed,
        person=access.person(),
        days=parts().settings.SECURITY_LOG_DAYS,
    )
    return make_response(page, status)
