"""A trainee's own courses: which are open, and which will be."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.services import places
from portal.web import access, choosing
from portal.web.parts import parts

bp = Blueprint("own_courses", __name__, url_prefix="/account/courses")


@bp.get("")
@access.signed_in
def list_courses() -> str:
    """Newest first."""
    asked = request.args.get("page", 1, type=int)
    page, now = places.list_of(access.person().account_id, parts().clock, asked)
    choices = choosing.paths_for_learner(page.rows, now)
    return render_template("account/courses.html", page=page, now=now, choices=choices)
