"""Error pages in the portal's own look: what happened, and what to do."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from portal.domain.errors import NotFound
from portal.web.public import complaints, enquiries, enrolling, own_complaint, registration

log = logging.getLogger("portal.errors")

WORDS = {
    400: ("This did not reach us whole", "Go back, reload the page and try again. Nothing was sent."),
    403: ("This page is not for you", "Your sign-in does not open it. If it should, ring us."),
    404: (
        "This page is not here",
        "If you typed the address, check it. If you followed a link of ours, the fault is ours: please tell us.",
    ),
    405: ("This page does not take that", "Go back and use the buttons on the page."),
    413: (
        "That is more than we can take",
        "Shorten the message to 5,000 characters and send it again. Nothing was sent.",
    ),
    422: ("Something needs another look", "Go back and check what you entered. Nothing was sent."),
    429: ("That was too often", "Wait a few minutes and try again. If it can’t wait, ring us."),
    500: ("Something went wrong here", "It is our fault. Nothing was lost that you had sent before; please try again."),
    503: ("We are very busy", "Try again in a few seconds. If it can’t wait, ring us."),
}

NO_COOKIE = (
    "This page was open for too long, or your browser keeps no cookies",
    "The form needs one, to prove that it is ours. Allow cookies for this site, reload the page and try again."
    " Nothing was sent.",
)

# Forms that are long to fill in show again what was typed, when their token is missing or old.
KEPT_FORMS = {
    "enquiries.check": enquiries.after_csrf_error,
    "enquiries.send": enquiries.after_csrf_error,
    "enquiries.change": enquiries.after_csrf_error,
    "registration.register": registration.after_csrf_error,
    "enrolling.check": enrolling.after_csrf_error,
    "enrolling.pay": enrolling.after_csrf_error,
    "enrolling.change": enrolling.after_csrf_error,
    "complaints.send": complaints.after_csrf_error,
    "own_complaint.add": own_complaint.after_csrf_error,
}


def page(code: int) -> Response:
    """The page of one error."""
    return _page(code, *WORDS[code])


def _page(code: int, heading: str, lead: str) -> Response:
    html = render_template("errors/error.html", code=code, heading=heading, lead=lead)
    response = make_response(html, code)
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Answer every error with its page."""
    _refusals(app)
    _failures(app)


def _refusals(app: Flask) -> None:
    @app.errorhandler(CSRFError)
    def _token_missing(_error: CSRFError) -> Response:
        kept = KEPT_FORMS.get(request.endpoint or "")
        if kept and (answer := kept()) is not None:
            return answer
        return page(400) if app.config["SESSION_COOKIE_NAME"] in request.cookies else _page(400, *NO_COOKIE)

    @app.errorhandler(NotFound)
    def _not_here(_error: NotFound) -> Response:
        return page(404)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        code = error.code or 500
        if code < 400:
            return make_response(error.get_response())
        answer = page(code if code in WORDS else 400 if code < 500 else 500)
        for name in ("Allow", "Retry-After"):
            for value in error.get_response().headers.getlist(name):
                answer.headers[name] = value
        return answer


def _failures(app: Flask) -> None:
    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(PoolTimeout)
    def _database_away(error: Exception) -> Response:
        log.error("database_away", extra={"request_id": g.get("request_id", ""), "error": type(error).__name__})
        answer = page(503)
        answer.headers["Retry-After"] = "5"
        return answer

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("unexpected", exc_info=error, extra={"request_id": g.get("request_id", "")})
        return page(500)
