"""The equality totals of a quarter, as they were published. These pages exist where the questions are switched on."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from portal.domain.roles import Role
from portal.services import equality_totals, moment
from portal.web import access, downloads
from portal.web.parts import parts

bp = Blueprint("admin_equality", __name__, url_prefix="/admin/reports/equality")


@bp.get("/<period>")
@access.staff(Role.MANAGER, Role.REPORTS)
def show(period: str) -> str:
    """The tables, nation by nation."""
    return render_template("admin/equality.html", shown=equality_totals.get_published(period))


@bp.get("/<period>.csv")
@access.staff(Role.MANAGER, Role.REPORTS)
def download(period: str) -> Response:
    """The same as a file; the security log says that it was taken."""
    content = equality_totals.export(period, access.visit(), parts().clock, access.person())
    return downloads.csv(f"equality-{period}", content, moment.now(parts().clock))
