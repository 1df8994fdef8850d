"""The sandbox's Stripe for tests: served from a thread, on a port of its own, with buttons to press from a program.

Nothing is sent by itself unless it is asked for: `deliver_now` sends what waits, so that no test has to sleep.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import stripe
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from portal.gateways.clock import OFFSET_FILE, Clock
from portal.sandbox import stripe as stripe_api
from portal.sandbox import stripe_desk, stripe_disputes, stripe_events, stripe_page, stripe_refunds
from portal.sandbox.app import create_sandbox
from portal.sandbox.mailbox import Mailbox
from portal.sandbox.server import TEMPLATES
from portal.sandbox.stripe_delivery import Delivery, Target
from portal.sandbox.stripe_keys import SECRET_KEY, WEBHOOK_SECRET
from portal.sandbox.stripe_state import State


@dataclass
class Stripe:
    """A running stand-in: `base` is its address, `key` and `secret` are what the portal is given."""

    base: str
    key: str
    secret: str
    state: State
    delivery: Delivery

    def client(self, retries: int = 0, timeout: float = 10) -> stripe.StripeClient:
        """Stripe's own library, talking to it."""
        return stripe.StripeClient(
            self.key,
            base_addresses={"api": self.base},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def press(self, session: str, act: str, **form: str) -> httpx.Response:
        """A button of the hosted page. 303 leads to where the payer goes next; no redirect is followed."""
        return httpx.post(f"{self.base}/sandbox/checkout/{session}/{act}", data=form, verify=False)  # plain HTTP

    def pay(self, session: str, **form: str) -> httpx.Response:
        """Pay by card: email, name, card (where it is from), country (of the billing address), postcode."""
        return self.press(session, "pay", **form)

    def pay_later(self, session: str, **form: str) -> httpx.Response:
        """Pay by bank, which takes days: `arrive` or `fail` says how it ends."""
        return self.press(session, "pay-later", **form)

    def decline(self, session: str, **form: str) -> httpx.Response:
        """Try with a card that is declined."""
        return self.press(session, "decline", **form)

    def arrive(self, session: str) -> httpx.Response:
        """The money of a delayed payment arrives."""
        return self.press(session, "arrive")

    def fail(self, session: str) -> httpx.Response:
        """The bank refuses a delayed payment."""
        return self.press(session, "fail")

    def leave(self, session: str) -> httpx.Response:
        """Leave without paying."""
        return self.press(session, "leave")

    def expire(self, session: str) -> None:
        """End an open session."""
        self.client().v1.checkout.sessions.expire(session)

    def refund_turns(self, refund: str, status: str) -> dict[str, Any]:
        """A refund that waits becomes `succeeded` or `failed`; one that succeeded becomes `failed`."""
        with self.state.working() as work:
            return stripe_refunds.turn(work, refund, status)

    def dispute(self, charge: str) -> dict[str, Any]:
        """The payer's bank disputes a charge."""
        with self.state.working() as work:
            return stripe_disputes.open_(work, charge)

    def dispute_ends(self, dispute: str, status: str) -> dict[str, Any]:
        """A dispute is `won` or `lost`."""
        with self.state.working() as work:
            return stripe_disputes.close(work, dispute, status)

    def switches(self, **switches: Any) -> None:
        """Change switches: see portal/sandbox/stripe_switches.py."""
        with self.state.working() as work:
            work.keep_switches(work.switches.changed(switches))

    def events(self, type_: str = "") -> list[dict[str, Any]]:
        """The event objects made so far, oldest first, of one type or of all."""
        with self.state.working() as work:
            found = [row["event"] for row in stripe_events.list_events(work)][::-1]
        return [event for event in found if event["type"] == type_ or not type_]

    def deliver_now(self) -> list[tuple[str, int]]:
        """Send what waits, each copy once, whatever the delay: (type, status) in that order; 0 is no answer."""
        return self.delivery.send_waiting()

    def send_again(self, event: str) -> None:
        """Queue an event once more, also one that was never sent."""
        with self.state.working() as work:
            assert stripe_events.send_again(work, event)


def hook(port: int) -> str:
    """The address of the hook of a portal on this port."""
    return f"http://127.0.0.1:{port}/hooks/stripe"


def into(client: FlaskClient) -> Target:
    """A target that is the portal in this very process."""

    def post(body: bytes, signature: str) -> int:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}
        return client.post("/hooks/stripe", data=body, headers=headers).status_code

    return post


@contextmanager
def running(
    data_dir: Path, target: Target, *, by_itself: bool = False, key: str = SECRET_KEY, secret: str = WEBHOOK_SECRET
) -> Iterator[Stripe]:
    """Serve it on a free port. `target` is the address of the portal's hook, or what `into` answers.

    `by_itself` also sends events from a thread, as the demo does.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    state = State(data_dir / "sandbox-stripe.sqlite3", base, Clock(data_dir / OFFSET_FILE))
    delivery = Delivery(state, target, secret)
    others = [stripe_api.api(state, key), stripe_page.page(state), stripe_desk.desk(state, delivery)]
    app = create_sandbox(Mailbox(data_dir / "sandbox-mailbox.sqlite3"), TEMPLATES, others)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    if by_itself:
        delivery.start()
    try:
        yield Stripe(base, key, secret, state, delivery)
    finally:
        delivery.stop()
        server.shutdown()
        thread.join(10)
        server.server_close()
