"""Checkout Sessions of the sandbox's Stripe: opened, expired when told or when their time is up."""

from __future__ import annotations

from portal.sandbox import stripe_events, stripe_limits, stripe_shapes
from portal.sandbox.stripe_refusals import Refused, not_offered
from portal.sandbox.stripe_state import Json, Work, new_id

KIND = "checkout.session"
# What the stand-in acts on, or may ignore because it changes no amount, no state and no answer that it gives.
OFFERED = {
    *("adaptive_pricing", "allow_promotion_codes", "allowed_payment_method_types", "automatic_tax"),
    *(
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "custom_text",
        "customer",
        "customer_creation",
    ),
    *("customer_email", "excluded_payment_method_types", "expand", "expires_at", "invoice_creation", "line_items"),
    *("locale", "metadata", "mode", "payment_intent_data", "phone_number_collection", "submit_type", "success_url"),
    "ui_mode",
}
ACTED_ON = {"description", "metadata", "receipt_email"}


def create(work: Work, params: Json) -> Json:
    """A new open session. Its lines and what it asks of the PaymentIntent are kept beside it."""
    stripe_limits.session(params, work.now)
    asked = params.get("payment_intent_data", {})
    if strange := set(asked) - ACTED_ON:
        raise not_offered(f"payment_intent_data[{min(strange)}]")
    lines = [stripe_shapes.line_item(line, stripe_limits.amount(line), work.now) for line in params["line_items"]]
    total = sum(line["amount_total"] for line in lines)
    id_ = new_id("cs_test", 58)
    made = stripe_shapes.session(params, id_=id_, now=work.now, base=work.base, total=total)
    return work.add(made, {"lines": lines, "asked": asked, "intent": None})


def get(work: Work, id_: str) -> Json:
    """The session, expired if its time is up. Refused when there is none."""
    return work.get(KIND, id_, "session")


def expire(work: Work, id_: str) -> Json:
    """End an open session, as it was asked."""
    found = get(work, id_)
    if found["status"] != "open":
        said = 'Only Checkout Sessions with a status in ["open"] can be expired.'
        raise Refused(f"{said} This Checkout Session has a status of `{found['status']}`.", param="session")
    return _expire(work, found)


def expire_due(work: Work) -> None:
    """End the open sessions whose time is up."""
    for found in work.list_ended():
        _expire(work, found)


def _expire(work: Work, session: Json) -> Json:
    expired = work.change(session, status="expired", url=None)
    stripe_events.make(work, "checkout.session.expired", expired)
    return expired
