"""The sandbox's Stripe, with a receiver that keeps what it is sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import Flask, request
from werkzeug.serving import make_server

from tests import stripes


class Receiver:
    """Takes events as the portal's hook would; `answers` are the statuses of the next ones, 200 when they run out."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []
        self.answers: list[int] = []

    def __call__(self, body: bytes, signature: str) -> int:
        self.taken.append((body, signature))
        return self.answers.pop(0) if self.answers else 200


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def sandbox(tmp_path: Path, receiver: Receiver) -> Iterator[stripes.Stripe]:
    with stripes.running(tmp_path, receiver) as running:
        yield running


def asked(**changes: Any) -> dict[str, Any]:
    """What a portal asks for: one line of £576.00 and an hour to pay it. A change to None leaves it out."""
    params = {
        "mode": "payment",
        "line_items": [line()],
        "client_reference_id": "ORD-3W9K-7HTP",
        "metadata": {"order": "ORD-3W9K-7HTP"},
        "payment_intent_data": {"metadata": {"order": "ORD-3W9K-7HTP"}},
        "customer_email": "priya.nair@mail.example",
        "expires_at": int(time.time()) + 3600,
        "success_url": "https://training.example/orders/return?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://training.example/orders/ORD-3W9K-7HTP",
        "submit_type": "book",
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}


def line(amount: int = 57600, name: str = "Fibre splicing", **changes: Any) -> dict[str, Any]:
    """One line of an order."""
    price = {"currency": "gbp", "unit_amount": amount, "product_data": {"name": name}, **changes}
    return {"quantity": 1, "price_data": {key: value for key, value in price.items() if value is not None}}


def opened(sandbox: stripes.Stripe, **changes: Any) -> Any:
    """A session that has just been opened."""
    return sandbox.client().v1.checkout.sessions.create(asked(**changes))  # type: ignore[arg-type]


def paid(sandbox: stripes.Stripe, **changes: Any) -> Any:
    """A session that is paid by card, as the API tells it, with its PaymentIntent and charge."""
    session = opened(sandbox, **changes)
    assert sandbox.pay(session.id).status_code == 303
    return sandbox.client().v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})


def refusal(act: Any) -> stripe.StripeError:
    """What Stripe's library raises."""
    with pytest.raises(stripe.StripeError) as raised:
        act()
    return raised.value


@contextmanager
def hook(port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """A hook over HTTP that believes signed events alone: its port, and the types of what it took."""
    app, taken = Flask(__name__), []

    @app.post("/hooks/stripe")
    def take() -> str:
        assert request.headers["Content-Type"] == "application/json; charset=utf-8"
        signature = request.headers["Stripe-Signature"]
        taken.append(stripe.Webhook.construct_event(request.get_data(), signature, "whsec_sandbox").type)
        return ""

    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port, taken
    server.shutdown()
    thread.join(10)
    server.server_close()
