"""The own page of somebody who complains, behind the signed link of its letters. Opening it changes nothing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.enquiry import masked_email
from portal.domain.errors import NotFound
from portal.forms.complaint import FurtherWordsForm
from portal.services import own_complaint
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts
from portal.web.public.complaints import CLOSED

bp = Blueprint("own_complaint", __name__, url_prefix="/complaints/<token>")


def _read(token: str) -> tuple[str, int]:
    return opened.read_own(parts().links.read_complaint, token)


def _show(template: str, status: int = 200, **context: object) -> Response:
    return never_stored(make_response(render_template(template, **context), status))


@bp.errorhandler(opened.DeadLink)
def _dead(_error: opened.DeadLink) -> Response:
    return _show("public/dead_link.html", 410, what="complaint")


@bp.get("")
@access.token_holder
def show(token: str) -> Response:
    """Where it is, what was said on either side, and room for more."""
    return _page(token, FurtherWordsForm())


@bp.post("/words")
@access.token_holder
@limiter.limit("30/hour")
def add(token: str) -> Response | AnyResponse:
    """Add what the person says."""
    form = FurtherWordsForm(request.form)
    if not form.validate():
        return _page(token, form, 422)
    own_complaint.add_words(*_read(token), form.further.data, parts().clock, parts().settings.COMPLAINT_DAYS)
    return redirect(f"/complaints/{token}", 303)


@bp.post("/link")
@access.token_holder
@limiter.limit("10/hour")
def new_link(token: str) -> Response:
    """Mail a new link to the address on file; the page says the same whether or not there is one."""
    reference = opened.reference_of(parts().links.read_complaint, token)
    own_complaint.send_new_link(reference, parts().clock, may_write_to)
    return _show("public/new_link_sent.html", what="complaint")


def after_csrf_error() -> Response | None:
    """What was added, kept, when the form's token is missing or old; None when the link itself is no good."""
    try:
        return _page((request.view_args or {})["token"], FurtherWordsForm(request.form), 400, CLOSED)
    except (HTTPException, NotFound, opened.DeadLink):
        return None


def _page(token: str, form: FurtherWordsForm, status: int = 200, banner: str = "") -> Response:
    page = own_complaint.open_page(*_read(token), parts().clock)
    return _show(
        "public/own_complaint.html",
        status,
        token=token,
        complaint=page.complaint,
        journey=page.journey,
        events=page.events,
        email=masked_email(page.complaint.email),
        form=form,
        banner=banner,
        settings=parts().settings,
    )
