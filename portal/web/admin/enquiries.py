"""Enquiries as staff work on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import places
from portal.domain.errors import Refusal
from portal.domain.roles import Role
from portal.domain.timeline import OUTCOMES, rule_looked_at
from portal.forms.base import PortalForm
from portal.forms.enquiry_desk import NoteForm, OutcomeForm, ReplyForm
from portal.services import enquiry_desk, moment
from portal.services.enquiry_desk import Filters, Outcome
from portal.web import access, downloads, filters
from portal.web.parts import parts

bp = Blueprint("admin_enquiries", __name__, url_prefix="/admin")

DESK = (Role.MANAGER, Role.ENQUIRIES)
STATES = {"open": "Open", "closed": "Ended", "withdrawn": "Withdrawn"}
OWNERS = {"me": "Me", "nobody": "Nobody"}


@bp.get("/enquiries")
@access.staff(*DESK)
def list_enquiries() -> str:
    """Newest first; the filters live in the address."""
    holders = enquiry_desk.list_holders()
    in_force = _in_force(holders)
    listing = enquiry_desk.list_enquiries(_wanted(in_force), parts().clock, page=filters.asked_page())
    choices = {"states": STATES, "holders": holders, "owners": OWNERS}
    return render_template("admin/enquiries.html", listing=listing, filters=in_force, **choices)


@bp.get("/enquiries.csv")
@access.staff(*DESK)
def download() -> Response:
    """What is filtered, as a file; the security log says that it was taken."""
    wanted = _wanted(_in_force(enquiry_desk.list_holders()))
    content = enquiry_desk.export(wanted, access.visit(), parts().clock, access.person())
    return downloads.csv("enquiries", content, moment.now(parts().clock))


def _in_force(holders: Mapping[str, str]) -> filters.Filters:
    return filters.in_force(
        "/admin/enquiries",
        search=filters.asked("search"),
        state=STATES.get(filters.asked("state"), ""),
        holder=holders.get(filters.asked("holder"), ""),
        owner=f"Taken by {owner.lower()}" if (owner := OWNERS.get(filters.asked("owner"))) else "",
    )


def _wanted(in_force: filters.Filters) -> Filters:
    asked = dict(in_force.values)
    if asked.get("owner") == "me":
        asked["owner"] = access.person().reference
    return Filters(**asked)


@bp.get("/enquiries/<reference>")
@access.staff(*DESK)
def show(reference: str) -> Response:
    """Where it is, everything that happened, and what can be done."""
    return _page(reference)


@bp.post("/enquiries/<reference>/take")
@access.staff(*DESK)
def take(reference: str) -> AnyResponse:
    """Answer it from now on."""
    enquiry_desk.take(reference, access.person(), parts().clock)
    return _back(reference)


@bp.post("/enquiries/<reference>/note")
@access.staff(*DESK)
def note(reference: str) -> Response | AnyResponse:
    """Add a note."""
    form = NoteForm(request.form)
    if not form.validate():
        return _page(reference, 422, note=form)
    return _do(reference, lambda: enquiry_desk.note(reference, form.note.data, access.person(), parts().clock))


@bp.post("/enquiries/<reference>/reply")
@access.staff(*DESK)
def reply(reference: str) -> Response | AnyResponse:
    """Answer the person by mail."""
    form = ReplyForm(request.form)
    if not form.validate():
        return _page(reference, 422, reply=form)
    return _do(reference, lambda: enquiry_desk.reply(reference, form.answer.data, access.person(), parts().clock))


@bp.post("/enquiries/<reference>/outcome")
@access.staff(*DESK)
def close(reference: str) -> Response | AnyResponse:
    """Say how it ended."""
    form = OutcomeForm(request.form).use()
    if not form.validate():
        return _page(reference, 422, outcome=form)
    chosen = Outcome(form.outcome.data)
    return _do(reference, lambda: enquiry_desk.close(reference, chosen, access.person(), parts().clock))


def _do(reference: str, act: Callable[[], None]) -> Response | AnyResponse:
    try:
        act()
    except Refusal as refused:
        return _page(reference, 409, refusal=str(refused))
    return _back(reference)


def _back(reference: str) -> AnyResponse:
    return redirect(f"/admin/enquiries/{reference}", 303)


def _page(reference: str, status: int = 200, refusal: str = "", **bound: PortalForm) -> Response:
    shown = enquiry_desk.open_enquiry(reference, parts().clock)
    enquiry = shown.enquiry
    forms = {"note": NoteForm(), "reply": ReplyForm(), "outcome": OutcomeForm(data={"outcome": enquiry.outcome})}
    page = render_template(
        "admin/enquiry.html",
        shown=shown,
        enquiry=enquiry,
        rules=[rule_looked_at(entry) for entry in shown.looked_at],
        about=shown.catalogue.interest_name(enquiry.interest),
        based=places.name(enquiry.region, enquiry.country),
        forms=forms | bound,
        problems=[problem for form in bound.values() for problem in form.problems],
        outcomes=OUTCOMES,
        refusal=refusal,
    )
    return make_response(page, status)
