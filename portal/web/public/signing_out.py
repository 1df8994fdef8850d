"""Signing out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.links import SIGN_IN_PAGE
from portal.services import accounts
from portal.web import access
from portal.web.headers import never_stored
from portal.web.parts import parts

bp = Blueprint("signing_out", __name__, url_prefix="/sign-out")


@bp.get("")
@access.public
def ask() -> Response:
    """One sentence and one button."""
    return never_stored(make_response(render_template("public/sign_out.html")))


@bp.post("")
@access.public
def sign_out() -> AnyResponse:
    """Out, on this device."""
    if access.seems_signed_in() and access.is_signed_in():
        accounts.sign_out(access.person(), access.visit(), parts().clock)
    access.let_out()
    return redirect(SIGN_IN_PAGE, 303)
