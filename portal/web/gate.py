"""Admits as many requests as there are connections; the others wait two seconds, then get an honest 503.

Without it the server takes every request at once, and under load people wait for a database connection until their
browser gives up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

WAIT_SECONDS = 2.0
Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Gate:
    """Wraps a WSGI application. `busy_page` makes the page of a 503."""

    def __init__(self, app: Wsgi, places: int, busy_page: Callable[[], bytes], wait: float = WAIT_SECONDS) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(places)
        self._busy_page = busy_page
        self._wait = wait

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request, or say that we are busy."""
        if not self._places.acquire(timeout=self._wait):
            headers = [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Retry-After", "5"),
                ("Cache-Control", "no-store"),
            ]
            start_response("503 Service Unavailable", headers)
            return [self._busy_page()]
        try:
            answer = self._app(environ, start_response)
            body = list(answer)
            close = getattr(answer, "close", None)
            if close is not None:
                close()
            return body
        finally:
            self._places.release()
