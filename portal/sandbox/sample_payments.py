"""The payments of the sample orders, as the demo's Stripe has them: made at it by its own means, at their own times.

What it would have said of them is not sent: the sample orders have taken it in already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from portal.models.order import Order
from portal.models.payment import Checkout
from portal.sandbox import stripe_checkout, stripe_disputes, stripe_payments
from portal.sandbox.stripe_payments import INTENT, Payer
from portal.sandbox.stripe_state import Json, State, Work


@dataclass(frozen=True)
class PastStripe:
    """The demo's Stripe at moments of the past."""

    state: State

    def opens(self, order: Order, checkout: Checkout, differs: int = 0) -> str:
        """A page for a visit, opened when the visit began; `differs` is added to its sum. Answers its name."""
        said = {"order": order.reference, "attempt": str(checkout.attempt)}
        lines = [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": line.gross_pence + (0 if number else differs),
                    "product_data": {"name": line.description},
                },
            }
            for number, line in enumerate(order.lines)
        ]
        params: Json = {
            "mode": "payment",
            "line_items": lines,
            "client_reference_id": order.reference,
            "metadata": said,
            "payment_intent_data": {"metadata": said},
            "customer_email": order.email,
            "expires_at": int(checkout.expires_at.timestamp()),
            "success_url": f"{self.state.base}/orders/return",
            "cancel_url": f"{self.state.base}/orders/return",
            "submit_type": "pay",
        }
        with self._at(checkout.made_at) as work:
            return str(stripe_checkout.create(work, params)["id"])

    def takes(self, session: str, order: Order, billing: str, card: str, now: dt.datetime) -> str:
        """Somebody pays there by card; answers the payment's name."""
        with self._at(now) as work:
            paid = stripe_payments.pay(work, session, Payer(order.email, order.full_name, card, billing))
            return str(paid["payment_intent"])

    def ends(self, session: str, now: dt.datetime) -> None:
        """Nobody paid, and the page's time is over."""
        with self._at(now) as work:
            stripe_checkout.expire(work, session)

    def disputed(self, payment: str, now: dt.datetime) -> str:
        """The payer's bank asks for a payment back; answers the dispute's name."""
        with self._at(now) as work:
            charge = work.get(INTENT, payment)["latest_charge"]
            return str(stripe_disputes.open_(work, charge)["id"])

    @contextmanager
    def _at(self, moment: dt.datetime) -> Iterator[Work]:
        with self.state.working() as work:
            work.now, work.switches = int(moment.timestamp()), replace(work.switches, drop=True)
            yield work
