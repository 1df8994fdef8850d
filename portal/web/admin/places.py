"""A trainee's places on courses, and what staff do to one: close it for a while, open it again, end it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound, Refusal
from portal.domain.roles import Role
from portal.services import place_desk
from portal.web import access, filters
from portal.web.admin import desk
from portal.web.parts import parts

PAGE = "/admin/trainees/<reference>/places"
bp = Blueprint("admin_places", __name__, url_prefix=PAGE)

DONE = {
    "suspended": ("The course is closed to them", "They get a letter that asks them to ring. Its time runs on."),
    "resumed": ("The course goes on", "It is open again, or opens on its day; they get a letter then."),
    "ended": ("The place has ended", "They get a letter. No money was moved: a refund is made on the order’s page."),
}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_places(reference: str) -> Response:
    """Newest first."""
    return _page(reference)


@bp.post("/<place>/suspend")
@access.staff(Role.MANAGER)
def suspend(reference: str, place: str) -> Response | AnyResponse:
    """Keep them out of this course for a while."""
    return _done(place_desk.suspend, reference, place, "suspended")


@bp.post("/<place>/resume")
@access.staff(Role.MANAGER)
def resume(reference: str, place: str) -> Response | AnyResponse:
    """Let them in again."""
    return _done(place_desk.resume, reference, place, "resumed")


@bp.post("/<place>/end")
@access.staff(Role.MANAGER)
def end(reference: str, place: str) -> Response | AnyResponse:
    """End it for good."""
    return _done(place_desk.end, reference, place, "ended")


def _done(act: Callable[..., None], reference: str, place: str, what: str) -> Response | AnyResponse:
    try:
        act(reference, place, access.visit(), parts().clock, access.person())
    except NotFound:
        raise
    except Refusal as refused:
        return _page(reference, 409, str(refused))
    return redirect(PAGE.replace("<reference>", reference) + f"?done={what}", 303)


def _page(reference: str, status: int = 200, refusal: str = "") -> Response:
    html = render_template(
        "admin/places.html",
        listing=place_desk.list_of(reference, parts().clock, page=filters.asked_page()),
        refusal=refusal,
        done=DONE.get(request.args.get("done", "")),
        may_change=desk.may_change(),
    )
    return make_response(html, status)
