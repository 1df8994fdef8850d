"""The enquirer's own page, behind the signed link of its mail. Opening it changes nothing; its buttons do."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import places
from portal.domain.enquiry import masked_email, masked_telephone
from portal.services import own_enquiry
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("own_enquiry", __name__, url_prefix="/enquiries/<token>")


def _read(token: str) -> tuple[str, int]:
    return opened.read_own(parts().links.read_enquiry, token)


def _show(template: str, status: int = 200, **context: object) -> Response:
    return never_stored(make_response(render_template(template, **context), status))


@bp.errorhandler(opened.DeadLink)
def _dead(_error: opened.DeadLink) -> Response:
    return _show("public/dead_link.html", 410)


@bp.get("")
@access.token_holder
def show(token: str) -> Response:
    """Where the enquiry is, why it went there, and what can be done."""
    page = own_enquiry.open_page(*_read(token), parts().clock)
    enquiry = page.enquiry
    return _show(
        "public/own_enquiry.html",
        token=token,
        enquiry=enquiry,
        journey=page.journey,
        partner=enquiry.referral.partner if enquiry.referral else None,
        about=page.catalogue.interest_name(enquiry.interest),
        based=places.name(enquiry.region, enquiry.country),
        email=masked_email(enquiry.email or ""),
        telephone=masked_telephone(enquiry.telephone or ""),
        stop_news=own_enquiry.STOP_NEWS if page.wants_news else "",
    )


@bp.post("/withdraw")
@access.token_holder
def withdraw(token: str) -> AnyResponse:
    """Stop it, in one press."""
    own_enquiry.withdraw(*_read(token), parts().clock)
    session.pop("sent", None)
    return redirect(f"/enquiries/{token}", 303)


@bp.post("/news/stop")
@access.token_holder
def stop_news(token: str) -> AnyResponse:
    """No more news, as easily as it was asked for."""
    own_enquiry.stop_news(*_read(token), parts().clock)
    return redirect(f"/enquiries/{token}", 303)


@bp.get("/remove")
@access.token_holder
def confirm_removal(token: str) -> Response:
    """One sentence and one button."""
    page = own_enquiry.open_page(*_read(token), parts().clock)
    return _show("public/remove_enquiry.html", token=token, enquiry=page.enquiry)


@bp.post("/remove")
@access.token_holder
def remove(token: str) -> AnyResponse:
    """Delete what it says of a person."""
    own_enquiry.remove(*_read(token), parts().clock)
    session.pop("sent", None)
    return redirect(f"/enquiries/{token}", 303)


@bp.post("/link")
@access.token_holder
@limiter.limit("10/hour")
def new_link(token: str) -> Response:
    """Mail a new link to the address on file; the page says the same whether or not there is one."""
    reference = opened.reference_of(parts().links.read_enquiry, token)
    own_enquiry.send_new_link(reference, parts().clock, may_write_to)
    return _show("public/new_link_sent.html")
