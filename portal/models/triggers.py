"""The database's own promises that are no constraint: the append-only ledger, and the number of the catalogue.

A batch alter on SQLite silently drops the triggers of its table: a migration that alters one of these tables drops
and makes them itself, and a guard compares what the database holds with `expected()` after every revision.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

REFUSAL = "the consent ledger is append-only"
MONEY_REFUSAL = "the ledger of money is never rewritten"
CATALOGUE = ("course", "partner", "routing_rule", "routing_rule_partner")
CHANGES = ("insert", "update", "delete")

_BUMP = "UPDATE data_version SET number = number + 1 WHERE name = 'catalogue'"


def expected(dialect: str) -> set[str]:
    """The names of all triggers that a database of this dialect holds."""
    if dialect == "sqlite":
        ledger = {f"consent_entry_no_{what}" for what in ("delete", "overwrite", "update")}
        counting = {f"{table}_{change}_counts" for table in CATALOGUE for change in CHANGES}
        return ledger | counting | {"ledger_entry_no_update", "ledger_entry_no_overwrite"}
    ledger = {"consent_entry_append_only", "consent_entry_no_truncate", "ledger_entry_no_update"}
    return ledger | {f"{table}_change_counts" for table in CATALOGUE}


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ledger = [
        f"CREATE TRIGGER consent_entry_no_update BEFORE UPDATE ON consent_entry {refuse}",
        f"CREATE TRIGGER consent_entry_no_delete BEFORE DELETE ON consent_entry {refuse}",
        "CREATE TRIGGER consent_entry_no_overwrite BEFORE INSERT ON consent_entry"
        " WHEN EXISTS (SELECT 1 FROM consent_entry WHERE id = NEW.id) " + refuse,
    ]
    return ledger + [
        f"CREATE TRIGGER {table}_{change}_counts AFTER {change.upper()} ON {table} BEGIN {_BUMP}; END"
        for table in CATALOGUE
        for change in CHANGES
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER consent_entry_append_only BEFORE UPDATE OR DELETE ON consent_entry"
        " FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()",
        "CREATE TRIGGER consent_entry_no_truncate BEFORE TRUNCATE ON consent_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()",
        "CREATE FUNCTION count_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {_BUMP}; RETURN NULL; END $$",
        *(
            f"CREATE TRIGGER {table}_change_counts AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION count_catalogue_change()"
            for table in CATALOGUE
        ),
    ]


def make(connection: Connection) -> None:
    """Make the triggers; their tables must stand and hold none of them."""
    for statement in _sqlite() if connection.dialect.name == "sqlite" else _postgresql():
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Take the triggers away, so that their tables can be altered or dropped."""
    on_postgresql = connection.dialect.name == "postgresql"
    for name in sorted(name for name in expected(connection.dialect.name) if not name.startswith("ledger_entry")):
        table = next(t for t in (*reversed(CATALOGUE), "consent_entry") if name.startswith(t))
        connection.execute(text(f"DROP TRIGGER {name}{f' ON {table}' if on_postgresql else ''}"))
    if on_postgresql:
        connection.execute(text("DROP FUNCTION refuse_ledger_change()"))
        connection.execute(text("DROP FUNCTION count_catalogue_change()"))


def make_money(connection: Connection) -> None:
    """Make those of the ledger of money. Its rows go with their order, when the years of its books are over."""
    if connection.dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MONEY_REFUSAL}'); END"
        statements = [
            f"CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry {refuse}",
            "CREATE TRIGGER ledger_entry_no_overwrite BEFORE INSERT ON ledger_entry"
            " WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) " + refuse,
        ]
    else:
        statements = [
            "CREATE FUNCTION refuse_money_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{MONEY_REFUSAL}'; END $$",
            "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry"
            " FOR EACH ROW EXECUTE FUNCTION refuse_money_change()",
        ]
    for statement in statements:
        connection.execute(text(statement))


def drop_money(connection: Connection) -> None:
    """Take those of the ledger of money away, with its table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP TRIGGER ledger_entry_no_update ON ledger_entry"))
        connection.execute(text("DROP FUNCTION refuse_money_change()"))
