"""The first page of an account: what comes next."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.domain import details
from portal.domain.registration import called
from portal.services import own_account
from portal.web import access, choosing
from portal.web.parts import parts

bp = Blueprint("account", __name__, url_prefix="/account")

CHANGED = {
    "right": ("Thank you", "We ask again in a year. Whatever changes before then, put it right in your details.")
}


@bp.get("")
@access.signed_in
def show() -> str:
    """One "Next" card, then what is one's own."""
    shown = own_account.overview(access.person(), parts().clock, page=request.args.get("page", 1, type=int))
    paths = [parts().links.enquiry_path(one.reference, one.link_epoch, shown.now) for one in shown.enquiries.rows]
    return render_template(
        "account/overview.html",
        shown=shown,
        paths=paths,
        choices=choosing.paths_for_learner(shown.places.rows, shown.now),
        called=called(access.person().full_name),
        details=details,
        changed=CHANGED.get(request.args.get("changed", "")),
    )
