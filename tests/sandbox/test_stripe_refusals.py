"""What the sandbox's Stripe refuses, by type, status, code and parameter, as the library sorts it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import stripe
from stripe.params import checkout

from portal.sandbox import stripe_params
from portal.sandbox.stripe_refusals import Refused
from tests import stripes
from tests.sandbox.conftest import asked, line, refusal

UNKNOWN, MISSING, EXCLUSIVE = "parameter_unknown", "parameter_missing", "parameters_exclusive"
INTEGER, NOBODY, NOT_OFFERED = "parameter_invalid_integer", "resource_missing", "not_offered_by_the_sandbox"
PRICE = "line_items[0][price_data]"


def _line(**changes: Any) -> dict[str, Any]:
    return {"line_items": [{**line(), **changes}]}


def _price(**changes: Any) -> dict[str, Any]:
    return {"line_items": [line(**changes)]}


@dataclass(frozen=True)
class FromNow:
    """A time so many seconds after the test begins: what names a test must not change by the second."""

    seconds: int


REFUSED: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"weather": "fine"}, UNKNOWN, "weather"),
    (_line(foo="1"), UNKNOWN, "line_items[0][foo]"),
    (_price(vat="20"), UNKNOWN, f"{PRICE}[vat]"),
    ({"payment_intent_data": {"order": "1"}}, UNKNOWN, "payment_intent_data[order]"),
    ({"payment_method_types": ["card"]}, UNKNOWN, "payment_method_types"),
    ({"mode": None}, MISSING, "mode"),
    ({"mode": "lease"}, None, "mode"),
    ({"mode": "subscription"}, NOT_OFFERED, "mode"),
    ({"success_url": None}, MISSING, "success_url"),
    ({"success_url": "/orders/return"}, "url_invalid", "success_url"),
    ({"cancel_url": "orders"}, "url_invalid", "cancel_url"),
    ({"line_items": None}, MISSING, "line_items"),
    ({"line_items": "one"}, None, "line_items"),
    ({"line_items": [line()] * 101}, None, "line_items"),
    (_line(price="price_1"), EXCLUSIVE, "line_items[0][price]"),
    ({"line_items": [{"quantity": 1}]}, MISSING, "line_items[0][price]"),
    ({"line_items": [{"quantity": 1, "price": "price_1"}]}, NOBODY, "line_items[0][price]"),
    ({"line_items": [{"price_data": line()["price_data"]}]}, MISSING, "line_items[0][quantity]"),
    (_line(quantity=0), INTEGER, "line_items[0][quantity]"),
    (_line(quantity="two"), INTEGER, "line_items[0][quantity]"),
    (_line(adjustable_quantity={"enabled": "perhaps"}), None, "line_items[0][adjustable_quantity][enabled]"),
    (_line(adjustable_quantity={"enabled": True}), NOT_OFFERED, "line_items[0][adjustable_quantity]"),
    (_price(currency=None), MISSING, f"{PRICE}[currency]"),
    (_price(currency="shillings"), None, f"{PRICE}[currency]"),
    (_price(unit_amount=None), MISSING, f"{PRICE}[unit_amount]"),
    (_price(unit_amount="12.50"), INTEGER, f"{PRICE}[unit_amount]"),
    (_price(unit_amount=-5), INTEGER, f"{PRICE}[unit_amount]"),
    (_price(unit_amount_decimal="57600"), EXCLUSIVE, f"{PRICE}[unit_amount]"),
    (_price(unit_amount=None, unit_amount_decimal="much"), None, f"{PRICE}[unit_amount_decimal]"),
    (_price(product="prod_1"), EXCLUSIVE, f"{PRICE}[product]"),
    (_price(product_data=None), MISSING, f"{PRICE}[product]"),
    (_price(product_data=None, product="prod_1"), NOBODY, f"{PRICE}[product]"),
    (_price(product_data={"description": "Two days"}), MISSING, f"{PRICE}[product_data][name]"),
    (_price(product_data={"name": ""}), "parameter_invalid_empty", f"{PRICE}[product_data][name]"),
    (_price(tax_behavior="sometimes"), None, f"{PRICE}[tax_behavior]"),
    ({"line_items": [line(29)]}, "amount_too_small", None),
    ({"line_items": [line(99_999_999), line()]}, "amount_too_large", None),
    ({"line_items": [line(), line(currency="eur")]}, None, "line_items"),
    ({"metadata": {f"key{number}": "1" for number in range(51)}}, None, "metadata"),
    ({"metadata": {"k" * 41: "1"}}, None, f"metadata[{'k' * 41}]"),
    ({"metadata": {"order": "x" * 501}}, None, "metadata[order]"),
    ({"metadata": "order"}, None, "metadata"),
    ({"payment_intent_data": {"metadata": {"order": "x" * 501}}}, None, "payment_intent_data[metadata][order]"),
    ({"payment_intent_data": {"capture_method": "manual"}}, NOT_OFFERED, "payment_intent_data[capture_method]"),
    ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
    ({"customer": "cus_1"}, EXCLUSIVE, "customer"),
    ({"customer": "cus_1", "customer_email": None}, NOBODY, "customer"),
    ({"customer_email": "priya"}, "email_invalid", "customer_email"),
    ({"customer_email": ""}, "parameter_invalid_empty", "customer_email"),
    ({"expires_at": FromNow(29 * 60)}, None, "expires_at"),
    ({"expires_at": FromNow(25 * 3600)}, None, "expires_at"),
    ({"expires_at": "tomorrow"}, INTEGER, "expires_at"),
    ({"ui_mode": "embedded_page"}, NOT_OFFERED, "ui_mode"),
    ({"automatic_tax": {"enabled": True}}, NOT_OFFERED, "automatic_tax[enabled]"),
    ({"discounts": [{"coupon": "10OFF"}]}, NOT_OFFERED, "discounts"),
]


@pytest.mark.parametrize(("changes", "code", "param"), REFUSED, ids=lambda one: str(one)[:50])
def test_a_session_is_refused_as_stripe_refuses_it(
    sandbox: stripes.Stripe, changes: dict[str, Any], code: str | None, param: str | None
) -> None:
    said = {n: int(time.time()) + one.seconds if isinstance(one, FromNow) else one for n, one in changes.items()}
    error = refusal(lambda: sandbox.client().v1.checkout.sessions.create(asked(**said)))  # type: ignore[arg-type]
    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code, error.json_body["error"]["type"]) == (400, code, "invalid_request_error")
    assert error.param == param
    assert sandbox.client().v1.checkout.sessions.list().data == []


def test_what_is_at_the_limit_is_taken(sandbox: stripes.Stripe) -> None:
    at_most: dict[str, Any] = {
        "line_items": [line(30, "x" * 200)] * 100,
        "metadata": {f"{number:040}": "x" * 500 for number in range(50)},
        "client_reference_id": "x" * 200,
        "expires_at": int(time.time()) + 24 * 3600 - 5,
        "automatic_tax": {"enabled": False},
        "billing_address_collection": "required",
        "allowed_payment_method_types": ["card"],
    }
    session = sandbox.client().v1.checkout.sessions.create(asked(**at_most))  # type: ignore[arg-type]
    assert (session.amount_total, len(session.to_dict()["metadata"]), session.payment_method_types) == (
        3000,
        50,
        ["card"],
    )
    assert "Pay by bank" not in httpx.get(str(session.url)).text
    default = sandbox.client().v1.checkout.sessions.create(asked(expires_at=None))  # type: ignore[arg-type]
    assert default.expires_at == default.created + 24 * 3600


def test_nobody_is_found_under_a_strange_id(sandbox: stripes.Stripe) -> None:
    client = sandbox.client().v1
    for act in (
        lambda: client.checkout.sessions.retrieve("cs_test_nobody"),
        lambda: client.checkout.sessions.expire("cs_test_nobody"),
        lambda: client.checkout.sessions.line_items.list("cs_test_nobody"),
        lambda: client.refunds.retrieve("re_nobody"),
        lambda: client.payment_intents.retrieve("pi_nobody"),
        lambda: client.charges.retrieve("ch_nobody"),
        lambda: client.disputes.retrieve("du_nobody"),
        lambda: client.events.retrieve("evt_nobody"),
    ):
        error = refusal(act)
        assert (type(error), error.http_status, error.code) == (stripe.InvalidRequestError, 404, NOBODY)


@pytest.mark.parametrize("query", ["weather=1", "limit=many", "created[before]=5", "created=x", "status=lost", "a[=1"])
def test_a_list_is_refused_for_what_it_does_not_know(sandbox: stripes.Stripe, query: str) -> None:
    answer = httpx.get(f"{sandbox.base}/v1/checkout/sessions?{query}", auth=(sandbox.key, ""))
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_long_idempotency_key_is_refused(sandbox: stripes.Stripe) -> None:
    error = refusal(
        lambda: sandbox.client().v1.checkout.sessions.create(asked(), options={"idempotency_key": "k" * 256})  # type: ignore[arg-type]
    )
    assert (type(error), error.http_status) == (stripe.IdempotencyError, 400)


@pytest.mark.parametrize(
    "body", ["a=1&a[b]=2", "a[b]=2&a=1", "[x]=1", "line_items[x]=1", "line_items[²]=1", "line_items[0]=1", "mode[x]=1"]
)
def test_what_no_library_would_send_is_refused_too(body: str) -> None:
    pairs = [(key, value) for key, _, value in (part.partition("=") for part in body.split("&"))]
    with pytest.raises(Refused):
        stripe_params.read(pairs, checkout.SessionCreateParams, {"mode", "line_items"})


def test_a_list_may_come_without_numbers() -> None:
    pairs = [("expand[]", "line_items"), ("expand[]", "payment_intent")]
    found = stripe_params.read(pairs, checkout.SessionRetrieveParams, {"expand"})
    assert found == {"expand": ["line_items", "payment_intent"]}


def test_an_empty_value_unsets_its_key(sandbox: stripes.Stripe) -> None:
    session = sandbox.client().v1.checkout.sessions.create(asked(metadata={"order": "ORD-1", "note": ""}))
    assert session.to_dict()["metadata"] == {"order": "ORD-1"}


def test_what_is_refused_leaves_nothing_behind(sandbox: stripes.Stripe) -> None:
    assert refusal(lambda: sandbox.client().v1.checkout.sessions.create(asked(expand=["weather"]))).param == "expand"
    assert sandbox.client().v1.checkout.sessions.list().data == []


def test_the_door_takes_test_keys_only(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="sk_test_"), stripes.running(tmp_path, "http://x", key="sk_live_1"):
        pass
