"""Complaints come and go: what stood before stays, and of letters only those about complaints are gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

import config
from portal import create_app
from portal.models import db, triggers
from portal.services import health

ACCOUNT = (
    "INSERT INTO account (id, reference, full_name, email, email_key, search_text, password_version, session_epoch,"
    " created_at, last_used_at) VALUES (1, 'ACC-1', 'A', 'a@a.example', 'a@a.example', '', 1, 1,"
    " '2026-11-22 10:00:00', '2026-11-22 10:00:00')"
)
LETTER = (
    "INSERT INTO outbox_message (kind, record_id, lane, key, state, attempts, created_at, due_at, uncertain,"
    " last_error) VALUES ('{0}', 1, 'mail', '{0}:1', 'queued', 0, '2026-11-22 10:00:00', '2026-11-22 10:00:00',"
    " false, '')"
)
COMPLAINT = (
    "INSERT INTO complaint (id, reference, submission, about, full_name, email, email_key, message, search_text, flag,"
    " received_at, acknowledge_by, answer_by, owner_id, outcome, closed_at, link_epoch) VALUES ({0}, 'CMP-{0}', '{0}',"
    " 'order', 'H', 'h@h.example', 'h@h.example', 'M', '', '', '2026-11-22 10:00:00', '2026-12-18 17:00:00',"
    " '2026-12-18 17:00:00', 1, {1}, {2}, 1)"
)
ENTRY = (
    "INSERT INTO complaint_entry (complaint_id, account_id, made_by, kind, words, made_at)"
    " VALUES (1, 1, 'A', 'note', 'W', '2026-11-22 10:00:00')"
)


@pytest.fixture
def before(database: str, tmp_path: Path) -> Iterator[Flask]:
    """A database of the time before complaints, with an account and a letter in it."""
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        flask_migrate.downgrade(revision="008")
        _run(ACCOUNT, LETTER.format("password_changed"))
        yield app
        db.engine.dispose()


def _run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _triggers() -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if db.engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return {str(row[0]) for row in _rows(query)}


@pytest.mark.usefixtures("before")
def test_what_stood_before_stays_through_up_and_down() -> None:
    flask_migrate.upgrade()
    _run(COMPLAINT.format(1, "NULL", "NULL"), ENTRY)
    _run(*(LETTER.format(kind) for kind in ("complaint_outcome", "team_complaint_words", "purge_complaints")))
    flask_migrate.downgrade(revision="008")
    assert _rows("SELECT reference FROM account") == [("ACC-1",)]
    assert _rows("SELECT kind FROM outbox_message") == [("password_changed",)]
    with db.engine.connect() as connection:
        assert not {"complaint", "complaint_entry"} & set(inspect(connection).get_table_names())
    flask_migrate.upgrade()
    assert _rows("SELECT reference FROM account") == [("ACC-1",)]
    assert _rows("SELECT count(*) FROM complaint") == [(0,)]
    assert _triggers() == triggers.expected(db.engine.dialect.name)
    assert health.problems() == []


@pytest.mark.usefixtures("before")
def test_the_database_keeps_a_complaint_with_its_timeline_and_without_whoever_left() -> None:
    flask_migrate.upgrade()
    _run(COMPLAINT.format(1, "NULL", "NULL"), ENTRY)
    for outcome, closed_at in (("'upheld'", "NULL"), ("NULL", "'2026-11-23 10:00:00'")):
        with pytest.raises(IntegrityError):
            _run(COMPLAINT.format(2, outcome, closed_at))
    _run("DELETE FROM account")
    assert _rows("SELECT owner_id FROM complaint") == [(None,)]
    assert _rows("SELECT account_id, made_by FROM complaint_entry") == [(None, "A")]
    _run("DELETE FROM complaint")
    assert _rows("SELECT count(*) FROM complaint_entry") == [(0,)]
