"""What Stripe refuses although the types allow it: too much, too long, too early, one thing beside its opposite."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlsplit

from portal.sandbox.stripe_refusals import Refused, exclusive, missing, no_such, not_offered
from portal.sandbox.stripe_state import Json

LEAST = {"gbp": 30, "eur": 50, "usd": 50}  # in minor units: smaller totals cost more than they bring
MOST = 99_999_999
LINES = 100
SOONEST, LATEST = 30 * 60, 24 * 3600


def session(params: Json, now: int) -> None:
    """Refuse a Checkout Session that Stripe would refuse, or that the stand-in can't act out."""
    for name in ("mode", "success_url", "line_items"):
        if not params.get(name):
            raise missing(name)
    if params["mode"] != "payment":
        raise not_offered("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_offered("ui_mode")
    for name in ("automatic_tax", "invoice_creation", "phone_number_collection", "adaptive_pricing"):
        if params.get(name, {}).get("enabled"):
            raise not_offered(f"{name}[enabled]")
    if params.get("allow_promotion_codes"):
        raise not_offered("allow_promotion_codes")
    for name in ("success_url", "cancel_url"):
        _address(params, name)
    _who(params)
    metadata(params.get("metadata"), "metadata")
    metadata(params.get("payment_intent_data", {}).get("metadata"), "payment_intent_data[metadata]")
    _when(params, now)
    _lines(params["line_items"])


def _address(params: Json, name: str) -> None:
    if name in params and (urlsplit(params[name]).scheme not in ("http", "https") or not urlsplit(params[name]).netloc):
        raise Refused("Not a valid URL", code="url_invalid", param=name)


def _who(params: Json) -> None:
    if "customer" in params and "customer_email" in params:
        raise exclusive("customer", "customer_email")
    if "customer" in params:
        raise no_such("customer", params["customer"], "customer", 400)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", params.get("customer_email", "a@b.example")):
        said = f"Invalid email address: {params['customer_email']}"
        raise Refused(said, code="email_invalid", param="customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        raise Refused("Invalid string: must be at most 200 characters", param="client_reference_id")


def metadata(said: Json | None, where: str) -> None:
    """At most 50 keys of 40 characters with values of 500."""
    if said and len(said) > 50:
        raise Refused(f"Metadata can have up to 50 keys, but you passed {len(said)}.", param=where)
    for key, value in (said or {}).items():
        if len(key) > 40:
            raise Refused(f"Metadata keys can have up to 40 characters, not {len(key)}.", param=f"{where}[{key}]")
        if len(value) > 500:
            raise Refused(f"Metadata values can have up to 500 characters, not {len(value)}.", param=f"{where}[{key}]")


def _when(params: Json, now: int) -> None:
    expires = params.get("expires_at", now + LATEST)
    if expires < now + SOONEST:
        raise Refused("`expires_at` must be at least 30 minutes after the session is made.", param="expires_at")
    if expires > now + LATEST:
        raise Refused("`expires_at` must be at most 24 hours after the session is made.", param="expires_at")


def _lines(lines: list[Json]) -> None:
    if len(lines) > LINES:
        raise Refused(f"A session can have up to {LINES} line items.", param="line_items")
    for number, line in enumerate(lines):
        _line(line, f"line_items[{number}]")
    if len({line["price_data"]["currency"] for line in lines}) > 1:
        raise Refused("All prices of a session must have the same currency.", param="line_items")
    total, currency = sum(amount(line) * line["quantity"] for line in lines), lines[0]["price_data"]["currency"]
    if 0 < total < LEAST[currency]:
        said = f"The total must be at least {LEAST[currency]} of the smallest unit of {currency}."
        raise Refused(said, code="amount_too_small")
    if total > MOST:
        raise Refused("The total is above what Stripe takes.", code="amount_too_large")


def _line(line: Json, where: str) -> None:
    _one_of(line, where, "price", "price_data")
    if "price" in line:
        raise no_such("price", line["price"], f"{where}[price]", 400)
    for name in ("adjustable_quantity", "tax_rates"):
        if line.get(name):
            raise not_offered(f"{where}[{name}]")
    _price(line["price_data"], f"{where}[price_data]")
    if "quantity" not in line:
        raise missing(f"{where}[quantity]")
    if not 0 < line["quantity"] < 1_000_000:
        raise Refused("This value must be 1 or more.", code="parameter_invalid_integer", param=f"{where}[quantity]")
    metadata(line.get("metadata"), f"{where}[metadata]")


def _price(price: Json, where: str) -> None:
    _one_of(price, where, "unit_amount", "unit_amount_decimal")
    _one_of(price, where, "product", "product_data")
    if "product" in price:
        raise no_such("product", price["product"], f"{where}[product]", 400)
    if "recurring" in price:
        raise not_offered(f"{where}[recurring]")
    if price["currency"] not in LEAST:
        raise Refused(f"Invalid currency: {price['currency']}", param=f"{where}[currency]")
    if Decimal(price.get("unit_amount_decimal", 0)) % 1:
        raise not_offered(f"{where}[unit_amount_decimal] with a fraction")
    if amount({"price_data": price}) < 0:
        raise Refused("Invalid non-negative integer", code="parameter_invalid_integer", param=f"{where}[unit_amount]")
    metadata(price["product_data"].get("metadata"), f"{where}[product_data][metadata]")


def _one_of(price: Json, where: str, first: str, second: str) -> None:
    if first in price and second in price:
        raise exclusive(f"{where}[{first}]", f"{where}[{second}]")
    if first not in price and second not in price:
        raise missing(f"{where}[{first}]")


def amount(line: Json) -> int:
    """What one piece of a line costs, in minor units."""
    price = line["price_data"]
    return int(Decimal(price["unit_amount"] if "unit_amount" in price else price["unit_amount_decimal"]))
