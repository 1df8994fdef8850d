"""The way in for partners' contacts: a mailed link, the undertaking, and the first page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound
from portal.domain.roles import UNDERTAKING, UNDERTAKING_VERSION
from portal.forms.contact import LinkForm
from portal.forms.staff import UndertakingForm
from portal.services import contacts
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("partner", __name__)


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
    contacts.ask_link(address, access.visit(), parts().clock, parts().vault, may_write=may_write_to(address))
    session["written_to"] = address
    return redirect("/sign-in/link/sent", 303)


@bp.get("/sign-in/link/sent")
@access.public
def sent() -> Response:
    """Look for our letter."""
    page = render_template("partner/link_sent.html", written_to=session.pop("written_to", ""))
    return never_stored(make_response(page))


@bp.get("/sign-in/link/<token>")
@access.token_holder
def show(token: str) -> Response:
    """One sentence and one button; opening it changes nothing."""
    try:
        account = contacts.get_asked(*_read(token))
    except NotFound:
        return _used()
    return never_stored(make_response(render_template("partner/link.html", account=account, action=request.path)))


@bp.post("/sign-in/link/<token>")
@access.token_holder
@limiter.limit("30/minute")
def sign_in(token: str) -> Response | AnyResponse:
    """In, for the partner's pages and no others."""
    try:
        person = contacts.sign_in(*_read(token), access.visit(), parts().clock)
    except NotFound:
        return _used()
    access.let_in(person, by_link=True)
    return redirect("/partner", 303)


@bp.get("/partner/undertaking")
@access.partner_contact
def undertaking() -> Response:
    """What everybody who sees people's data promises."""
    return _undertaking_page(UndertakingForm())


@bp.post("/partner/undertaking")
@access.partner_contact
def undertake() -> Response | AnyResponse:
    """Promise it."""
    form = UndertakingForm(request.form).use()
    if not form.validate():
        return _undertaking_page(form, 422)
    contacts.undertake(access.person(), access.visit(), parts().clock)
    return redirect("/partner", 303)


@bp.get("/partner")
@access.partner_contact
def home() -> str:
    """For whom they are signed in, and what will be here."""
    return render_template("partner/home.html", own=contacts.list_own(access.person()))


def _read(token: str) -> tuple[str, int, str]:
    return opened.read(parts().links.read_sign_in, token)


def _used() -> Response:
    return never_stored(make_response(render_template("partner/used_link.html"), 410))


def _ask_page(form: LinkForm, status: int = 200) -> Response:
    return make_response(render_template("partner/ask_link.html", form=form), status)


def _undertaking_page(form: UndertakingForm, status: int = 200) -> Response:
    page = render_template(
        "admin/undertaking.html",
        form=form,
        promises=UNDERTAKING,
        version=UNDERTAKING_VERSION,
        action="/partner/undertaking",
    )
    return make_response(page, status)
