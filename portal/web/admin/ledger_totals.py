"""The ledger of money month by month."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from portal.domain import ledger_months
from portal.domain.roles import Role
from portal.services import ledger_totals, moment
from portal.web import access, downloads, filters
from portal.web.parts import parts

PAGE = "/admin/orders/totals"
bp = Blueprint("admin_ledger_totals", __name__)


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show() -> str:
    """The last twelve months, and those before on further pages."""
    listing = ledger_totals.list_months(parts().clock, page=filters.asked_page())
    bars = ledger_months.bars(listing.page.rows)
    return render_template("admin/ledger_totals.html", listing=listing, bars=bars, heads=ledger_months.HEADS)


@bp.get(f"{PAGE}.csv")
@access.staff(Role.MANAGER, Role.FINANCE)
def download() -> Response:
    """The entries of `?month=2026-11`, or all of them, as a file; the security log says that they were taken."""
    asked = filters.asked("month")
    month = ledger_months.read(asked)
    if asked and month is None:
        abort(404)
    content = ledger_totals.export(month, access.visit(), parts().clock, access.person())
    name = f"ledger-{month.code}" if month else "ledger"
    return downloads.csv(name, content, moment.now(parts().clock))
