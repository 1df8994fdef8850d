"""Who can see what, made from the marks of the pages themselves, and the yearly look through it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.roles import Role
from portal.services import access_review, moment
from portal.web import access, downloads, filters
from portal.web.parts import parts

PAGE = "/admin/access"
bp = Blueprint("admin_access", __name__)


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.PRIVACY)
def show() -> str:
    """Every role and hat, with what opens to it."""
    settings = parts().settings.model_dump()
    shown = access_review.overview(access.routes(), settings, parts().clock, page=filters.asked_page())
    done = request.args.get("done") == "looked"
    return render_template("admin/access.html", report=shown, done=done)


@bp.get(f"{PAGE}.csv")
@access.staff(Role.MANAGER, Role.PRIVACY)
def download() -> Response:
    """Everybody as a file; the security log says that it was taken."""
    content = access_review.export(access.routes(), access.visit(), parts().clock, access.person())
    return downloads.csv("who-can-see-what", content, moment.now(parts().clock))


@bp.get(f"{PAGE}/<who>")
@access.staff(Role.MANAGER, Role.PRIVACY)
def list_people(who: str) -> str:
    """One role or hat: what opens to it, and its people."""
    entrant, page = access_review.list_people(who, access.routes(), page=filters.asked_page())
    return render_template("admin/access_people.html", entrant=entrant, page=page)


@bp.post(f"{PAGE}/looked")
@access.staff(Role.MANAGER, Role.PRIVACY)
def looked() -> AnyResponse:
    """Somebody has looked through it."""
    access_review.look_through(access.visit(), parts().clock, access.person())
    return redirect(f"{PAGE}?done=looked", 303)
