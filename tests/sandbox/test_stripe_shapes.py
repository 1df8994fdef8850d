"""Whatever the sandbox's Stripe shows has the fields of the library's own classes, all the way down."""

from __future__ import annotations

import builtins
import inspect
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import stripe
from stripe import StripeObject

from tests import stripes
from tests.sandbox.conftest import opened, paid

CLASSES: dict[str, Any] = {
    "checkout.session": stripe.checkout.Session,
    "charge": stripe.Charge,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "price": stripe.Price,
    "refund": stripe.Refund,
}
OPEN = {"metadata", "fraud_details", "object", "previous_attributes", "payment_method_options"}


class Names(dict[str, Any]):
    """The names that annotations of a class may use: those of its module, then the library's (Card, CardResource)."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return getattr(stripe, name.removesuffix("Resource"))


def _hints(class_: Any) -> dict[str, Any]:
    return get_type_hints(class_, None, Names(vars(inspect.getmodule(class_))))


def _strange(body: Any, class_: Any, where: str) -> list[str]:
    """The fields, as paths, that the class does not know."""
    found = []
    hints = _hints(class_)
    for name, value in body.items():
        if name not in hints:
            found.append(f"{where}.{name}")
        elif name not in OPEN:
            found += _inside(value, hints[name], f"{where}.{name}")
    return found


def _inside(value: Any, hint: Any, where: str) -> list[str]:
    if isinstance(value, list):
        return [strange for one in value for strange in _inside(one, hint, where)]
    if not isinstance(value, dict):
        return []
    kind = value.get("object") if isinstance(value.get("object"), str) else None
    if kind == "list":
        return [strange for one in value["data"] for strange in _strange(one, CLASSES[one["object"]], where)]
    if kind in CLASSES:
        return _strange(value, CLASSES[kind], where)
    classes = list(_classes(hint))
    assert classes, f"{where} is an object, and the library says {hint}"
    return _strange(value, classes[0], where)


def _classes(hint: Any) -> Any:
    if inspect.isclass(hint) and get_origin(hint) is None and issubclass(hint, StripeObject):
        yield hint
    for one in get_args(hint):
        yield from _classes(one)


def test_every_field_is_one_of_the_librarys(sandbox: stripes.Stripe) -> None:
    session, later, declined = paid(sandbox), opened(sandbox), opened(sandbox)
    sandbox.pay_later(later.id)
    sandbox.decline(declined.id)
    sandbox.switches(refunds="pending")
    refund = sandbox.client().v1.refunds.create({"charge": session.payment_intent.latest_charge.id, "amount": 1})
    sandbox.refund_turns(refund.id, "failed")
    dispute = sandbox.dispute(session.payment_intent.latest_charge.id)
    sandbox.dispute_ends(dispute["id"], "won")
    seen = set()
    for event in sandbox.events():
        about = event["data"]["object"]
        seen.add(about["object"])
        assert _strange(event, stripe.Event, "event") == []
        assert _strange(about, CLASSES[about["object"]], about["object"]) == []
    assert seen == {"checkout.session", "charge", "dispute", "payment_intent", "refund"}
    expanded = sandbox.client().v1.checkout.sessions.retrieve(
        session.id, {"expand": ["line_items", "payment_intent.latest_charge.refunds"]}
    )
    assert _strange(expanded.to_dict(), stripe.checkout.Session, "session") == []


def test_every_event_is_one_that_the_library_knows(sandbox: stripes.Stripe) -> None:
    known = set(get_args(_hints(stripe.Event)["type"]))
    session = paid(sandbox)
    sandbox.pay_later(opened(sandbox).id)
    sandbox.decline(opened(sandbox).id)
    sandbox.dispute(session.payment_intent.latest_charge.id)
    assert {event["type"] for event in sandbox.events()} <= known


def test_the_reader_of_fields_can_fail() -> None:
    assert _strange({"id": "re_1", "weather": "fine"}, stripe.Refund, "refund") == ["refund.weather"]
    details = {"address": {"planet": "Mars"}}
    assert _strange({"customer_details": details}, stripe.checkout.Session, "s") == [
        "s.customer_details.address.planet"
    ]
    with pytest.raises(AssertionError):
        _inside({"a": 1}, int, "s")
