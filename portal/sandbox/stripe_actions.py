"""What the sandbox's Stripe can be asked: each address, the library's type of its parameters, and what it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stripe import params as shapes
from stripe.params import checkout as checkout_shapes

from portal.sandbox import stripe_checkout, stripe_events, stripe_lists, stripe_refunds
from portal.sandbox.stripe_lists import PAGED
from portal.sandbox.stripe_refusals import no_such
from portal.sandbox.stripe_state import Json, Work

Act = Callable[..., Json]
"""(work, params, the id of the address if it has one) -> the answer."""


@dataclass(frozen=True)
class Action:
    """One address. `offered` are the parameters that the stand-in acts on."""

    method: str
    path: str
    shape: Any
    act: Act
    offered: set[str] = field(default_factory=lambda: {"expand"})


def _retrieve(kind: str, said: str) -> Act:
    return lambda work, params, id_: work.get(kind, id_, said)


def _list(kind: str, path: str) -> Act:
    def act(work: Work, params: Json) -> Json:
        equal = {name: value for name, value in params.items() if name not in PAGED}
        return stripe_lists.page(work.list_objects(kind, **equal), params, path)

    return act


def _lines(work: Work, params: Json, id_: str) -> Json:
    return stripe_lists.lines(work, stripe_checkout.get(work, id_), params)


def _event(work: Work, params: Json, id_: str) -> Json:
    row = work.connection.execute("SELECT body FROM event WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise no_such("event", id_)
    found: Json = json.loads(row["body"])
    return found


def _events(work: Work, params: Json) -> Json:
    wanted = params.get("types") or ([params["type"]] if "type" in params else None)
    found = [one["event"] for one in stripe_events.list_events(work)]
    return stripe_lists.page([one for one in found if not wanted or one["type"] in wanted], params, "/v1/events")


def _create_session(work: Work, params: Json) -> Json:
    return stripe_checkout.create(work, params)


def _expire_session(work: Work, params: Json, id_: str) -> Json:
    return stripe_checkout.expire(work, id_)


_SESSIONS = "/v1/checkout/sessions"
ACTIONS = [
    Action("POST", _SESSIONS, checkout_shapes.SessionCreateParams, _create_session, stripe_checkout.OFFERED),
    Action(
        *("GET", _SESSIONS, checkout_shapes.SessionListParams, _list(stripe_checkout.KIND, _SESSIONS)),
        PAGED | {"payment_intent", "status"},
    ),
    Action(
        *("GET", f"{_SESSIONS}/<id_>", checkout_shapes.SessionRetrieveParams),
        _retrieve(stripe_checkout.KIND, "session"),
    ),
    Action("POST", f"{_SESSIONS}/<id_>/expire", checkout_shapes.SessionExpireParams, _expire_session),
    Action(
        *("GET", f"{_SESSIONS}/<id_>/line_items", checkout_shapes.SessionListLineItemsParams, _lines),
        PAGED - {"created"},
    ),
    Action("POST", "/v1/refunds", shapes.RefundCreateParams, stripe_refunds.create, stripe_refunds.OFFERED),
    Action(
        *("GET", "/v1/refunds", shapes.RefundListParams, _list("refund", "/v1/refunds")),
        PAGED | {"charge", "payment_intent"},
    ),
    Action("GET", "/v1/refunds/<id_>", shapes.RefundRetrieveParams, _retrieve("refund", "refund")),
    Action(
        "GET", "/v1/payment_intents/<id_>", shapes.PaymentIntentRetrieveParams, _retrieve("payment_intent", "intent")
    ),
    Action(
        *("GET", "/v1/charges", shapes.ChargeListParams, _list("charge", "/v1/charges")),
        PAGED | {"payment_intent"},
    ),
    Action("GET", "/v1/charges/<id_>", shapes.ChargeRetrieveParams, _retrieve("charge", "charge")),
    Action(
        *("GET", "/v1/disputes", shapes.DisputeListParams, _list("dispute", "/v1/disputes")),
        PAGED | {"charge", "payment_intent"},
    ),
    Action("GET", "/v1/disputes/<id_>", shapes.DisputeRetrieveParams, _retrieve("dispute", "dispute")),
    Action("GET", "/v1/events", shapes.EventListParams, _events, PAGED | {"type", "types"}),
    Action("GET", "/v1/events/<id_>", shapes.EventRetrieveParams, _event),
]
