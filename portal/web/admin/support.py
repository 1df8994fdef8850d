"""What trainees told about support, for the members of staff who are named to read it, and for nobody else."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.services import support_desk
from portal.web import access, filters
from portal.web.parts import parts

bp = Blueprint("admin_support", __name__, url_prefix="/admin/support")


@bp.get("")
@access.support_reader
def list_told() -> str:
    """Who told something, newest first; the words stand on a page of their own."""
    return render_template("admin/support.html", page=support_desk.list_told(filters.asked_page()))


@bp.get("/<reference>")
@access.support_reader
def read(reference: str) -> str:
    """One trainee's words; the security log says that they were opened, and by whom."""
    told = support_desk.read(reference, access.visit(), parts().clock, parts().vault, access.person())
    return render_template("admin/support_need.html", told=told)
