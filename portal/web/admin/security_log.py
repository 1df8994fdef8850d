"""The security log: what happened at the door and to accounts, and the alerts that somebody must look at."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Refusal
from portal.domain.links import SECURITY_PAGE, alert_page
from portal.domain.roles import Role
from portal.domain.security import ALERTS, SAID, Happened
from portal.services import moment, security_log
from portal.services.security_log import Wanted
from portal.web import access, downloads, filters
from portal.web.filters import Filters
from portal.web.parts import parts

bp = Blueprint("admin_security", __name__)


@bp.get(SECURITY_PAGE)
@access.staff(Role.MANAGER, Role.PRIVACY)
def show() -> Response:
    """Newest first, a page at a time."""
    return _page()


@bp.get(f"{SECURITY_PAGE}.csv")
@access.staff(Role.MANAGER, Role.PRIVACY)
def download() -> Response:
    """What is filtered, as a file; the log says that it was taken."""
    wanted, _ = _asked()
    content = security_log.export(wanted, access.visit(), parts().clock, access.person())
    return downloads.csv("security", content, moment.now(parts().clock))


@bp.post(f"{SECURITY_PAGE}/looked")
@access.staff(Role.MANAGER, Role.PRIVACY)
def looked() -> Response | AnyResponse:
    """The alerts that were shown need nobody any more."""
    try:
        newest = request.form.get("newest", "")
        security_log.close_alerts(newest, access.visit(), parts().clock, access.person())
    except Refusal as refused:
        return _page(409, str(refused))
    return redirect(f"{SECURITY_PAGE}?done=looked", 303)


def _asked() -> tuple[Wanted, Filters]:
    """What the address asks for, and how the page says it."""
    kind = filters.asked("kind")
    known = Happened(kind) if kind in set(Happened) else None
    network, account = filters.asked("network"), filters.asked("account").upper()
    first, last = filters.asked_day("from"), filters.asked_day("to")
    wanted = Wanted(
        known,
        network,
        account,
        filters.start_of(first) if first else None,
        filters.start_of(last + dt.timedelta(days=1)) if last else None,
    )
    return wanted, filters.in_force(
        SECURITY_PAGE,
        kind=SAID[known] if known else "",
        network=f"From {network}" if network else "",
        account=account,
        from_=f"Since {first.day} {first:%B %Y}" if first else "",
        to=f"Until {last.day} {last:%B %Y}" if last else "",
    )


def _page(status: int = 200, refusal: str = "") -> Response:
    wanted, in_force = _asked()
    shown = security_log.look(wanted, parts().clock, access.person(), page=filters.asked_page())
    html = render_template(
        "admin/security_log.html",
        shown=shown,
        filters=in_force,
        kinds=sorted(SAID.items(), key=lambda item: item[1]),
        words=SAID,
        alarms=ALERTS,
        alert_page=alert_page,
        days=parts().settings.SECURITY_LOG_DAYS,
        may_read_trainees=access.person().roles & {Role.MANAGER, Role.ENQUIRIES},
        refusal=refusal,
        done=request.args.get("done") == "looked",
    )
    return make_response(html, status)
