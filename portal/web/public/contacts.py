"""The way in for contacts of partners and sponsors: a mailed link, and from there to the pages it opens."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound
from portal.domain.organisation import Side
from portal.forms.contact import LinkForm
from portal.services import contacts
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import Bucket, limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("contacts", __name__)


@bp.get("/sign-in/link")
@access.public
def ask() -> Response:
    """Which address a link should go to."""
    return _ask_page(LinkForm())


@bp.post("/sign-in/link")
@access.public
@limiter.limit("20/minute;100/hour")
def send_link() -> Response | AnyResponse:
    """Send it; the page is the same whether or not the address is a contact's."""
    form = LinkForm(request.form)
    if not form.validate():
        return _ask_page(form, 422)
    address = form.email.data
    may_write = may_write_to(address, Bucket.SIGN_IN_LINKS)
    contacts.ask_link(address, access.visit(), parts().clock, parts().vault, may_write=may_write)
    session["written_to"] = address
    return redirect("/sign-in/link/sent", 303)


@bp.get("/sign-in/link/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    page = render_template("public/contact_sent.html", written_to=session.pop("written_to", ""))
    return never_stored(make_response(page))


@bp.get("/sign-in/link/<token>")
@access.token_holder
def show(token: str) -> Response:
    """One sentence and one button; opening it changes nothing."""
    try:
        account = contacts.get_asked(*_read(token))
    except NotFound:
        return _used()
    page = render_template("public/contact_link.html", account=account, action=request.path)
    return never_stored(make_response(page))


@bp.post("/sign-in/link/<token>")
@access.token_holder
@limiter.limit("30/minute")
def sign_in(token: str) -> Response | AnyResponse:
    """In, for the pages of partners and sponsors and no others."""
    try:
        person = contacts.sign_in(*_read(token), access.visit(), parts().clock)
    except NotFound:
        return _used()
    access.let_in(person, by_link=True)
    return redirect(access.home_of_contact(person), 303)


@bp.get("/organisations")
@access.contact
def choose() -> str:
    """Each organisation that they sign in for, with the way to its page."""
    return render_template("public/organisations.html", own=contacts.list_own(access.person(), *Side))


def _read(token: str) -> tuple[str, int, str]:
    return opened.read(parts().links.read_sign_in, token)


def _used() -> Response:
    return never_stored(make_response(render_template("public/contact_used.html"), 410))


def _ask_page(form: LinkForm, status: int = 200) -> Response:
    return make_response(render_template("public/contact_ask.html", form=form), status)
