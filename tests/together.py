"""Use cases at the same moment: each in a thread and a transaction of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import text

from portal.models import db

Act = Callable[[], object]
SECONDS = 30
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
