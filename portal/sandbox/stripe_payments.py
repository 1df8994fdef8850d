"""Paying at the sandbox's Stripe: with a card, with a bank account that is debited days later, or without success."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox import stripe_checkout, stripe_events, stripe_shapes
from portal.sandbox.stripe_state import Json, Work, new_id

INTENT, CHARGE = "payment_intent", "charge"
DECLINED = "Your card was declined."


class Settled(Exception):
    """The session can't be paid (any more); `session` says how it stands."""

    def __init__(self, session: Json) -> None:
        super().__init__(session["status"])
        self.session = session


@dataclass(frozen=True)
class Payer:
    """What the hosted page asks. `card` and `country` are ISO codes; `card` is one of stripe_shapes.CARDS."""

    email: str
    name: str
    card: str = "GB"
    country: str = "GB"
    postcode: str | None = None

    def billing(self) -> Json:
        """As Stripe shows it."""
        address = {**dict.fromkeys(("city", "line1", "line2", "state")), "country": self.country}
        address["postal_code"] = self.postcode
        return {"address": address, "email": self.email, "name": self.name, "phone": None, "tax_id": None}


def pay(work: Work, id_: str, payer: Payer) -> Json:
    """Paid by card, at once; a session of nothing is completed without a payment. Answers the session."""
    session = _open(work, id_)
    if not session["amount_total"]:
        return _complete(work, session, payer, payment_status="no_payment_required")
    charge = _charge(work, session, stripe_shapes.card(payer.card), payer)
    _succeed(work, charge)
    return _complete(work, session, payer, payment_intent=charge["payment_intent"], payment_status="paid")


def pay_later(work: Work, id_: str, payer: Payer) -> Json:
    """The bank account will be debited: complete and unpaid until `arrive` or `fail`."""
    session = _open(work, id_)
    charge = _charge(work, session, stripe_shapes.direct_debit(), payer)
    intent = work.get(INTENT, charge["payment_intent"])
    intent = work.change(intent, status="processing", payment_method=charge["payment_method"])
    stripe_events.make(work, "charge.pending", charge)
    stripe_events.make(work, "payment_intent.processing", intent)
    return _complete(work, session, payer, payment_intent=intent["id"])


def decline(work: Work, id_: str, payer: Payer) -> Json:
    """The card is refused: the session stays open and can be tried again."""
    session = _open(work, id_)
    charge = _charge(work, session, stripe_shapes.card(payer.card), payer)
    _fail(work, charge, "card_declined", DECLINED)
    return session


def arrive(work: Work, id_: str) -> Json:
    """The money of a delayed payment is there."""
    session, charge = _waiting(work, id_)
    _succeed(work, charge)
    paid = work.change(session, payment_status="paid")
    stripe_events.make(work, "checkout.session.async_payment_succeeded", paid)
    return paid


def fail(work: Work, id_: str) -> Json:
    """The bank refused a delayed payment; the session stays complete and unpaid."""
    session, charge = _waiting(work, id_)
    _fail(work, charge, "payment_method_provider_decline", "The customer's bank refused the payment.")
    stripe_events.make(work, "checkout.session.async_payment_failed", session)
    return session


def waits(work: Work, session: Json) -> bool:
    """True while a delayed payment may still arrive or fail."""
    intent = work.find(INTENT, session["payment_intent"])
    return bool(intent and intent["status"] == "processing")


def _open(work: Work, id_: str) -> Json:
    session = stripe_checkout.get(work, id_)
    if session["status"] != "open":
        raise Settled(session)
    return session


def _waiting(work: Work, id_: str) -> tuple[Json, Json]:
    session = stripe_checkout.get(work, id_)
    if not waits(work, session):
        raise Settled(session)
    intent = work.get(INTENT, session["payment_intent"])
    return session, work.get(CHARGE, intent["latest_charge"])


def _charge(work: Work, session: Json, method: Json, payer: Payer) -> Json:
    """A charge that waits, on the session's PaymentIntent, which is made at the first try."""
    known = work.unseen(session["id"])
    intent = work.find(INTENT, known["intent"])
    if intent is None:
        intent = work.add(stripe_shapes.payment_intent(session, known["asked"], work.now))
        work.remember(session["id"], intent=intent["id"])
        stripe_events.make(work, "payment_intent.created", intent)
    charge = work.add(stripe_shapes.charge(intent, method, payer.billing(), work.now))
    work.change(intent, latest_charge=charge["id"], last_payment_error=None)
    return charge


def _succeed(work: Work, charge: Json) -> None:
    charge = work.change(
        charge,
        amount_captured=charge["amount"],
        balance_transaction=new_id("txn"),
        outcome=stripe_shapes.outcome("authorized", "Payment complete."),
        paid=True,
        status="succeeded",
    )
    intent = work.get(INTENT, charge["payment_intent"])
    intent = work.change(
        intent, amount_received=charge["amount"], payment_method=charge["payment_method"], status="succeeded"
    )
    stripe_events.make(work, "charge.succeeded", charge)
    stripe_events.make(work, "payment_intent.succeeded", intent)


def _fail(work: Work, charge: Json, code: str, message: str) -> None:
    charge = work.change(
        charge,
        captured=False,
        failure_code=code,
        failure_message=message,
        outcome=stripe_shapes.outcome("issuer_declined", message, "generic_decline"),
        status="failed",
    )
    error = {"charge": charge["id"], "code": code, "message": message, "type": "card_error"}
    if code == "card_declined":
        error["decline_code"] = "generic_decline"
    intent = work.get(INTENT, charge["payment_intent"])
    intent = work.change(intent, last_payment_error=error, payment_method=None, status="requires_payment_method")
    stripe_events.make(work, "charge.failed", charge)
    stripe_events.make(work, "payment_intent.payment_failed", intent)


def _complete(work: Work, session: Json, payer: Payer, **changes: str) -> Json:
    billing = payer.billing()
    details = stripe_shapes.details(payer.email, payer.name, billing["address"])
    done = work.change(session, status="complete", url=None, customer_details=details, **changes)
    stripe_events.make(work, "checkout.session.completed", done)
    return done
