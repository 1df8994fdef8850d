"""Migrations: up, down and up again on both databases; the schema they make is the schema of the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

import config
from portal import create_app
from portal.gateways.clock import Clock
from portal.models import db, triggers
from portal.services import health
from tests import factories
from tests.databases import PostgresqlTemplate, SqliteTemplate


@pytest.fixture
def migrated(database: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        yield app
        db.engine.dispose()


def _triggers() -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if db.engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with db.engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


@pytest.mark.usefixtures("migrated")
def test_down_to_nothing_and_up_again() -> None:
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    flask_migrate.upgrade()
    assert _triggers() == triggers.expected(db.engine.dialect.name)
    assert health.problems() == []


@pytest.mark.usefixtures("migrated")
def test_the_schema_is_the_models() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.usefixtures("migrated")
def test_checks_in_the_database_are_those_of_the_models() -> None:
    with db.engine.connect() as connection:
        for table in db.metadata.tables.values():
            made = {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            meant = {
                c.name for c in table.constraints if type(c).__name__ == "CheckConstraint" or hasattr(c, "sqltext")
            }
            assert made == {str(name) for name in meant}, table.name


@pytest.mark.usefixtures("migrated")
def test_an_old_schema_is_not_ready() -> None:
    flask_migrate.downgrade(revision="base")
    assert health.problems() != []


LEDGER = "INSERT INTO consent_entry (id, subject_key, purpose, recipient, given, wording, form, said_at) VALUES "
ENTRY = "(1, 'k', 'marketing', '', true, 'Yes', 'enquiry', '2026-11-22 10:00:00')"


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent_entry SET given = false",
        "DELETE FROM consent_entry",
        "TRUNCATE consent_entry",
        LEDGER.replace("INSERT", "INSERT OR REPLACE") + ENTRY,
        LEDGER + ENTRY + " ON CONFLICT (id) DO UPDATE SET wording = 'No'",
    ],
    ids=["update", "delete", "truncate", "replace", "upsert"],
)
def test_the_consent_ledger_can_only_grow(change: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(LEDGER + ENTRY))
    with pytest.raises(SQLAlchemyError), db.engine.begin() as connection:
        connection.execute(text(change))
    with db.engine.connect() as connection:
        kept = connection.execute(text("SELECT wording, given FROM consent_entry")).all()
    assert [tuple(row) for row in kept] == [("Yes", True)]


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("table", triggers.CATALOGUE)
def test_every_change_of_the_catalogue_raises_its_number(table: str) -> None:
    def number() -> int:
        with db.engine.connect() as connection:
            return int(connection.execute(text("SELECT number FROM data_version")).scalar_one())

    before = number()
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO partner (id, code, name, short_name, legal_name, town, contact_name, email, backup_email,"
                " website, privacy_url, active, role, country, transfer_mechanism, nation)"
                " VALUES (1, 'A', 'A', 'A', '', '', '', '', '', '', '', true, 'controller', 'GB', '', 'england')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO course (id, code, title, topic, subject, price_pence, vat_rate, delivery, sold, summary,"
                " length, taught, award, award_note, outline, before, active)"
                " VALUES (1, 'C', 'C', '', 's', 1, 20, 'live', 'both', '', '', '', '', '', '', '', true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO routing_rule (id, priority, name, regions, countries, interests, audience, strategy,"
                " reason) VALUES (1, 1, 'R', '', '', '', '', 'first', '')"
            )
        )
        connection.execute(
            text("INSERT INTO routing_rule_partner (id, rule_id, partner_id, position) VALUES (1, 1, 1, 1)")
        )
    inserted = number()
    assert inserted >= before + 4
    with db.engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET id = id"))
    assert number() > inserted


ACCOUNT = (
    "INSERT INTO account (id, reference, full_name, email, email_key, search_text, password_version, session_epoch,"
    " created_at, last_used_at) VALUES (7, 'ACC-1', 'Aoife O’Dowd', 'aoife@odowd.example', 'aoife@odowd.example', '',"
    " 1, 1, '2025-01-02 10:00:00', '2025-03-04 10:00:00')"
)
OF_IT = (
    "INSERT INTO trainee (id, account_id, region, heard_from, of_age, via) VALUES (3, 7, 'wales', 'A search', 16, '')",
    "INSERT INTO account_consent_subject (id, subject_key, account_id) VALUES (2, 'k', 7)",
    "INSERT INTO profile_answer (id, account_id, question, state, value, answered_at)"
    " VALUES (4, 7, 'organisation', 'answered', 'Nair Fibre', '2025-01-02 10:00:00')",
    LEDGER + ENTRY,
)
LETTER = (
    "INSERT INTO outbox_message (id, kind, record_id, lane, key, state, attempts, created_at, due_at, uncertain,"
    " last_error) VALUES ({0}, '{1}', 1, 'mail', '{1}:1', 'queued', 0, '2026-01-02 10:00:00', '2026-01-02 10:00:00',"
    " false, '')"
)


def _everything_kept() -> list[tuple[object, ...]]:
    query = (
        "SELECT account.full_name, trainee.region, trainee.heard_from, subject.subject_key, profile_answer.value"
        " FROM account JOIN trainee ON trainee.account_id = account.id"
        " JOIN account_consent_subject AS subject ON subject.account_id = account.id"
        " JOIN profile_answer ON profile_answer.account_id = account.id"
    )
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.mark.usefixtures("migrated")
def test_what_people_told_us_survives_the_third_revision_up_and_down() -> None:
    flask_migrate.downgrade(revision="002")
    with db.engine.begin() as connection:
        for statement in (ACCOUNT, *OF_IT, LETTER.format(1, "password_changed")):
            connection.execute(text(statement))
    kept = [("Aoife O’Dowd", "wales", "A search", "k", "Nair Fibre")]
    flask_migrate.upgrade()
    assert _everything_kept() == kept
    assert _triggers() == triggers.expected(db.engine.dialect.name)
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT details_confirmed_at FROM trainee")).all() == [(None,)]
        connection.execute(text("UPDATE trainee SET details_confirmed_at = '2026-01-02 10:00:00'"))
        connection.execute(
            text(
                "INSERT INTO account_warning (id, account_id, idle_since, written_at)"
                " VALUES (1, 7, '2025-03-04 10:00:00', '2027-02-04 10:00:00')"
            )
        )
        for statement in (LETTER.format(2, "account_unused"), LETTER.format(3, "warn_unused")):
            connection.execute(text(statement))
    flask_migrate.downgrade(revision="002")
    assert _everything_kept() == kept
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT kind FROM outbox_message")).all() == [("password_changed",)]
        assert "account_warning" not in inspect(connection).get_table_names()
    flask_migrate.upgrade()
    assert _everything_kept() == kept
    assert health.problems() == []


def test_sqlite_and_postgresql_have_the_same_tables(
    sqlite_template: SqliteTemplate, postgresql_template: PostgresqlTemplate
) -> None:
    from sqlalchemy import create_engine

    names = []
    with sqlite_template.fresh() as one, postgresql_template.fresh() as other:
        for address in (one, other.replace("postgresql://", "postgresql+psycopg://")):
            engine = create_engine(address)
            with engine.connect() as connection:
                tables = set(inspect(connection).get_table_names())
            engine.dispose()
            names.append(tables)
    assert names[0] == names[1]


def test_enquiries_of_before_are_found_without_accents(app: Flask, catalogue: Flask, clock: Clock) -> None:
    with app.app_context():
        factories.send(clock, "one", full_name="Zoë O’Größe", organisation=None)
        flask_migrate.downgrade(revision="002")
        assert "zoë o’grösse" in _search_text()
        flask_migrate.upgrade()
        assert "zoe o'grosse priya@" in _search_text()


def _search_text() -> str:
    with db.engine.connect() as connection:
        return str(connection.execute(text("SELECT search_text FROM enquiry")).scalar_one())


def _count(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.mark.usefixtures("migrated")
def test_what_was_there_before_the_readers_stays_through_up_and_down() -> None:
    flask_migrate.downgrade(revision="002")
    moment = "'2026-11-22 10:00:00+00:00'" if db.engine.dialect.name == "postgresql" else "'2026-11-22 10:00:00'"
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO account (id, reference, full_name, email, email_key, search_text, password_version,"
                " session_epoch, created_at, last_used_at)"
                f" VALUES (1, 'A', 'A', 'a', 'a', 'a', 1, 1, {moment}, {moment})"
            )
        )
        connection.execute(
            text(
                "INSERT INTO support_need (id, account_id, state, locked_words, answered_at)"
                f" VALUES (1, 1, 'answered', 'locked', {moment})"
            )
        )
        connection.execute(
            text(f"INSERT INTO staff (id, account_id, reads_support_needs, invited_at) VALUES (1, 1, true, {moment})")
        )
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT locked_words FROM support_need")).scalar_one() == "locked"
        assert connection.execute(text("SELECT reads_support_needs FROM staff")).scalar_one()
        made = f"(account_id, made_by, made_at) VALUES (1, 'Ruth Bello', {moment})"
        connection.execute(text(f"INSERT INTO access_review {made}"))
        connection.execute(
            text(f"INSERT INTO equality_publication (period, tables, made_at) VALUES ('2026-Q3', '[]', {moment})")
        )
    flask_migrate.downgrade(revision="002")
    assert [_count(table) for table in ("account", "staff", "support_need")] == [1, 1, 1]
    flask_migrate.upgrade()
    assert [_count(table) for table in ("account", "staff", "support_need")] == [1, 1, 1]
    assert [_count(table) for table in ("access_review", "equality_publication")] == [0, 0]
    assert _triggers() == triggers.expected(db.engine.dialect.name)
    assert health.problems() == []
