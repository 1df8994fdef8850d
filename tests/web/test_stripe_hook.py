"""Whatever a stranger sends to Stripe's hook is refused, and never an error of ours."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest
from sqlalchemy import select

from portal.models.payment import StripeEvent
from tests.shop import Shop

BODIES = (b"", b"{}", b"\xff\xfe", b"\0", b"[" * 100_000, b'{"object": "event", "id": "evt_1"}')


@pytest.mark.parametrize(
    "signature",
    [
        "",
        ",",
        "=,=",
        "t={now}",
        "t={now},v1=",
        "t={now},v1=aa,v1=bb",
        "t={now},t={now},v1=aa",
        "t={now},v1=\xe9",
        "t=-{now},v1=aa",
        "t=1e3,v1=aa",
        "t=" + "9" * 5000 + ",v1=aa",
    ],
    ids=lambda text: text[:30],
)
def test_a_strange_signature_is_refused(shop: Shop, signature: str) -> None:
    headers = {"Stripe-Signature": signature.replace("{now}", str(int(time.time())))}
    for body in BODIES:
        assert shop.browser().post("/hooks/stripe", data=body, headers=headers).status_code == 400, body[:20]
    assert shop.rows(select(StripeEvent)) == []


def test_more_than_a_message_is_refused(shop: Shop) -> None:
    headers = {"Stripe-Signature": f"t={int(time.time())},v1=aa"}
    assert shop.browser().post("/hooks/stripe", data=b" " * 300_000, headers=headers).status_code == 413


SIGNED = (
    b"[" * 100_000,
    b"null",
    b"{}",
    b'{"object": "event"}',
    b'{"object": "event", "id": "evt_1"}',
    b'{"object": "event", "id": "evt_1", "type": "refund.created", "data": null}',
    b'{"object": "event", "id": "evt_1", "type": "refund.created", "data": {"object": ["re_1"]}}',
    b'{"object": "event", "id": {"a": 1}, "type": ["refund.created"], "data": {"object": {"id": {}}}}',
    b'{"object": "event", "id": "evt_\\u0000", "type": "refund.created", "data": {"object": {"id": "re_1"}}}',
    b'{"object": "event", "id": "evt_\\ud800", "type": "refund.created", "data": {"object": {"id": "re_1"}}}',
    b'{"object": "event", "id": "evt_1", "type": "x", "data": {"object": {"id": "re_1", "amount": 1'
    + b"0" * 5000
    + b"}}}",
)


@pytest.mark.parametrize("body", SIGNED, ids=lambda body: body[:60].decode())
def test_what_is_signed_and_no_message_of_stripes_is_refused(shop: Shop, body: bytes) -> None:
    """Somebody who has the secret, or a fault of Stripe's: no error of ours, and nothing is kept of it."""
    now = int(time.time())
    mac = hmac.new(shop.stripe.secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={now},v1={mac}"}
    assert shop.browser().post("/hooks/stripe", data=body, headers=headers).status_code == 400
    assert shop.rows(select(StripeEvent)) == []
