"""Runs the migrations through Flask-Migrate, on the application's own engine.

On SQLite foreign keys are off meanwhile: a batch alter drops and remakes its table, and with them on that deletes the
child rows. The pragma works on the raw connection before BEGIN only (inside a transaction it is swallowed), so it is
set there, asserted, and every key is checked at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from portal.models import db


def _render_item(type_: str, obj: object, autogen_context: object) -> str | bool:
    """Our own column types are written as the plain types they are made of."""
    if type_ == "type" and type(obj).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    assert raw.execute("PRAGMA foreign_keys").fetchone() == (0,)
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration leaves {len(broken)} rows that point nowhere")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _run() -> None:
    assert current_app
    with db.engine.connect() as connection, _without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_render_item,
            transaction_per_migration=True,
        )
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(7261)"))
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_run()
