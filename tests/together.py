"""Use cases at the same moment: each in a thread and a transaction of its own."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.domain.registration import Errand
from portal.domain.security import Visit
from portal.gateways.clock import Clock
from portal.models import Base, db
from portal.models.account import Registration
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import registration
from tests.factories import SOMEBODY

Act = Callable[[], object]
MakeOwner = Callable[..., Person]
SECONDS = 30
ROUNDS = 4
VISIT, ELSEWHERE = Visit("192.0.2.1", "Firefox on Windows"), Visit("198.51.100.7", "Safari on an iPhone")
HELD = "SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"
LOCKED = "SELECT 1 FROM account WHERE reference = :reference FOR UPDATE"
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def _threads(app: Flask, acts: tuple[Act, ...], before: Act) -> tuple[list[threading.Thread], list[object]]:
    ends: list[object] = [None] * len(acts)

    def one(number: int) -> None:
        with app.app_context():
            before()
            try:
                ends[number] = acts[number]()
            except Exception as failure:
                ends[number] = failure

    return [threading.Thread(target=one, args=(number,)) for number in range(len(acts))], ends


def together(app: Flask, *acts: Act) -> list[object]:
    """Do them all at once; answers what each answered, or raised."""
    start = threading.Barrier(len(acts))
    threads, ends = _threads(app, acts, lambda: start.wait(SECONDS))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return ends


@contextmanager
def _held(statement: str, **values: object) -> Iterator[None]:
    with db.engine.connect() as connection:
        connection.execute(text(statement), values)
        yield
        connection.commit()


def _count_waiting() -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(_WAITING).scalar_one())


def in_turn(app: Flask, acts: tuple[Act, ...], statement: str, **values: object) -> list[object]:
    """Let them queue up, one after another, behind a statement of another transaction, which then commits.

    PostgreSQL only. Each begins when the one before waits for a lock or has ended. Answers as `together` does.
    """
    threads, ends = _threads(app, acts, lambda: None)
    with _held(statement, **values):
        for number, thread in enumerate(threads, 1):
            thread.start()
            until = time.monotonic() + SECONDS
            while _count_waiting() < sum(one.is_alive() for one in threads[:number]):
                assert time.monotonic() < until, "it neither waits nor ends"
                time.sleep(0.02)
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return ends


def counted(ends: list[object]) -> Counter[str]:
    """How often each end came about: "done", or the name of what was raised."""
    return Counter(type(end).__name__ if isinstance(end, Exception) else "done" for end in ends)


def registered(email: str, clock: Clock, **changes: str) -> str:
    """The key of a new registration of this address."""
    registration.register(replace(SOMEBODY, email=email, **changes), Errand(), clock, may_write=False)  # type: ignore[arg-type]
    with reading() as session:
        return session.scalars(select(Registration.key).order_by(Registration.id.desc())).first() or ""


def count_rows(table: str) -> int:
    """How many rows a table has."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0
