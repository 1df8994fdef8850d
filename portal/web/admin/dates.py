"""Who has been asked about a date that was moved or cancelled, and what each has chosen."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.domain.date_change import CHOSEN
from portal.domain.roles import Role
from portal.services import date_desk
from portal.web import access
from portal.web.admin import desk
from portal.web.parts import parts

bp = Blueprint("admin_dates", __name__, url_prefix="/admin/dates")


@bp.get("/<run>")
@access.staff(Role.MANAGER, Role.ENQUIRIES)
def show(run: str) -> str:
    """The last change first."""
    listing = date_desk.list_of(run, parts().clock, page=desk.page_number())
    return render_template("admin/date.html", listing=listing, run=listing.run, chosen=CHOSEN)
