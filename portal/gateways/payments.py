"""Payments: Stripe's hosted page, through its own library. Nothing else of the portal knows Stripe's words.

What comes back is read anew from Stripe each time and turned into the few facts that the portal keeps. Errors are
sorted as for every lane: a neighbour that is down, a moment's refusal, or a refusal for good.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import stripe

from portal.domain.errors import GiveUp, LaneDown, TryAgain
from portal.domain.payments import Asked, Disputed, Message, Returned, Visit
from portal.gateways import guarded_http
from portal.gateways.deadline import Deadline

TIMEOUT_SECONDS = 10
TOLERANCE_SECONDS = 300
LONGEST_TIME = 12  # digits: longer ones Python may refuse to read
MOST_LINES = 100

# What is kept of a message of Stripe's: never a name, an address, or anything of a card but its country.
KEPT = (
    *("id", "object", "amount", "amount_total", "amount_refunded", "currency", "status", "payment_status", "refunded"),
    *("client_reference_id", "payment_intent", "charge", "reason", "livemode", "expires_at", "created"),
)


class BadMessage(Exception):
    """A message that Stripe did not sign, or signed too long ago."""


class Payments:
    """Stripe with this secret key; messages are signed with one of these secrets."""

    def __init__(self, key: str, base: str, secrets: Sequence[str]) -> None:
        self.live = key.startswith(("sk_live_", "rk_live_"))
        self._secrets = tuple(secrets)
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base},
            max_network_retries=2,
            http_client=stripe.RequestsClient(
                timeout=TIMEOUT_SECONDS, session=guarded_http.session(direct=base.startswith("http://"))
            ),
        )

    def open_checkout(self, asked: Asked, deadline: Deadline) -> Visit:
        """Ask for a page. Raises LaneDown, TryAgain or GiveUp."""
        said = {"order": asked.reference, "attempt": str(asked.attempt)}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": asked.currency,
                        "unit_amount": pence,
                        "product_data": {"name": description},
                    },
                }
                for description, pence in asked.lines
            ],
            "client_reference_id": asked.reference,
            "metadata": said,
            "payment_intent_data": {"metadata": said},
            "customer_email": asked.email,
            "expires_at": int(asked.expires_at.timestamp()),
            "success_url": asked.success_url,
            "cancel_url": asked.cancel_url,
            "submit_type": "pay",
            "billing_address_collection": "required" if asked.needs_address else "auto",
        }
        with _sorted_errors(), guarded_http.within(deadline):
            made = self._client.v1.checkout.sessions.create(params, {"idempotency_key": asked.key})  # type: ignore[arg-type]
            return _visit(made)

    def get_checkout(self, session: str, deadline: Deadline) -> Visit:
        """The visit as it is now. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            found = self._client.v1.checkout.sessions.retrieve(
                session, {"expand": ["payment_intent", "payment_intent.latest_charge"]}
            )
            return _visit(found)

    def end_checkout(self, session: str, deadline: Deadline) -> Visit:
        """End the page if it is still open; answers the visit as it is then. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            try:
                self._client.v1.checkout.sessions.expire(session)
            except stripe.InvalidRequestError as refused:
                if refused.http_status != 400:
                    raise
        return self.get_checkout(session, deadline)

    def list_checkouts(self, since: dt.datetime, deadline: Deadline) -> list[Visit]:
        """Every visit made since then, newest first. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            page = self._client.v1.checkout.sessions.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": 100,
                    "expand": ["data.payment_intent", "data.payment_intent.latest_charge"],
                }
            )
            return [_visit(found) for found in page.auto_paging_iter()]

    def refund(self, key: str, payment_intent: str, amount_pence: int, reference: str, deadline: Deadline) -> Returned:
        """Give money back, once for each key. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            made = self._client.v1.refunds.create(
                {
                    "payment_intent": payment_intent,
                    "amount": amount_pence,
                    "reason": "requested_by_customer",
                    "metadata": {"order": reference, "key": key},
                },
                {"idempotency_key": f"refund:{key}"},
            )
            return _returned(made)

    def get_refund(self, refund: str, deadline: Deadline) -> Returned:
        """The refund as it is now. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            return _returned(self._client.v1.refunds.retrieve(refund))

    def list_refunds(self, payment_intent: str, deadline: Deadline) -> list[Returned]:
        """Every refund of a payment. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            page = self._client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
            return [_returned(one) for one in page.auto_paging_iter()]

    def list_refunds_since(self, since: dt.datetime, deadline: Deadline) -> list[Returned]:
        """Every refund made since then, newest first. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            page = self._client.v1.refunds.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
            return [_returned(one) for one in page.auto_paging_iter()]

    def get_dispute(self, dispute: str, deadline: Deadline) -> Disputed:
        """The dispute as it is now. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            return _disputed(self._client.v1.disputes.retrieve(dispute))

    def list_disputes_since(self, since: dt.datetime, deadline: Deadline) -> list[Disputed]:
        """Every dispute made since then, newest first. Raises LaneDown, TryAgain or GiveUp."""
        with _sorted_errors(), guarded_http.within(deadline):
            page = self._client.v1.disputes.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
            return [_disputed(one) for one in page.auto_paging_iter()]

    def read(self, body: bytes, signature: str) -> Message:
        """What a message says. Raises BadMessage when it is not Stripe's, altered, old, or from the future."""
        found = self._verified(body, signature)
        data = found.get("data")
        about = data.get("object") if isinstance(data, dict) else None
        if not (
            isinstance(about, dict) and all(map(_is_name, (found.get("id"), found.get("type"), about.get("id", "-"))))
        ):
            raise BadMessage("the message is no event")
        kept = {name: value for name in KEPT if isinstance(value := about.get(name), str | int | bool)}
        return Message(found["id"], found["type"], about.get("id", ""), json.dumps(kept))

    def _verified(self, body: bytes, signature: str) -> Mapping[str, Any]:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise BadMessage("the message is no text") from None
        if not signature.isascii():
            raise BadMessage("the signature is none")  # the library fails at comparing it
        _refuse_future(signature)
        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
            except stripe.SignatureVerificationError:
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                raise BadMessage("the message can't be read") from None
            if not (isinstance(found, dict) and found.get("object") == "event"):
                raise BadMessage("the message is no event")
            return found
        raise BadMessage("the signature does not fit")


def _is_name(found: object) -> bool:
    """True for what Stripe's ids and kinds are made of; anything else no database need hold."""
    return isinstance(found, str) and bool(found) and found.isascii() and found.isprintable()


def _refuse_future(signature: str) -> None:
    """The library looks at age only: a message from the future could be sent again for as long as it lies ahead."""
    times = [part.partition("=")[2] for part in signature.split(",") if part.startswith("t=")]
    now = dt.datetime.now(dt.UTC).timestamp()
    is_time = len(times) == 1 and times[0].isdecimal() and len(times[0]) <= LONGEST_TIME
    if not is_time or int(times[0]) > now + TOLERANCE_SECONDS:
        raise BadMessage("the signature's time does not fit")


def _visit(found: Any) -> Visit:
    metadata = found.metadata or {}
    intent = found.payment_intent
    expanded = intent if isinstance(intent, stripe.PaymentIntent) else None
    charge = expanded.latest_charge if expanded else None
    details = found.customer_details
    address = details.address if details else None
    attempt = str(metadata["attempt"]) if "attempt" in metadata else ""  # no dict: it has no get
    return Visit(
        session=found.id,
        reference=found.client_reference_id or "",
        attempt=int(attempt) if attempt.isdecimal() else 0,
        url=found.url or "",
        status=found.status or "",
        is_paid=found.payment_status in ("paid", "no_payment_required"),
        has_failed=found.status == "complete"
        and found.payment_status == "unpaid"
        and expanded is not None
        and expanded.status in ("requires_payment_method", "canceled"),
        amount_pence=found.amount_total or 0,
        currency=found.currency or "",
        live=bool(found.livemode),
        payment_intent=expanded.id if expanded else str(intent or ""),
        billing_address=_lines(address),
        billing_country=(address.country or "") if address else "",
        card_country=_card_country(charge),
        made_at=_moment(found.created),
    )


def _lines(address: Any) -> str:
    """An address line by line, as Stripe has it."""
    if address is None:
        return ""
    parts = (address.line1, address.line2, address.city, address.state, address.postal_code)
    return "\n".join(part for part in parts if part)


def _card_country(charge: Any) -> str:
    if not isinstance(charge, stripe.Charge) or charge.payment_method_details is None:
        return ""
    card = getattr(charge.payment_method_details, "card", None)
    return (card.country or "") if card else ""


def _returned(found: Any) -> Returned:
    metadata = found.metadata or {}
    return Returned(
        refund=found.id,
        key=str(metadata["key"]) if "key" in metadata else "",
        payment_intent=_id(found.payment_intent),
        amount_pence=found.amount,
        currency=found.currency,
        status=found.status or "",
        made_at=_moment(found.created),
    )


def _disputed(found: Any) -> Disputed:
    return Disputed(found.id, _id(found.payment_intent), found.amount, found.status)


def _id(found: Any) -> str:
    """The id of an object that may be expanded, or absent."""
    return str(getattr(found, "id", found) or "")


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@contextmanager
def _sorted_errors() -> Iterator[None]:
    """No text of Stripe's is passed on whole: it may hold what somebody typed."""
    try:
        yield
    except stripe.APIConnectionError as error:
        raise LaneDown("Stripe can't be reached.", uncertain=True) from error
    except stripe.AuthenticationError as error:
        raise LaneDown("Stripe refuses our key.") from error
    except stripe.RateLimitError as error:
        raise TryAgain("Stripe asks us to slow down.") from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        raise GiveUp(
            f"Stripe refused: {error.code or 'invalid request'} {getattr(error, 'param', None) or ''}".strip()
        ) from error
    except stripe.StripeError as error:
        raise TryAgain(f"Stripe answered {error.http_status or 'nothing we understand'}.", uncertain=True) from error
