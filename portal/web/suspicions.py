"""Addresses that only an attacker asks for are noted; the answer is the ordinary one, so that nobody can tell."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.security import suspicion
from portal.services import security_log
from portal.web import access
from portal.web.parts import parts

log = logging.getLogger("portal.suspicions")


def init_app(app: Flask) -> None:
    """Look at each address that is not here."""

    @app.after_request
    def _note(response: Response) -> Response:
        if response.status_code == 404 and (what := suspicion(request.path)):
            try:
                security_log.note_suspicion(what, access.visit(), parts().clock)
            except SQLAlchemyError as error:
                named = {"request_id": g.get("request_id", ""), "error": type(error).__name__}
                log.error("suspicion_not_noted", extra=named)
        return response
