"""Questions nobody has answered yet are the same for everybody: their HTML is made once, and only theirs."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask
from markupsafe import Markup

MOST_KEPT = 200
_kept: dict[Hashable, Markup] = {}


def question(macro: Callable[..., Markup], field: Any, *args: Hashable, **kwargs: Hashable) -> Markup:
    """What the macro makes of the field; kept only without an answer and an error in it: never a word of a person.

    What else the macro reads is part of the key, the list of options with its catalogue's state included.
    """
    if field.data or field.errors:
        return macro(field, *args, **kwargs)
    key = (macro, field.name, field.label.text, field.why, field.missing, args, *kwargs.items())
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = macro(field, *args, **kwargs)
    return _kept[key]


def init_app(app: Flask) -> None:
    """Let templates say question(line, form.full_name)."""
    app.jinja_env.globals["question"] = question
