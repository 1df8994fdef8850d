"""Events of the sandbox's Stripe: made in the transaction of their cause, as a snapshot of what they are about."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from typing import Any

import stripe

from portal.sandbox.stripe_state import Json, Work, new_id

HELD = 3.0  # seconds in which events gather that are to be sent out of order


def make(work: Work, type_: str, about: Json, previous: Json | None = None) -> Json:
    """A new event about an object as it is now; whether and when it is sent, the switches say."""
    data: Json = {"object": about}
    if previous is not None:
        data["previous_attributes"] = previous
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": stripe.api_version,
        "created": work.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0 if work.switches.drop else 1,
        "request": dict(work.request),
        "type": type_,
    }
    work.connection.execute(
        "INSERT INTO event (id, type, created, body, state, copies, due) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(event["id"], type_, work.now, json.dumps(event)),
            "dropped" if work.switches.drop else "queued",
            1 + work.switches.duplicate,
            _due(work),
        ),
    )
    return event


def _due(work: Work) -> float:
    """When it is sent at the earliest. Events that are to change places gather, and are due with the first of them."""
    now = time.time()
    if work.switches.reorder == "off":
        return now + work.switches.delay
    gathering = (
        "SELECT max(due) FROM event WHERE state = 'queued' AND attempts = 0 AND due > ? AND due <= ?",
        (now, now + work.switches.delay + HELD),
    )
    (due,) = work.connection.execute(*gathering).fetchone()
    return float(due) if due else now + work.switches.delay + HELD


def waiting(work: Work, due: float) -> list[sqlite3.Row]:
    """The events to be sent that are due by then, in the order that the switches ask for."""
    found = work.connection.execute(
        "SELECT * FROM event WHERE state = 'queued' AND due <= ? ORDER BY number", (due,)
    ).fetchall()
    if work.switches.reorder == "newest":
        found.reverse()
    if work.switches.reorder == "shuffled":
        random.Random(work.switches.seed).shuffle(found)  # noqa: S311 - an order that can be had again
    return found


def send_again(work: Work, id_: str) -> bool:
    """Queue an event once more, whatever became of it. False when there is none."""
    changed = work.connection.execute(
        "UPDATE event SET state = 'queued', copies = 1, attempts = 0, due = ? WHERE id = ?", (time.time(), id_)
    )
    return changed.rowcount == 1


def list_events(work: Work, limit: int = 100_000, offset: int = 0) -> list[dict[str, Any]]:
    """Events, newest first: id, type, created, state, copies left to send, attempts, answers so far, event."""
    rows = work.connection.execute("SELECT * FROM event ORDER BY number DESC LIMIT ? OFFSET ?", (limit, offset))
    return [{**{name: row[name] for name in row.keys()}, "event": json.loads(row["body"])} for row in rows]  # noqa: SIM118 - a row's keys
