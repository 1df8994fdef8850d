"""Contacts that stand when sponsors come, and when they go again: nobody is lost, and no id is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import config
from portal import create_app
from portal.models import db

ACCOUNT = (
    "INSERT INTO account (id, reference, full_name, email, email_key, search_text, password_version, session_epoch,"
    " created_at, last_used_at) VALUES ({0}, 'ACC-{0}', 'A', '{0}@a.example', '{0}@a.example', '', 1, 1,"
    " '2026-11-22 10:00:00', '2026-11-22 10:00:00')"
)
PARTNER = (
    "INSERT INTO partner (id, code, name, short_name, legal_name, town, contact_name, email, backup_email, website,"
    " privacy_url, active, role, country, transfer_mechanism, nation)"
    " VALUES (1, 'A', 'A', 'A', '', '', '', '', '', '', '', true, 'controller', 'GB', '', 'england')"
)
SPONSOR = (
    "INSERT INTO sponsor (id, code, name, kind, privacy_notice, active) VALUES (1, 'S', 'S', 'employer', '', true)"
)
CONTACT = (
    "INSERT INTO contact (account_id, {0}, undertaking_version, undertaking_accepted_at, invited_at)"
    " VALUES ({1}, 1, '2026-11', '2026-11-22 10:00:00', '2026-11-22 09:00:00')"
)
HISTORY = (
    "INSERT INTO content_change (what, code, changes, made_by, changed_at)"
    " VALUES ('{0}', 'S', '[]', 'A', '2026-11-22 10:00:00')"
)


@pytest.fixture
def before(database: str, tmp_path: Path) -> Iterator[Flask]:
    """A database of the time before sponsors: three contacts of a partner, the last of whom is gone."""
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        flask_migrate.downgrade(revision="003")
        _run(PARTNER, *(ACCOUNT.format(n) for n in (1, 2, 3, 4)))
        _run(*(CONTACT.format("partner_id", n) for n in (1, 2, 3)), "DELETE FROM contact WHERE account_id = 3")
        yield app
        db.engine.dispose()


def _run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


CONTACTS = "SELECT id, account_id, partner_id, undertaking_version, removed_at FROM contact ORDER BY id"
KEPT = [(1, 1, 1, "2026-11", None), (2, 2, 1, "2026-11", None)]


@pytest.mark.usefixtures("before")
def test_contacts_survive_both_ways() -> None:
    flask_migrate.upgrade(revision="004")
    assert _rows(CONTACTS) == KEPT
    _run(SPONSOR, CONTACT.format("sponsor_id", 1), HISTORY.format("sponsor"), HISTORY.format("partner"))
    assert _rows("SELECT id, sponsor_id FROM contact WHERE partner_id IS NULL") == [(4, 1)], "3 was used before"
    with pytest.raises(IntegrityError):
        _run(CONTACT.format("sponsor_id", 1))
    flask_migrate.downgrade(revision="003")
    assert _rows(CONTACTS) == KEPT
    assert _rows("SELECT what FROM content_change") == [("partner",)]
    with pytest.raises(IntegrityError):
        _run("UPDATE contact SET partner_id = NULL")
    _run(CONTACT.format("partner_id", 4))
    newest = _rows(CONTACTS)[-1]
    assert newest[0] not in (1, 2, 3, 4), "4 was used before"
    flask_migrate.upgrade()
    assert _rows(CONTACTS) == [*KEPT, newest]


@pytest.mark.usefixtures("before")
def test_a_contact_goes_with_its_account_partner_or_sponsor() -> None:
    flask_migrate.upgrade(revision="004")
    _run(SPONSOR, CONTACT.format("sponsor_id", 1), CONTACT.format("sponsor_id", 4))
    _run("DELETE FROM account WHERE id = 1")
    assert [row[1] for row in _rows(CONTACTS)] == [2, 4]
    _run("DELETE FROM sponsor")
    assert _rows(CONTACTS) == KEPT[1:]
    _run("DELETE FROM partner")
    assert _rows(CONTACTS) == []


def test_without_rows_it_goes_both_ways(database: str, tmp_path: Path) -> None:
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        flask_migrate.downgrade(revision="003")
        flask_migrate.upgrade()
        assert _rows(CONTACTS) == []
        db.engine.dispose()
