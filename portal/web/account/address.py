"""Another address for an account: asked for here, agreed to by a link at each end."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import AlreadyThere, NotFound, TriedTooOften, WrongPassword
from portal.forms.address import AddressForm
from portal.services import address_change
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("account_address", __name__)

ASKING = "/account/details/email"
OUTCOMES = ("done", "half", "refused", "taken", "gone")


@bp.get(ASKING)
@access.signed_in
def new() -> Response:
    """The new address, and the password once more."""
    return _page(AddressForm())


@bp.post(ASKING)
@access.signed_in
@limiter.limit("20/minute")
def ask() -> Response | AnyResponse:
    """Write to both ends."""
    form = AddressForm(request.form)
    if not form.validate():
        return _page(form, 422)
    visit, clock, vault = access.visit(), parts().clock, parts().vault
    may_write = may_write_to(form.email.data)
    try:
        address_change.ask(
            access.person(), form.email.data, form.password.data, visit, clock, vault, may_write=may_write
        )
    except (WrongPassword, TriedTooOften) as refused:
        form.password.errors = [str(refused)]
        return _page(form, 429 if isinstance(refused, TriedTooOften) else 422)
    return redirect("/account/details?changed=email", 303)


@bp.get("/address/<token>")
@access.token_holder
def show(token: str) -> Response | AnyResponse:
    """One sentence and two buttons; opening it changes nothing."""
    try:
        key, side = _read(token)
        waiting = address_change.get_waiting(key, side)
    except NotFound:
        return _answer("gone")
    page = render_template("public/agree_address.html", waiting=waiting, side=side, path=request.path)
    return never_stored(make_response(page))


@bp.post("/address/<token>/agree")
@access.token_holder
def agree(token: str) -> AnyResponse:
    """This side agrees."""
    try:
        key, side = _read(token)
        done = address_change.agree(key, side, access.visit(), parts().clock, parts().vault)
    except NotFound:
        return _answer("gone")
    except AlreadyThere:
        return _answer("taken")
    return _answer("done" if done else "half")


@bp.post("/address/<token>/refuse")
@access.token_holder
def refuse(token: str) -> AnyResponse:
    """Nothing changes."""
    try:
        address_change.refuse(_read(token)[0])
    except NotFound:
        return _answer("gone")
    return _answer("refused")


@bp.get("/address")
@access.public
def answer() -> Response:
    """What came of it."""
    outcome = request.args.get("outcome")
    if outcome not in OUTCOMES:
        abort(404)
    page = render_template("public/address_answer.html", outcome=outcome)
    return never_stored(make_response(page, 410 if outcome == "gone" else 200))


def _read(token: str) -> tuple[str, str]:
    return opened.read(parts().links.read_address, token)


def _answer(outcome: str) -> AnyResponse:
    return redirect(f"/address?outcome={outcome}", 303)


def _page(form: AddressForm, status: int = 200) -> Response:
    person = access.person()
    ends = address_change.list_ending(person)
    return make_response(render_template("account/change_address.html", form=form, person=person, ends=ends), status)
