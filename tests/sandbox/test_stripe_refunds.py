"""Refunds and disputes at the sandbox's Stripe, through Stripe's own library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests import stripes
from tests.sandbox.conftest import opened, paid, refusal


def _refund(sandbox: stripes.Stripe, session: Any, **said: Any) -> Any:
    return sandbox.client().v1.refunds.create({"payment_intent": session.payment_intent.id, **said})


def _charge(sandbox: stripes.Stripe, session: Any) -> Any:
    return sandbox.client().v1.charges.retrieve(session.payment_intent.latest_charge.id, {"expand": ["refunds"]})


def _types(sandbox: stripes.Stripe, after: int) -> list[str]:
    return [event["type"] for event in sandbox.events()[after:]]


def test_parts_are_refunded_until_nothing_is_left(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    before = len(sandbox.events())
    first = _refund(sandbox, session, amount=10000, reason="requested_by_customer", metadata={"refund": "RFD-1"})
    assert (first.status, first.amount, first.metadata["refund"]) == ("succeeded", 10000, "RFD-1")
    assert _types(sandbox, before) == ["charge.refunded", "refund.created"]
    too_much = refusal(lambda: _refund(sandbox, session, amount=47601))
    assert (type(too_much), too_much.http_status, too_much.param) == (stripe.InvalidRequestError, 400, "amount")
    rest = sandbox.client().v1.refunds.create({"charge": session.payment_intent.latest_charge.id})
    assert rest.amount == 47600
    charge = _charge(sandbox, session)
    assert (charge.amount_refunded, charge.refunded) == (57600, True)
    assert [one.id for one in charge.refunds.data] == [rest.id, first.id]
    assert refusal(lambda: _refund(sandbox, session)).code == "charge_already_refunded"
    last = sandbox.events("charge.refunded")[-1]["data"]
    assert last["previous_attributes"] == {"amount_refunded": 10000, "refunded": False}


def test_refunds_are_listed_by_payment_and_one_by_one(sandbox: stripes.Stripe) -> None:
    session, other = paid(sandbox), paid(sandbox)
    made = [_refund(sandbox, session, amount=100).id for _ in range(3)][::-1]
    _refund(sandbox, other, amount=100)
    refunds = sandbox.client().v1.refunds
    page = refunds.list({"payment_intent": session.payment_intent.id, "limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (made[:2], True)
    assert [one.id for one in page.auto_paging_iter()] == made
    first = refunds.retrieve(made[-1])
    assert len(refunds.list({"created": {"gte": first.created}}).data) == 4
    assert refunds.retrieve(made[0]).amount == 100


def test_one_key_refunds_once(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    refunds = sandbox.client().v1.refunds
    ids = {
        refunds.create(
            {"payment_intent": session.payment_intent.id, "amount": 100}, options={"idempotency_key": "RFD-1"}
        ).id
        for _ in range(3)
    }
    assert len(ids) == 1
    assert _charge(sandbox, session).amount_refunded == 100


def test_a_refusal_is_kept_under_its_key_as_well(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    _refund(sandbox, session)
    said: dict[str, Any] = {"payment_intent": session.payment_intent.id}
    answers = [
        refusal(lambda: sandbox.client().v1.refunds.create(said, options={"idempotency_key": "RFD-2"}))  # type: ignore[arg-type]
        for _ in range(2)
    ]
    assert [one.code for one in answers] == ["charge_already_refunded"] * 2
    assert [one.headers.get("Idempotent-Replayed") for one in answers] == [None, "true"]


@pytest.mark.parametrize(
    ("said", "code", "param"),
    [
        ({}, "parameter_missing", "payment_intent"),
        ({"payment_intent": "pi_nobody"}, "resource_missing", "payment_intent"),
        ({"charge": "ch_nobody"}, "resource_missing", "charge"),
        ({"charge": "ch_nobody", "payment_intent": "pi_nobody"}, "parameters_exclusive", "payment_intent"),
        ({"payment_intent": "pi_nobody", "amount": "all"}, "parameter_invalid_integer", "amount"),
        ({"payment_intent": "pi_nobody", "reason": "bored"}, None, "reason"),
        ({"payment_intent": "pi_nobody", "why": "bored"}, "parameter_unknown", "why"),
    ],
)
def test_a_refund_is_refused_as_stripe_refuses_it(
    sandbox: stripes.Stripe, said: dict[str, Any], code: str | None, param: str
) -> None:
    error = refusal(lambda: sandbox.client().v1.refunds.create(said))  # type: ignore[arg-type]
    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code, error.param) == (400, code, param)


def test_what_is_not_paid_is_not_refunded(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    sandbox.pay_later(session.id)
    found: Any = sandbox.client().v1.checkout.sessions.retrieve(session.id)
    refunds = sandbox.client().v1.refunds
    error = refusal(lambda: refunds.create({"payment_intent": found.payment_intent}))
    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")
    sandbox.arrive(session.id)
    refund = refunds.create({"payment_intent": found.payment_intent})
    assert (refund.status, refund.amount) == ("succeeded", 57600)


def test_a_refund_of_nothing_is_refused(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    assert refusal(lambda: _refund(sandbox, session, amount=0)).param == "amount"


def test_a_waiting_refund_succeeds_and_may_fail_after_all(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    sandbox.switches(refunds="pending")
    refund = _refund(sandbox, session, amount=10000)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert _charge(sandbox, session).amount_refunded == 10000
    before = len(sandbox.events())
    sandbox.refund_turns(refund.id, "succeeded")
    assert _types(sandbox, before) == ["refund.updated"]
    sandbox.refund_turns(refund.id, "failed")
    assert _types(sandbox, before)[1:] == ["refund.updated", "refund.failed"]
    found = sandbox.client().v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "lost_or_stolen_card")
    assert _charge(sandbox, session).amount_refunded == 0
    assert sandbox.events("refund.failed")[0]["data"]["previous_attributes"] == {"status": "succeeded"}


def test_a_refund_may_fail_at_once_and_be_tried_again(sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    sandbox.switches(refunds="fail")
    assert _refund(sandbox, session).status == "failed"
    sandbox.switches(refunds="succeed")
    assert _refund(sandbox, session).amount == 57600


@pytest.mark.parametrize(("end", "code"), [("lost", "charge_disputed"), ("won", None)])
def test_a_disputed_charge_is_refunded_only_once_it_is_won(sandbox: stripes.Stripe, end: str, code: str | None) -> None:
    session = paid(sandbox)
    dispute = sandbox.dispute(session.payment_intent.latest_charge.id)
    created = sandbox.events("charge.dispute.created")[0]["data"]["object"]
    assert (created["payment_intent"], created["status"]) == (session.payment_intent.id, "needs_response")
    assert refusal(lambda: _refund(sandbox, session)).code == "charge_disputed"
    sandbox.dispute_ends(dispute["id"], end)
    closed = sandbox.events("charge.dispute.closed")[0]["data"]
    assert (closed["object"]["status"], closed["previous_attributes"]) == (end, {"status": "needs_response"})
    assert sandbox.client().v1.disputes.list().data[0].status == end
    assert _charge(sandbox, session).disputed
    if code:
        assert refusal(lambda: _refund(sandbox, session)).code == code
    else:
        assert _refund(sandbox, session).status == "succeeded"
