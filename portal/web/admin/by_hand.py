"""An enquiry that came by telephone, post, email, social media or chat, entered by staff.

It goes the same way as one from the site: the person is asked first whether the named partner may have it.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import places, working_days
from portal.domain.errors import AnswerChanged
from portal.domain.links import BadToken, Expired
from portal.forms.enquiry_desk import BY_HAND, ByHandForm
from portal.services import enquiries
from portal.services.enquiries import Channel, Named, Sending
from portal.web import access
from portal.web.admin.enquiries import DESK
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("admin_by_hand", __name__, url_prefix="/admin/enquiries/new")


@bp.get("")
@access.staff(*DESK)
def new() -> Response:
    """The same questions as on the site, and how it came."""
    return _page(ByHandForm())


@bp.post("")
@access.staff(*DESK)
def check() -> Response:
    """Who would have it; nothing is sent yet."""
    form = _posted()
    return _check_page(form) if form.validate() else _page(form, 422)


@bp.post("/change")
@access.staff(*DESK)
def change() -> Response:
    """Back to the questions with every answer as it was."""
    return _page(_posted())


@bp.post("/send")
@access.staff(*DESK)
def send() -> Response | AnyResponse:
    """Send it to whom the check named, or keep it."""
    form = _posted()
    if not form.validate():
        return _page(form, 422)
    routing, named = request.form.get("routing"), _named(form.named.data)
    if routing not in ("pass_on", "keep_with_us") or not form.submission.data:
        return _check_page(form, 422)
    sending = Sending(
        submission=form.submission.data[:80],
        named=named,
        keep_with_us=routing == "keep_with_us",
        channel=Channel(form.channel.data),
    )
    try:
        sent = enquiries.submit(form.answers(), sending, parts().clock, parts().settings.ANSWER_WORKING_DAYS)
    except AnswerChanged:
        form.submission.data = None
        return _check_page(form, 409)
    return redirect(f"/admin/enquiries/{sent.reference}", 303)


def _posted() -> ByHandForm:
    known, _ = enquiries.offered(parts().clock)
    interests = {code: course.subject for code, course in known.courses.items() if course.active}
    form = ByHandForm(request.form).use({*interests, *interests.values(), "other"})
    form.marketing.data = ""  # nobody can say yes for somebody else
    return form


def _named(token: str | None) -> Named | None:
    try:
        named = parts().tokens.read("named", token or "")
    except (BadToken, Expired):
        return None
    return Named(named["p"], named["r"])


def _page(form: ByHandForm, status: int = 200) -> Response:
    known, _ = enquiries.offered(parts().clock)
    page = render_template(
        "admin/by_hand.html",
        form=form,
        channels=BY_HAND.items(),
        interest_options=options.chosen(options.interests(known), form.interest.data),
        region_options=options.chosen(options.regions(), form.region.data),
        country_options=options.chosen(options.all_countries(), form.country.data),
    )
    return make_response(page, status)


def _check_page(form: ByHandForm, status: int = 200) -> Response:
    answers = form.answers()
    recipient, known, _ = enquiries.name_recipient(answers, parts().clock, parts().settings.ANSWER_WORKING_DAYS)
    form.submission.data = form.submission.data or secrets.token_hex(16)
    code = recipient.partner.code if recipient.partner else ""
    form.named.data = parts().tokens.sign("named", {"p": code, "r": recipient.rule})
    page = render_template(
        "admin/check_by_hand.html",
        form=form,
        answers=answers,
        recipient=recipient,
        about=known.interest_name(answers.interest),
        based=places.name(answers.region, answers.country),
        due_day=working_days.long_day(recipient.due_at),
        changed=status == 409,
    )
    return make_response(page, status)
