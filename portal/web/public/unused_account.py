"""The page behind the letter that an unused account will be deleted: one press keeps it."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import NotFound
from portal.services import unused_accounts
from portal.web import access, opened
from portal.web.headers import never_stored
from portal.web.limits import limiter
from portal.web.parts import parts

bp = Blueprint("unused_account", __name__, url_prefix="/keep-account")

OUTCOMES = ("kept", "gone")


@bp.get("/<token>")
@access.token_holder
def show(token: str) -> Response | AnyResponse:
    """One sentence and one button; opening it changes nothing."""
    try:
        unused = unused_accounts.get(*_read(token))
    except NotFound:
        return _answer("gone")
    if unused.is_kept:
        return _answer("kept")
    months = parts().settings.ACCOUNT_MONTHS
    page = render_template("public/unused_account.html", unused=unused, months=months, action=request.path)
    return never_stored(make_response(page))


@bp.post("/<token>")
@access.token_holder
@limiter.limit("30/minute")
def keep(token: str) -> AnyResponse:
    """Keep it."""
    try:
        unused_accounts.keep(*_read(token), access.visit(), parts().clock)
    except NotFound:
        return _answer("gone")
    return _answer("kept")


@bp.get("")
@access.public
def answer() -> Response:
    """What came of it."""
    outcome = request.args.get("outcome")
    if outcome not in OUTCOMES:
        abort(404)
    page = render_template("public/unused_account_answer.html", outcome=outcome, months=parts().settings.ACCOUNT_MONTHS)
    return never_stored(make_response(page, 410 if outcome == "gone" else 200))


def _read(token: str) -> tuple[str, str, dt.datetime]:
    return opened.read(parts().links.read_keep, token)


def _answer(outcome: str) -> AnyResponse:
    return redirect(f"/keep-account?outcome={outcome}", 303)
