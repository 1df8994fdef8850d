"""Who may enter. Every route says so with one of these marks; one without is refused, and a guard finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def _mark(kind: str) -> Callable[[View], View]:
    def marked(view: View) -> View:
        view.access = kind  # type: ignore[attr-defined]
        return view

    return marked


public = _mark("public")
"""Anybody."""

token_holder = _mark("token_holder")
"""Whoever holds the signed link in the address; the view reads it."""

machine = _mark("machine")
"""Programs that watch the site: no page, nothing personal."""

sandbox = _mark("sandbox")
"""Anybody, in the demo and in tests only; elsewhere the route does not exist."""


def init_app(app: Flask) -> None:
    """Refuse every route that does not say who may enter."""

    @app.before_request
    def _refuse_unmarked() -> None:
        if request.endpoint is not None and not hasattr(current_app.view_functions[request.endpoint], "access"):
            abort(403)
