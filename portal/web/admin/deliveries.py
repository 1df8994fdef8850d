"""Deliveries: what waits, what was given up and why, and sending it again."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.delivery import NAMES
from portal.domain.errors import Refusal
from portal.domain.links import BadToken, Expired
from portal.domain.roles import Role
from portal.services import deliveries
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("admin_deliveries", __name__, url_prefix="/admin/deliveries")

STATES = {"failed": "Given up", "waiting": "Waiting", "all": "All"}


@bp.get("")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def list_deliveries() -> Response:
    """Those that were given up, unless the address asks for others."""
    return _page()


@bp.post("/<token>/again")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def send_again(token: str) -> Response | AnyResponse:
    """Try it from the beginning."""
    try:
        deliveries.send_again(_read(token), parts().clock)
    except Refusal as refused:
        return _page(409, refusal=str(refused))
    return redirect("/admin/deliveries?state=waiting&done=yes", 303)


@bp.post("/<token>/aside")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def set_aside(token: str) -> Response | AnyResponse:
    """Leave it as it is."""
    try:
        deliveries.set_aside(_read(token), parts().clock)
    except Refusal as refused:
        return _page(409, refusal=str(refused))
    return redirect("/admin/deliveries", 303)


def _read(token: str) -> int:
    try:
        return int(parts().tokens.read("delivery", token)["m"])
    except (BadToken, Expired):
        abort(404)


def _page(status: int = 200, refusal: str = "") -> Response:
    state = request.args.get("state", "failed")
    listing = deliveries.list_deliveries(state, parts().clock, page=request.args.get("page", 1, type=int))
    page = render_template(
        "admin/deliveries.html",
        listing=listing,
        state=state if state in STATES else "all",
        states=STATES,
        names=NAMES,
        tokens={message.id: parts().tokens.sign("delivery", {"m": message.id}) for message in listing.page.rows},
        done=request.args.get("done") == "yes",
        refusal=refusal,
    )
    return make_response(page, status)
