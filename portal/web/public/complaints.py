"""Complaining: how it goes, the form, and that we have it."""

from __future__ import annotations

import datetime as dt
import secrets
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import complaint
from portal.domain.complaint import ABOUT, Answers
from portal.domain.enquiry import SPAM_LIMIT, masked_email, spam_score
from portal.domain.links import BadToken, Expired
from portal.forms.complaint import ComplaintForm
from portal.services import complaints, moment
from portal.services.complaints import Sending
from portal.web import access, filters
from portal.web.headers import never_stored
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts

bp = Blueprint("complaints", __name__, url_prefix="/complaints")

CLOSED = "This page was open for too long, or your browser keeps no cookies"
HELD = "It looks like a machine’s work; no letter went to the address"
SENT = "complained"


@bp.get("")
@access.public
def new() -> Response:
    """How it goes, and the form; `?about=` and `?order_reference=` fill in what is known already."""
    given = {name: filters.asked(name)[:40] for name in ("about", "order_reference")}
    return _page(ComplaintForm(data=given).use())


@bp.post("")
@access.public
@limiter.limit("30/minute;200/hour")
def send() -> Response | AnyResponse:
    """Take it in."""
    form = ComplaintForm(request.form).use()
    if not form.validate():
        return _page(form, 422)
    minted = _read(form.submission.data)
    if minted is None:
        return _page(form, 409, CLOSED)
    answers, now = form.answers(), moment.now(parts().clock)
    sending = Sending(
        submission=_submission(minted["s"], answers),
        acknowledge=may_write_to(answers.email),
        held=_held(form, now.timestamp() - minted["t"]),
    )
    complaints.submit(answers, sending, parts().clock, parts().settings.COMPLAINT_DAYS)
    session[SENT] = sending.submission
    return redirect("/complaints/sent", 303)


@bp.get("/sent")
@access.public
def sent() -> AnyResponse:
    """That we have it, and what happens next: for the browser that sent it, and for an hour."""
    kept = complaints.find_sent(session.get(SENT, ""), parts().clock)
    if kept is None:
        return redirect("/complaints", 303)
    page = render_template("public/complaint_sent.html", complaint=kept, email=masked_email(kept.email))
    return never_stored(make_response(page))


def after_csrf_error() -> Response:
    """What was typed, kept, when the form's token is missing or old: nothing was sent."""
    return _page(ComplaintForm(request.form).use(), 400, CLOSED)


def _page(form: ComplaintForm, status: int = 200, banner: str = "") -> Response:
    used, now = form.submission.data, moment.now(parts().clock)
    settings = parts().settings
    page = render_template(
        "public/complain.html",
        form=form,
        submission=used if _read(used) else _new_submission(now),
        banner=banner,
        abouts=tuple(ABOUT.items()),
        settings=settings,
        answer_by=complaint.due(now, settings.COMPLAINT_DAYS),
    )
    return make_response(page, status)


def _new_submission(now: dt.datetime) -> str:
    return parts().tokens.sign("complaining", {"s": secrets.token_hex(16), "t": int(now.timestamp())})


def _read(token: str | None) -> dict[str, Any] | None:
    """What the form's hidden number says; None when it is absent or forged."""
    try:
        return parts().tokens.read("complaining", token or "")
    except (BadToken, Expired):
        return None


def _submission(number: str, answers: Answers) -> str:
    """The form's number with the words: pressed twice it is one, and other words from the same form are another."""
    said = "\0".join((number, *(f"{name}={value}" for name, value in sorted(vars(answers).items()))))
    return sha256((parts().settings.SECRET_KEY + said).encode()).hexdigest()


def _held(form: ComplaintForm, seconds_to_fill: float) -> str:
    """Why a person should look before we write to the address, or nothing."""
    if parts().settings.SPAM_CHECKS == "off":
        return ""
    score = spam_score(
        honeypot=form.website.data or "",
        seconds_to_fill=seconds_to_fill,
        message=f"{form.message.data} {form.wish.data or ''}",
        full_name=form.full_name.data,
    )
    return HELD if score >= SPAM_LIMIT else ""
