"""What keeps an account safe: its password, its second step, who was here, and signing out everywhere."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.security import SAID
from portal.services import accounts, own_account
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("account_security", __name__, url_prefix="/account/security")

CHANGED = {
    "password": ("Your new password is in use", "Every other device has been signed out. We have sent you a letter."),
    "two-step-off": (
        "No code is asked for any more",
        "Your password alone opens your account. We have sent you a letter.",
    ),
}


@bp.get("")
@access.signed_in
def show() -> str:
    """Each in a line with one button; then who was here."""
    return render_template(
        "account/security.html",
        person=access.person(),
        sign_ins=own_account.list_sign_ins(access.person(), page=request.args.get("page", 1, type=int)),
        changed=CHANGED.get(request.args.get("changed", "")),
        words=SAID,
        days=parts().settings.SECURITY_LOG_DAYS,
    )


@bp.post("/sign-out-everywhere")
@access.signed_in
def sign_out_everywhere() -> AnyResponse:
    """Out, on every device."""
    accounts.sign_out_everywhere(access.person(), access.visit(), parts().clock)
    access.let_out()
    return redirect("/sign-in", 303)
