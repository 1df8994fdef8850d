"""Events of the sandbox's Stripe: signed, sent at least once, again until taken, and out of order when told so."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import stripe

from tests import stripes
from tests.sandbox.conftest import Receiver, hook, opened, paid

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def _ids(receiver: Receiver) -> list[str]:
    return [json.loads(body)["id"] for body, _ in receiver.taken]


def _types(receiver: Receiver) -> list[str]:
    return [json.loads(body)["type"] for body, _ in receiver.taken]


def test_an_event_is_signed_for_the_endpoint_alone(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    paid(sandbox)
    assert sandbox.deliver_now() == [(type_, 200) for type_ in PAID]
    body, signature = receiver.taken[-1]
    assert sandbox.client().construct_event(body, signature, sandbox.secret).type == PAID[-1]
    for wrong_body, wrong_secret in ((body + b" ", sandbox.secret), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            sandbox.client().construct_event(wrong_body, signature, wrong_secret)
    assert sandbox.deliver_now() == []


def test_an_event_is_a_snapshot_and_says_which_request_made_it(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    session = paid(sandbox)
    sandbox.client().v1.refunds.create(
        {"payment_intent": session.payment_intent.id, "amount": 100}, options={"idempotency_key": "RFD-1"}
    )
    sandbox.client().v1.refunds.create({"payment_intent": session.payment_intent.id})
    first, second = sandbox.events("charge.refunded")
    assert (first["data"]["object"]["amount_refunded"], second["data"]["object"]["amount_refunded"]) == (100, 57600)
    assert first["request"]["idempotency_key"] == "RFD-1"
    assert first["request"]["id"].startswith("req_")
    assert sandbox.events(PAID[-1])[0]["request"] == {"id": None, "idempotency_key": None}
    client = sandbox.client()
    assert client.v1.events.retrieve(first["id"]).type == "charge.refunded"
    assert [one.id for one in client.v1.events.list({"type": "charge.refunded"}).data] == [second["id"], first["id"]]
    assert len(client.v1.events.list({"types": ["charge.refunded", PAID[-1]]}).data) == 3


def test_what_is_not_taken_is_sent_again(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    opened_ = opened(sandbox)
    sandbox.expire(opened_.id)
    receiver.answers = [500, 0, 204]
    assert [status for _ in range(4) for _, status in sandbox.deliver_now()] == [500, 0, 204]
    assert len(set(_ids(receiver))) == 1


def test_an_event_waits_longer_after_each_refusal(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    sandbox.expire(opened(sandbox).id)
    receiver.answers = [500]
    assert sandbox.delivery.send_waiting(due_only=True) == [("checkout.session.expired", 500)]
    assert sandbox.delivery.send_waiting(due_only=True) == []
    time.sleep(1.1)
    assert sandbox.delivery.send_waiting(due_only=True) == [("checkout.session.expired", 200)]


def test_an_event_can_be_sent_more_than_once(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    sandbox.switches(duplicate=2)
    sandbox.expire(opened(sandbox).id)
    receiver.answers = [200, 500, 200]
    assert [status for _, status in sandbox.deliver_now()] == [200, 500, 200]
    assert len(sandbox.deliver_now()) == 1
    assert len(set(_ids(receiver))) == 1


def test_events_can_come_newest_first_or_shuffled(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    sandbox.switches(reorder="newest")
    paid(sandbox)
    assert sandbox.delivery.send_waiting(due_only=True) == []
    assert [type_ for type_, _ in sandbox.deliver_now()] == PAID[::-1]
    sandbox.switches(reorder="shuffled", seed=3)
    orders = []
    for _ in range(2):
        paid(sandbox)
        orders.append([type_ for type_, _ in sandbox.deliver_now()])
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == sorted(PAID)
    assert orders[0] != PAID


def test_events_can_be_late_or_lost_and_sent_after_all(sandbox: stripes.Stripe, receiver: Receiver) -> None:
    sandbox.switches(delay=60)
    sandbox.expire(opened(sandbox).id)
    assert sandbox.delivery.send_waiting(due_only=True) == []
    assert sandbox.deliver_now() == [("checkout.session.expired", 200)]
    sandbox.switches(delay=0, drop=True)
    sandbox.expire(opened(sandbox).id)
    assert sandbox.deliver_now() == []
    lost = sandbox.events("checkout.session.expired")[-1]
    sandbox.send_again(lost["id"])
    assert sandbox.deliver_now() == [("checkout.session.expired", 200)]
    assert _ids(receiver)[-1] == lost["id"]


def test_the_library_signs_as_documented() -> None:
    header = stripe.WebhookSignature.generate_signature_header(
        '{"id":"evt_1","object":"event"}', "whsec_test_secret", 1795300000
    )
    assert header == "t=1795300000,v1=be3871f402f80447acb55d4899520d6ea3a4317e8eced9a59a3dc953b6fdfbc4"


def test_events_are_sent_by_themselves_over_http(tmp_path: Path) -> None:
    with hook() as (port, taken), stripes.running(tmp_path, stripes.hook(port), by_itself=True) as sandbox:
        session = opened(sandbox)
        (tmp_path / "clock-offset").write_text("3601")
        until = time.monotonic() + 10
        while not taken and time.monotonic() < until:
            time.sleep(0.02)
        assert taken == ["checkout.session.expired"]
        assert sandbox.client().v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_where_nobody_listens_an_event_waits(tmp_path: Path) -> None:
    with stripes.running(tmp_path, stripes.hook(9)) as sandbox:
        sandbox.expire(opened(sandbox).id)
        assert sandbox.deliver_now() == [("checkout.session.expired", 0)]
        assert sandbox.deliver_now() == [("checkout.session.expired", 0)]


def test_what_it_knows_outlives_its_process(tmp_path: Path, receiver: Receiver) -> None:
    with stripes.running(tmp_path, receiver) as sandbox:
        session = paid(sandbox)
    with stripes.running(tmp_path, receiver) as sandbox:
        assert sandbox.client().v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert [type_ for type_, _ in sandbox.deliver_now()] == PAID
