"""How a use case reads and writes: one transaction each, on both databases.

SQLite can't be told "for writing" after the first read: the upgrade fails at once, whatever the busy timeout. So
`writing()` begins IMMEDIATE; on PostgreSQL the use case locks the row that decides. Neither is opened inside the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.orm import Session

from portal.models.base import db

BUSY_SECONDS = 15
Source = Session | Connection
"""What a read that makes no records can be given."""


@contextmanager
def looking() -> Iterator[Connection]:
    """A read of values only, without the bookkeeping of records: half the price of `reading()`."""
    with db.engine.connect() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Session]:
    """A read: yields a session; at the end its rows are values of their own and the connection is free again."""
    with Session(db.engine) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A write: everything inside is committed as one, or, when anything raises, nothing is."""
    with Session(db.engine, expire_on_commit=False) as session:
        session.connection(execution_options={"for_writing": True})
        yield session
        session.commit()


def hold(session: Session, what: str) -> None:
    """Make everybody else who would hold the same wait until this transaction ends.

    It comes before any row is locked, but for "alerts", which comes last: after it nothing is locked or held. See
    docs/adr/003-commit-in-the-use-case.md. SQLite needs nothing: its writer is alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def listen(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its two ways to begin; PostgreSQL needs neither."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _pragmas(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "recursive_triggers=ON",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        for_writing = connection.get_execution_options().get("for_writing", False)
        if for_writing:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # may be refused, and the refusal is SQLAlchemy's error then
        else:
            connection.connection.cursor().execute("BEGIN")  # looks at no file yet, so nothing can be wrong
