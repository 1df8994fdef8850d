"""The front door: signing in, signing out, and a new password by a mailed link."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import passwords
from portal.domain.errors import NotFound
from portal.domain.links import FORGOTTEN_PAGE, SIGN_IN_PAGE, BadToken, Expired, errand
from portal.domain.security import Lock
from portal.forms.password import NOT_RIGHT, ForgottenForm, NewPasswordForm, SignInForm
from portal.services import accounts, moment
from portal.web import access
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("signing_in", __name__)

CLOSED = {
    Lock.ACCOUNT: "That was tried too often with this address",
    Lock.NETWORK: "That was tried too often from where you are",
}


@bp.get(SIGN_IN_PAGE)
@access.public
def new() -> Response | AnyResponse:
    """The form; `?next=` says where to go on afterwards."""
    if access.seems_signed_in() and access.is_signed_in():
        return redirect(errand(request.args.get("next")) or "/account", 303)
    return _page(SignInForm(data={"next": errand(request.args.get("next"))}))


@bp.post(SIGN_IN_PAGE)
@access.public
@limiter.limit("60/minute")
def sign_in() -> Response | AnyResponse:
    """In, if the address and the password belong together."""
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form, 422)
    address = form.email.data
    ended = accounts.sign_in(address, form.password.data, access.visit(), access.mailbox(address), parts().clock)
    if ended.closed:
        return _page(form, 429, closed=CLOSED[ended.closed])
    if ended.suspended:
        return _page(form, 403, closed="This account is suspended")
    if ended.person is None:
        form.password.errors = [NOT_RIGHT]
        return _page(form, 422)
    access.let_in(ended.person)
    return redirect(errand(form.next.data) or "/account", 303)


@bp.get("/sign-out")
@access.public
def ask_sign_out() -> Response:
    """One sentence and one button."""
    return never_stored(make_response(render_template("public/sign_out.html")))


@bp.post("/sign-out")
@access.public
def sign_out() -> AnyResponse:
    """Out, on this device."""
    if access.seems_signed_in() and access.is_signed_in():
        accounts.sign_out(access.person(), access.visit(), parts().clock)
    access.let_out()
    return redirect(SIGN_IN_PAGE, 303)


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
    accounts.ask_for_password(
        address, access.visit(), access.mailbox(address), parts().clock, may_write=may_write_to(address)
    )
    session["written_to"] = address
    return redirect(f"{FORGOTTEN_PAGE}/sent", 303)


@bp.get(f"{FORGOTTEN_PAGE}/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    page = render_template("public/forgotten_sent.html", written_to=session.get("written_to", ""))
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
    """Set it, end every other sign-in, and sign in here."""
    try:
        reference, version = _read(token)
        account = accounts.get_password_owner(reference, version)
        form = NewPasswordForm(request.form).use((account.full_name, account.email, parts().settings.COMPANY_NAME))
        if not form.validate():
            return _password_page(token, form, 422)
        scrambled = passwords.scramble(form.password.data)
        mailbox = access.mailbox(account.email)
        person = accounts.set_password(reference, version, scrambled, access.visit(), mailbox, parts().clock)
    except NotFound:
        return _used()
    if person is None:
        return redirect(SIGN_IN_PAGE, 303)
    access.let_in(person)
    return redirect("/account", 303)


def _page(form: SignInForm, status: int = 200, closed: str = "") -> Response:
    page = render_template("public/sign_in.html", form=form, closed=closed, errand=errand(form.next.data))
    return never_stored(make_response(page, status))


def _password_page(token: str, form: NewPasswordForm, status: int = 200) -> Response:
    try:
        account = accounts.get_password_owner(*_read(token))
    except NotFound:
        return _used()
    page = render_template("public/set_password.html", form=form, account=account, action=request.path)
    return never_stored(make_response(page, status))


def _read(token: str) -> tuple[str, int]:
    try:
        return parts().links.read_password(token, moment.now(parts().clock))
    except BadToken:
        abort(404)
    except Expired:
        raise NotFound("The link has run out.") from None


def _used() -> Response:
    return never_stored(make_response(render_template("public/used_link.html", forgotten=True), 410))
