"""Sends the events of the sandbox's Stripe, signed, to one address: at least once, and again until it is taken."""

from __future__ import annotations

import http.client
import sqlite3
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import stripe

from portal.sandbox import stripe_checkout, stripe_events
from portal.sandbox.stripe_state import State

Target = str | Callable[[bytes, str], int]
"""Where events go: an address, or what is called with the body and the signature and answers a status."""
TIMEOUT = 30  # seconds that the receiver has
MOST_WAIT = 60.0
LEASE = 45.0
TICK = 0.2
GRACE = 5.0


class Delivery:
    """Sends what waits. `start` does so from a thread of its own until `stop`; `send_waiting` at once."""

    def __init__(self, state: State, target: Target, secret: str) -> None:
        self._state = state
        self._target = target
        self._secret = secret
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stripe-delivery", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(GRACE)

    def send_waiting(self, *, due_only: bool = False) -> list[tuple[str, int]]:
        """Send each event that waits, each of its copies once: (type, status) in the order of sending; 0 is no answer.

        Without `due_only` nothing is waited for. What is not taken waits for the next time.
        """
        with self._state.working() as work:
            stripe_checkout.expire_due(work)
            found = stripe_events.waiting(work, time.time() if due_only else float("inf"))
            for row in found:
                work.connection.execute("UPDATE event SET due = ? WHERE id = ?", (time.time() + LEASE, row["id"]))
        return [sent for row in found for sent in self._send_copies(row)]

    def _send_copies(self, row: sqlite3.Row) -> list[tuple[str, int]]:
        sent = [(row["type"], self._send(row["body"].encode())) for _ in range(row["copies"])]
        refused = sum(not 200 <= status < 300 for _, status in sent)
        wait = min(MOST_WAIT, 2.0 ** row["attempts"])
        with self._state.working() as work:
            work.connection.execute(
                "UPDATE event SET state = ?, copies = ?, due = ?, attempts = attempts + 1,"
                " answers = substr(trim(answers || ' ' || ?), -60) WHERE id = ?",
                (
                    "queued" if refused else "sent",
                    refused,
                    time.time() + wait,
                    " ".join(str(status) for _, status in sent),
                    row["id"],
                ),
            )
        return sent

    def _send(self, body: bytes) -> int:
        signature = stripe.WebhookSignature.generate_signature_header(body.decode(), self._secret)
        if callable(self._target):
            return self._target(body, signature)
        place = urlsplit(self._target)
        connection = http.client.HTTPConnection(str(place.hostname), place.port or 80, timeout=TIMEOUT)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            connection.request("POST", place.path or "/", body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _run(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.send_waiting(due_only=True)
            except sqlite3.OperationalError:  # somebody else writes for long: the next turn sends it
                continue
