"""What the sandbox's Stripe knows, in a SQLite file of its own, so that several processes may look at it.

Stripe's objects are kept as the documents that they are. Whatever one request does is one transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from portal.gateways.clock import Clock
from portal.sandbox.stripe_refusals import no_such
from portal.sandbox.stripe_switches import Switches

Json = dict[str, Any]
_LETTERS = string.ascii_letters + string.digits
_TABLES = """
CREATE TABLE IF NOT EXISTS object (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, created INTEGER, ends INTEGER, body TEXT,
  unseen TEXT);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, number);
CREATE INDEX IF NOT EXISTS object_ends ON object (ends);
CREATE TABLE IF NOT EXISTS event (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, type TEXT, created INTEGER, body TEXT, state TEXT,
  copies INTEGER, due REAL, attempts INTEGER DEFAULT 0, answers TEXT DEFAULT '');
CREATE INDEX IF NOT EXISTS event_state ON event (state, due);
CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, asked TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT);
"""


def new_id(prefix: str, length: int = 24) -> str:
    """An id in Stripe's manner."""
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(length))}"


def _ends(body: Json) -> int | None:
    return body.get("expires_at") if body.get("status") == "open" else None


class State:
    """Safe to use from several threads and processes. `base` is the address that the hosted page has."""

    def __init__(self, path: Path, base: str, clock: Clock) -> None:
        self.base = base
        self._path = path
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        connection.execute("PRAGMA synchronous=OFF")
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def working(self) -> Iterator[Work]:
        """One transaction, which nobody else's comes between."""
        with closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Work(connection, int(time.time() + self._clock.offset().total_seconds()), self.base)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


class Work:
    """Reads and writes within one transaction. `now` is in seconds, on the clock that the portal goes by."""

    def __init__(self, connection: sqlite3.Connection, now: int, base: str) -> None:
        self.connection = connection
        self.now = now
        self.base = base
        self.request: Json = {"id": None, "idempotency_key": None}
        rows = connection.execute("SELECT name, value FROM switch")
        self.switches = Switches.kept({row["name"]: row["value"] for row in rows})

    def add(self, body: Json, unseen: Mapping[str, Any] | None = None) -> Json:
        """Keep a new object; `unseen` is what Stripe knows of it and does not show."""
        self.connection.execute(
            "INSERT INTO object (id, kind, created, ends, body, unseen) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(body["id"], body["object"], body["created"], _ends(body)),
                *(json.dumps(body), json.dumps(unseen or {})),
            ),
        )
        return body

    def change(self, body: Json, **changes: Any) -> Json:
        """The object as it is with these changes."""
        body = {**body, **changes}
        said = (json.dumps(body), _ends(body), body["id"])
        self.connection.execute("UPDATE object SET body = ?, ends = ? WHERE id = ?", said)
        return body

    def find(self, kind: str, id_: str | None) -> Json | None:
        """The object of this kind with this id."""
        row = self.connection.execute("SELECT body FROM object WHERE kind = ? AND id = ?", (kind, id_)).fetchone()
        return json.loads(row["body"]) if row else None

    def get(self, kind: str, id_: str, param: str = "id", status: int = 404) -> Json:
        """The same, or Refused as Stripe refuses an id it does not know."""
        found = self.find(kind, id_)
        if found is None:
            raise no_such(kind, id_, param, status)
        return found

    def unseen(self, id_: str) -> Json:
        """What Stripe knows of an object and does not show."""
        row = self.connection.execute("SELECT unseen FROM object WHERE id = ?", (id_,)).fetchone()
        found: Json = json.loads(row["unseen"])
        return found

    def remember(self, id_: str, **changes: Any) -> None:
        """Change what is not shown of an object."""
        said = json.dumps({**self.unseen(id_), **changes})
        self.connection.execute("UPDATE object SET unseen = ? WHERE id = ?", (said, id_))

    def list_objects(self, kind: str, **equal: Any) -> list[Json]:
        """The objects of this kind whose fields say so, newest first."""
        query, said = "SELECT body FROM object WHERE kind = ?", [kind]
        for name, value in equal.items():
            query += " AND json_extract(body, ?) = ?"
            said += [f"$.{name}", value]
        rows = self.connection.execute(query + " ORDER BY number DESC", said)
        return [json.loads(row["body"]) for row in rows]

    def list_newest(self, kind: str, limit: int, offset: int) -> list[Json]:
        """So many objects of this kind, newest first."""
        rows = self.connection.execute(
            "SELECT body FROM object WHERE kind = ? ORDER BY number DESC LIMIT ? OFFSET ?", (kind, limit, offset)
        )
        return [json.loads(row["body"]) for row in rows]

    def list_ended(self) -> list[Json]:
        """What is open although its time is up, in the order of ending."""
        rows = self.connection.execute("SELECT body FROM object WHERE ends <= ? ORDER BY ends, number", (self.now,))
        return [json.loads(row["body"]) for row in rows]

    def keep_switches(self, switches: Switches) -> None:
        """The switches are so from now on."""
        self.switches = switches
        for name, value in switches.as_text().items():
            self.connection.execute("INSERT OR REPLACE INTO switch (name, value) VALUES (?, ?)", (name, value))
