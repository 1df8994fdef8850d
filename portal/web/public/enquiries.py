"""Asking: the form, the check page that names who answers, and sending."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import places, working_days
from portal.domain.enquiry import SPAM_LIMIT, Answers, spam_score
from portal.domain.errors import AnswerChanged
from portal.domain.links import BadToken, Expired
from portal.forms.enquiry import MARKETING_QUESTION, EnquiryForm
from portal.services import enquiries
from portal.services.enquiries import Catalogue, Named, Recipient, Sending, Sent
from portal.web import access
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts
from portal.web.public import options

Page = str | tuple[str, int]
bp = Blueprint("enquiries", __name__)
_BLANK = EnquiryForm()

CHANGED = "Who answers has changed since you last looked"
UNCHOSEN = "Choose who should have it"
CLOSED = "This page was open for too long, or your browser keeps no cookies"


@bp.get("/enquire")
@access.public
def new() -> Page:
    """The form; `?interest=` and `?region=` fill in what is known already."""
    known, now = enquiries.offered(parts().clock)
    given = {name: value for name in ("interest", "region") if (value := request.args.get(name))}
    return _page(EnquiryForm(data=given) if given else _BLANK, known, now)


@bp.post("/enquire")
@access.public
@limiter.limit("60/minute;600/hour")
def check() -> Page | AnyResponse:
    """The check page, naming who answers; nothing is sent yet."""
    known, now = enquiries.offered(parts().clock)
    form = _posted(known)
    valid = form.validate()
    if (first := _first_of(form)) is not None:
        if not valid or not _differs(form.answers()):
            return _open(first)
        form.submission.data = None
    return _check_page(form, now) if valid else _page(form, known, now, 422)


@bp.post("/enquire/change")
@access.public
def change() -> Page:
    """Back to the form with every answer as it was."""
    known, now = enquiries.offered(parts().clock)
    return _page(_posted(known), known, now)


@bp.post("/enquire/send")
@access.public
@limiter.limit("30/minute;200/hour")
def send() -> Page | AnyResponse:
    """Send it to whom the check page named, or to our own team only."""
    known, now = enquiries.offered(parts().clock)
    form = _posted(known)
    if not form.validate():
        return _page(form, known, now, 422)
    routing = request.form.get("routing")
    submission = _read("submission", form.submission.data)
    if routing not in ("pass_on", "keep_with_us"):
        return _check_page(form, now, 422)
    if submission is None:
        return _check_page(form, now, 409)
    answers = form.answers()
    digest = _digest(answers)
    if session.get("sent", ["", ""])[0] == digest:
        submission["s"] = session["sent"][1]
    named = _read("named", form.named.data)
    sending = Sending(
        submission=submission["s"],
        named=Named(named["p"], named["r"]) if named else None,
        keep_with_us=routing == "keep_with_us",
        acknowledge=may_write_to(answers.email),
        marketing_wording=MARKETING_QUESTION if parts().settings.MARKETING == "on" else "",
        held=_held(form, now.timestamp() - submission["t"]),
    )
    try:
        sent = enquiries.submit(answers, sending, parts().clock, parts().settings.ANSWER_WORKING_DAYS)
    except AnswerChanged:
        form.submission.data = None
        return _check_page(form, now, 409)
    session["sent"] = [digest, submission["s"]]
    return _open(sent)


def after_csrf_error() -> Response:
    """What was typed, kept, when the form's token is missing or old: nothing was sent."""
    known, now = enquiries.offered(parts().clock)
    form = _posted(known)
    form.submission.data = None
    return make_response(_page(form, known, now, 400, banner=CLOSED))


def _posted(known: Catalogue) -> EnquiryForm:
    """The form as it was posted. Files and JSON, which no page of ours sends, are not looked at."""
    form = EnquiryForm(request.form).use(_interests(known))
    if parts().settings.MARKETING == "off":
        form.marketing.data = ""
    return form


def _page(form: EnquiryForm, known: Catalogue, now: dt.datetime, status: int = 200, banner: str = "") -> Page:
    used = form.submission.data
    page = render_template(
        "public/enquire.html",
        form=form,
        submission=used if _read("submission", used) else _new_submission(now),
        banner=banner,
        marketing=parts().settings.MARKETING == "on",
        interest_options=options.chosen(options.interests(known), form.interest.data),
        region_options=options.chosen(options.regions(), form.region.data),
        country_options=options.chosen(options.all_countries(), form.country.data),
        answer_days=parts().settings.ANSWER_WORKING_DAYS,
    )
    return page if status == 200 else (page, status)


def _check_page(form: EnquiryForm, now: dt.datetime, status: int = 200) -> Page:
    answers = form.answers()
    recipient, known, _ = enquiries.name_recipient(answers, parts().clock, parts().settings.ANSWER_WORKING_DAYS)
    if _read("submission", form.submission.data) is None:
        form.submission.data = _new_submission(now)
    form.named.data = _named(recipient)
    page = render_template(
        "public/check.html",
        form=form,
        answers=answers,
        recipient=recipient,
        about=known.interest_name(answers.interest),
        based=places.name(answers.region, answers.country),
        due_day=working_days.long_day(recipient.due_at),
        changed=CHANGED if status == 409 else "",
        unchosen=UNCHOSEN if status == 422 else "",
    )
    return page if status == 200 else (page, status)


def _interests(known: Catalogue) -> set[str]:
    active = {code: course.subject for code, course in known.courses.items() if course.active}
    return {*active, *active.values(), "other"}


def _new_submission(now: dt.datetime) -> str:
    return parts().tokens.sign("submission", {"s": secrets.token_hex(16), "t": int(now.timestamp())})


def _named(recipient: Recipient) -> str:
    code = recipient.partner.code if recipient.partner else ""
    return parts().tokens.sign("named", {"p": code, "r": recipient.rule})


def _read(purpose: str, token: str | None) -> dict[str, Any] | None:
    """What a hidden field's token says; None when it is absent or forged."""
    try:
        return parts().tokens.read(purpose, token or "")
    except (BadToken, Expired):
        return None


def _first_of(form: EnquiryForm) -> Sent | None:
    """The enquiry that this form sent already, if its submission is a used one."""
    submission = _read("submission", form.submission.data)
    return enquiries.find_sent(submission["s"], parts().clock) if submission else None


def _open(sent: Sent) -> AnyResponse:
    return redirect(parts().links.enquiry_path(sent.reference, sent.link_epoch, sent.sent_at), 303)


def _differs(answers: Answers) -> bool:
    """True when this browser sent other answers before: they are a new question, and must not be lost."""
    return "sent" in session and session["sent"][0] != _digest(answers)


def _digest(answers: Answers) -> str:
    """The answers as one short word: the same answers sent again from another tab are the same enquiry."""
    said = json.dumps(vars(answers), sort_keys=True)
    return sha256((parts().settings.SECRET_KEY + said).encode()).hexdigest()[:20]


def _held(form: EnquiryForm, seconds_to_fill: float) -> str:
    """Why a person should look before anybody else sees it, or nothing."""
    if parts().settings.SPAM_CHECKS == "off":
        return ""
    score = spam_score(
        honeypot=form.website.data or "",
        seconds_to_fill=seconds_to_fill,
        message=form.message.data,
        full_name=form.full_name.data,
    )
    return "It looks like a machine's work; nobody else has been told." if score >= SPAM_LIMIT else ""
