"""How templates are read."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment


class _Environment(FlaskEnvironment):
    """Flask's, with each template's globals in one plain dictionary: looking through two costs a tenth of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template; those of the application are all there before the first is read."""
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Before anything asks for the application's environment."""
    app.jinja_environment = _Environment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
