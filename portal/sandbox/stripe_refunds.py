"""Refunds of the sandbox's Stripe: how much goes back, and how it may end."""

from __future__ import annotations

from portal.sandbox import stripe_events, stripe_limits
from portal.sandbox.stripe_refusals import Refused, exclusive, missing
from portal.sandbox.stripe_state import Json, Work, new_id

KIND = "refund"
OFFERED = {"amount", "charge", "expand", "metadata", "payment_intent", "reason"}
AT_ONCE = {"succeed": "succeeded", "pending": "pending", "fail": "failed"}
MAY_TURN = {("pending", "succeeded"), ("pending", "failed"), ("succeeded", "failed")}


def create(work: Work, params: Json) -> Json:
    """Refund what was paid, or part of it. How it goes, the switch `refunds` says."""
    stripe_limits.metadata(params.get("metadata") or {}, "metadata")
    charge = _refundable(work, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if amount < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refused(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    status = AT_ONCE[work.switches.refunds]
    refund = work.add(_shape(work, charge, amount, params))
    if status == "pending":
        refund = work.change(refund, status="pending", pending_reason="processing", balance_transaction=None)
    _give_back(work, charge, amount)
    stripe_events.make(work, "refund.created", refund)
    return turn(work, refund["id"], "failed") if status == "failed" else refund


def turn(work: Work, id_: str, status: str) -> Json:
    """A waiting refund succeeds or fails; one that succeeded fails after all, as real ones do days later."""
    refund = work.get(KIND, id_)
    if (refund["status"], status) not in MAY_TURN:
        raise Refused(f"A refund that is {refund['status']} can't become {status}.")
    before = {"status": refund["status"]}
    refund.pop("pending_reason", None)
    if status == "failed":
        charge = work.get("charge", refund["charge"])
        work.change(charge, amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
        refund |= {"failure_reason": "lost_or_stolen_card", "failure_balance_transaction": new_id("txn")}
    refund = work.change(refund, status=status, balance_transaction=refund["balance_transaction"] or new_id("txn"))
    stripe_events.make(work, "refund.updated", refund, before)
    if status == "failed":
        stripe_events.make(work, "refund.failed", refund, before)
    return refund


def _refundable(work: Work, params: Json) -> Json:
    if "payment_intent" in params and "charge" in params:
        raise exclusive("payment_intent", "charge")
    if "payment_intent" not in params and "charge" not in params:
        raise missing("payment_intent")
    if "charge" in params:
        charge = work.get("charge", params["charge"], "charge", 400)
    else:
        intent = work.get("payment_intent", params["payment_intent"], "payment_intent", 400)
        charge = work.find("charge", intent["latest_charge"]) or {"id": "", "paid": False}
    if not charge["paid"]:
        said = "There is no successful charge to refund."
        raise Refused(said, code="payment_intent_unexpected_state")
    if charge["refunded"]:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"] and not work.unseen(charge["id"]).get("won"):
        raise Refused(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    return charge


def _shape(work: Work, charge: Json, amount: int, params: Json) -> Json:
    card = {"type": "refund", "reference_status": "pending", "reference_type": "acquirer_reference_number"}
    by_card = charge["payment_method_details"]["type"] == "card"
    return {
        "id": new_id("re"),
        "object": KIND,
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": card} if by_card else {"type": "bacs_debit"},
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _give_back(work: Work, charge: Json, amount: int) -> None:
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    total = charge["amount_refunded"] + amount
    charge = work.change(charge, amount_refunded=total, refunded=total == charge["amount"])
    stripe_events.make(work, "charge.refunded", charge, before)
