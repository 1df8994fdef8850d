"""Reports: what there is to look at, without anybody's particulars."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.domain.roles import Role
from portal.services import equality_totals
from portal.web import access, filters
from portal.web.parts import parts

bp = Blueprint("admin_reports", __name__, url_prefix="/admin/reports")


@bp.get("")
@access.staff(Role.MANAGER, Role.REPORTS)
def list_reports() -> str:
    """Each report with its way in, the newest first."""
    listing = None
    if parts().settings.EQUALITY == "on":
        listing = equality_totals.list_published(parts().clock, page=filters.asked_page())
    return render_template("admin/reports.html", listing=listing)
