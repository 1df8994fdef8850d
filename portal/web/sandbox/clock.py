"""Moves the clock, and passes every other sandbox address on to the sandbox's own process."""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal.web import access
from portal.web.parts import parts

bp = Blueprint("sandbox_clock", __name__, url_prefix="/sandbox")

_DURATION = re.compile(r"P(?:(?P<days>\d{1,5})D)?(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?)?")


def duration(text: str) -> dt.timedelta:
    """P2D, PT3H or P1DT30M as a length of time. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise ValueError("Say how far as P2D, PT3H or PT20M.")
    return dt.timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})


@bp.post("/clock")
@access.sandbox
def advance() -> tuple[Response, int]:
    """Move the clock forward by `advance`; answers how far it runs ahead, in seconds."""
    try:
        offset = parts().clock.advance(duration(request.form.get("advance", "")))
    except ValueError as error:
        return jsonify(error=str(error)), 422
    return jsonify(offset_seconds=offset.total_seconds()), 200


@bp.route("/<path:path>", methods=["GET", "POST", "DELETE"])
@access.sandbox
def pass_on(path: str) -> AnyResponse:
    """On to the same address of the sandbox's process, which listens one port above."""
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    return redirect(f"http://127.0.0.1:{parts().settings.PORT + 1}/sandbox/{path}{query}", 307)
