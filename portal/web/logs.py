"""One JSON line a request: its id, the route's pattern (never the path, which may hold a token), status and time."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time

from flask import Flask, Response, g, request

log = logging.getLogger("portal.requests")
_EXTRA = ("request_id", "method", "route", "status", "ms", "kind", "message_id", "lane", "error")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; of an exception its type and place, never its text, which may quote a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": record.msg if record.name.startswith("portal") else record.name,
        }
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                line["where"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return json.dumps(line)


def to_stdout() -> None:
    """Send every log of this process to standard output as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("alembic", "mail.log", "_granian", "stripe"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Give each request an id, answer it in a header, and write its line."""

    @app.before_request
    def _begin() -> None:
        g.request_id, g.began = secrets.token_hex(8), time.perf_counter()

    @app.after_request
    def _write(response: Response) -> Response:
        if "began" in g:
            response.headers["X-Request-ID"] = g.request_id
            facts = {
                "request_id": g.request_id,
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.began) * 1000, 1),
            }
            log.info("request", extra=facts)
        return response
