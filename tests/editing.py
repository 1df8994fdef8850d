"""Editing on staff pages, as a browser does it: open the page, change some answers, press; and somebody who edits."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.domain.security import Visit
from portal.models import db
from portal.models.account import Account
from portal.models.session import writing
from portal.records.accounts import Person
from portal.services.partners import Editor

Typed = dict[str, str | list[str]]


def filled_in(page: str) -> Typed:
    """What the last form of a page that has a button "primary" would send if nothing were changed."""
    form = next(part for part in re.findall(r"<form\b.*?</form>", page, re.DOTALL) if 'class="act"' in part)
    typed: Typed = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        said = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if said.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        _add(typed, said["name"], said.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        _add(typed, name, html.unescape(text))
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options) or re.findall(r'value="([^"]*)"', options)
        _add(typed, name, html.unescape(chosen[0]))
    return typed


def _add(typed: Typed, name: str, value: str) -> None:
    if name not in typed:
        typed[name] = value
        return
    before = typed[name]
    typed[name] = [*before, value] if isinstance(before, list) else [before, value]


def save(browser: FlaskClient, path: str, **changes: str | list[str] | None) -> TestResponse:
    """Open a page, change some of its answers (None unticks), and press its button."""
    return press_with(browser, path, filled_in(browser.get(path).text), **changes)


def press_with(browser: FlaskClient, path: str, typed: Typed, **changes: str | list[str] | None) -> TestResponse:
    """The same with a page that was opened before."""
    said = {name: value for name, value in (typed | changes).items() if value is not None}
    return browser.post(path, data=said)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile; inside an application's context."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def an_editor(app: Flask, name: str = "Ruth Bello") -> Editor:
    """Somebody of this name who edits; inside an application's context."""
    parts = app.extensions["portal"]
    reference = f"ACC-{name.split()[0]}"
    with writing() as session:
        now = parts.clock.now(session)
        account = Account(
            reference=reference, full_name=name, email=name, email_key=name, created_at=now, last_used_at=now
        )
        session.add(account)
        session.flush()
        return Editor(
            Person(account.id, 1, reference, name, name),
            Visit("192.0.2.1", "Firefox on Windows"),
            parts.clock.now,
            parts.vault,
        )
