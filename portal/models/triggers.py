"""The triggers that keep the consent ledger append-only, for the migrations that make and remake them.

A batch alter on SQLite silently drops the triggers of its table: a migration that alters the ledger drops and makes
them itself, and a guard compares what the database holds with EXPECTED after every revision.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

REFUSAL = "the consent ledger is append-only"

EXPECTED = {
    "sqlite": {"consent_entry_no_delete", "consent_entry_no_overwrite", "consent_entry_no_update"},
    "postgresql": {"consent_entry_append_only", "consent_entry_no_truncate"},
}

_SQLITE = (
    f"""CREATE TRIGGER consent_entry_no_update BEFORE UPDATE ON consent_entry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER consent_entry_no_delete BEFORE DELETE ON consent_entry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER consent_entry_no_overwrite BEFORE INSERT ON consent_entry
        WHEN NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM consent_entry WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)

_POSTGRESQL = (
    f"""CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER consent_entry_append_only BEFORE UPDATE OR DELETE ON consent_entry
        FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()""",
    """CREATE TRIGGER consent_entry_no_truncate BEFORE TRUNCATE ON consent_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()""",
)


def make(connection: Connection) -> None:
    """Make the ledger's triggers; the table must stand and hold none of them."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Take the ledger's triggers away, so that its table can be altered or dropped."""
    on_table = " ON consent_entry" if connection.dialect.name == "postgresql" else ""
    for name in sorted(EXPECTED[connection.dialect.name]):
        connection.execute(text(f"DROP TRIGGER {name}{on_table}"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION refuse_ledger_change()"))
