"""Two questions from programs that watch the site: does it run, and can it work?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from portal.services import health
from portal.web import access

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.machine
def healthz() -> Response:
    """The process runs."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.machine
def readyz() -> tuple[Response, int]:
    """The database answers and its schema is the newest."""
    problems = health.problems()
    return jsonify(status="not ready" if problems else "ok", problems=problems), 503 if problems else 200
