"""The front door: signing in, with a code where one is asked for, and signing out."""

from __future__ import annotations

import time

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.links import SIGN_IN_PAGE, errand
from portal.domain.security import Lock
from portal.forms.password import NOT_RIGHT, CodeForm, SignInForm
from portal.services import accounts
from portal.web import access
from portal.web.headers import never_stored
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("signing_in", __name__, url_prefix=SIGN_IN_PAGE)

HALF_SECONDS = 600
CLOSED = {
    Lock.ACCOUNT: "That was tried too often with this address",
    Lock.NETWORK: "That was tried too often from where you are",
}


@bp.get("")
@access.public
def new() -> Response | AnyResponse:
    """The form; `?next=` says where to go on afterwards."""
    if access.seems_signed_in() and access.is_signed_in():
        return redirect(errand(request.args.get("next")) or access.home(access.person()), 303)
    return _page(SignInForm(data={"next": request.args.get("next")}))


@bp.post("")
@access.public
@limiter.limit("60/minute")
def sign_in() -> Response | AnyResponse:
    """In, if the address and the password belong together; or on to the code."""
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form, 422)
    ended = accounts.sign_in(form.email.data, form.password.data, access.visit(), parts().clock, parts().vault)
    if ended.closed:
        return _page(form, 429, closed=CLOSED[ended.closed])
    if ended.suspended:
        return _page(form, 403, suspended=True)
    if ended.person is None:
        form.password.errors = [NOT_RIGHT]
        return _page(form, 422)
    wanted = errand(form.next.data)
    if ended.needs_code:
        session.clear()
        session["half_in"] = [ended.person.account_id, ended.person.epoch, int(time.time()), wanted]
        return redirect(f"{SIGN_IN_PAGE}/code", 303)
    access.let_in(ended.person)
    return redirect(wanted or access.home(ended.person), 303)


@bp.get("/code")
@access.public
def ask_code() -> Response | AnyResponse:
    """The second step, for who has just done the first."""
    return _code_page(CodeForm()) if _half_in() else redirect(SIGN_IN_PAGE, 303)


@bp.post("/code")
@access.public
@limiter.limit("60/minute")
def enter_code() -> Response | AnyResponse:
    """In, if the code is right."""
    if (half := _half_in()) is None:
        return redirect(SIGN_IN_PAGE, 303)
    account_id, epoch, _, wanted = half
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form, 422)
    ended = accounts.enter_code(account_id, epoch, form.code.data, access.visit(), parts().clock, parts().vault)
    if ended.closed:
        return _code_page(form, 429, closed=CLOSED[ended.closed])
    if ended.person is None:
        form.code.errors = ["This is not the code of this half minute, or it was used; enter the newest"]
        return _code_page(form, 422)
    access.let_in(ended.person)
    return redirect(wanted or access.home(ended.person), 303)


def _half_in() -> tuple[int, int, int, str] | None:
    """Whose password was right in this browser a few minutes ago."""
    half = session.get("half_in")
    if half is None or time.time() - half[2] > HALF_SECONDS:
        return None
    account_id, epoch, at, wanted = half
    return int(account_id), int(epoch), int(at), str(wanted)


def _page(form: SignInForm, status: int = 200, *, closed: str = "", suspended: bool = False) -> Response:
    form.next.data = wanted = errand(form.next.data)
    page = render_template("public/sign_in.html", form=form, closed=closed, suspended=suspended, errand=wanted)
    return never_stored(make_response(page, status))


def _code_page(form: CodeForm, status: int = 200, closed: str = "") -> Response:
    return never_stored(make_response(render_template("public/code.html", form=form, closed=closed), status))
