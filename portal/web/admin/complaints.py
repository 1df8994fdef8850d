"""Complaints as staff work on them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.complaint import ABOUT, ABOUT_WHAT, EXTENSIONS, OUTCOMES, Outcome, seen_by
from portal.domain.errors import NotFound, Refusal
from portal.domain.links import complaint_file
from portal.domain.roles import Role
from portal.forms.base import PortalForm
from portal.forms.complaint_desk import AcknowledgedForm, ComplaintOutcomeForm, ComplaintReplyForm, ExtendForm
from portal.forms.enquiry_desk import NoteForm
from portal.services import complaint_desk, moment
from portal.services.complaint_desk import Filters
from portal.web import access, downloads, filters
from portal.web.parts import parts

bp = Blueprint("admin_complaints", __name__, url_prefix="/admin")

DESK = (Role.MANAGER, Role.FINANCE, Role.PRIVACY)
STATES = {"open": "Open", "closed": "Closed"}
LATE = {"yes": "Overdue"}


@bp.get("/complaints")
@access.staff(*DESK)
def list_complaints() -> str:
    """Oldest first; the filters live in the address."""
    in_force = _in_force()
    person, page = access.person(), filters.asked_page()
    listing = complaint_desk.list_complaints(_wanted(in_force), person, parts().clock, page=page)
    abouts = {about: ABOUT[about] for about in seen_by(person.roles)}
    choices = {"states": STATES, "abouts": abouts, "late": LATE, "outcomes": OUTCOMES, "about_what": ABOUT_WHAT}
    return render_template("admin/complaints.html", listing=listing, filters=in_force, **choices)


@bp.get("/complaints.csv")
@access.staff(*DESK)
def download() -> Response:
    """What is filtered, as a file; the security log says that it was taken."""
    content = complaint_desk.export(_wanted(_in_force()), access.visit(), parts().clock, access.person())
    return downloads.csv("complaints", content, moment.now(parts().clock))


def _in_force() -> filters.Filters:
    return filters.in_force(
        "/admin/complaints",
        search=filters.asked("search"),
        state=STATES.get(filters.asked("state"), ""),
        about=next((words for about, words in ABOUT.items() if about == filters.asked("about")), ""),
        overdue=LATE.get(filters.asked("overdue"), ""),
    )


def _wanted(in_force: filters.Filters) -> Filters:
    asked = dict(in_force.values)
    late = asked.pop("overdue", "")
    return Filters(**asked, overdue_at=moment.now(parts().clock) if late else None)


@bp.get("/complaints/<reference>")
@access.staff(*DESK)
def show(reference: str) -> Response:
    """Where it is, everything that was said and done, and what can be done."""
    return _page(reference)


@bp.post("/complaints/<reference>/take")
@access.staff(*DESK)
def take(reference: str) -> AnyResponse:
    """Look into it from now on."""
    complaint_desk.take(reference, access.person(), parts().clock)
    return _back(reference)


@bp.post("/complaints/<reference>/note")
@access.staff(*DESK)
def note(reference: str) -> Response | AnyResponse:
    """Add a note."""
    form = NoteForm(request.form)
    if not form.validate():
        return _page(reference, 422, note=form)
    return _do(reference, lambda: complaint_desk.note(reference, form.note.data, access.person(), parts().clock))


@bp.post("/complaints/<reference>/acknowledge")
@access.staff(*DESK)
def acknowledge(reference: str) -> Response | AnyResponse:
    """Write down how they were told, without our letter, that we have it."""
    form = AcknowledgedForm(request.form)
    if not form.validate():
        return _page(reference, 422, acknowledge=form)
    person, how = access.person(), form.how.data
    return _do(reference, lambda: complaint_desk.acknowledge(reference, how, person, parts().clock), acknowledge=form)


@bp.post("/complaints/<reference>/reply")
@access.staff(*DESK)
def reply(reference: str) -> Response | AnyResponse:
    """Write to the person by mail."""
    form = ComplaintReplyForm(request.form)
    if not form.validate():
        return _page(reference, 422, reply=form)
    person, words = access.person(), form.letter.data
    return _do(reference, lambda: complaint_desk.reply(reference, words, person, parts().clock), reply=form)


@bp.post("/complaints/<reference>/extend")
@access.staff(*DESK)
def extend(reference: str) -> Response | AnyResponse:
    """Put the answer off, and say so."""
    form = ExtendForm(request.form).use()
    if not form.validate():
        return _page(reference, 422, extend=form)
    person, weeks, reason = access.person(), int(form.weeks.data), form.reason.data
    return _do(reference, lambda: complaint_desk.extend(reference, weeks, reason, person, parts().clock), extend=form)


@bp.post("/complaints/<reference>/close")
@access.staff(*DESK)
def close(reference: str) -> Response | AnyResponse:
    """Say what came of it, to the person too."""
    form = ComplaintOutcomeForm(request.form).use()
    if not form.validate():
        return _page(reference, 422, close=form)
    person, outcome, words = access.person(), Outcome(form.outcome.data), form.answer.data
    return _do(reference, lambda: complaint_desk.close(reference, outcome, words, person, parts().clock), close=form)


def _do(reference: str, act: Callable[[], None], **bound: PortalForm) -> Response | AnyResponse:
    """Do it; when it is refused, what was typed is still in its form."""
    try:
        act()
    except NotFound:
        raise
    except Refusal as refused:
        return _page(reference, 409, str(refused), **bound)
    return _back(reference)


def _back(reference: str) -> AnyResponse:
    return redirect(complaint_file(reference), 303)


def _page(reference: str, status: int = 200, refusal: str = "", **bound: PortalForm) -> Response:
    shown = complaint_desk.open_complaint(reference, access.person(), parts().clock)
    forms: dict[str, PortalForm] = {
        "note": NoteForm(),
        "acknowledge": AcknowledgedForm(),
        "reply": ComplaintReplyForm(),
        "extend": ExtendForm(),
        "close": ComplaintOutcomeForm(),
    }
    page = render_template(
        "admin/complaint.html",
        shown=shown,
        complaint=shown.complaint,
        about=ABOUT[shown.complaint.about],
        about_what=ABOUT_WHAT[shown.complaint.about],
        forms=forms | bound,
        typed=bound,
        problems=[problem for form in bound.values() for problem in form.problems],
        outcomes=OUTCOMES,
        extensions=EXTENSIONS,
        refusal=refusal,
    )
    return make_response(page, status)
