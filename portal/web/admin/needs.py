"""The first page of the staff: what needs somebody."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.services import needs
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("")
@access.staff()
def show() -> str:
    """One list, oldest first; below it the last seven days."""
    shown = needs.gather(parts().clock, access.person().roles, page=request.args.get("page", 1, type=int))
    return render_template("admin/needs.html", shown=shown)
