"""Disputes of the sandbox's Stripe: the payer's bank takes the money back, until somebody wins."""

from __future__ import annotations

from portal.sandbox import stripe_events
from portal.sandbox.stripe_refusals import Refused
from portal.sandbox.stripe_state import Json, Work, new_id

KIND = "dispute"
_EVIDENCE = """access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip
customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description
receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation
shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file
uncategorized_text""".split()
_DAYS = 9 * 24 * 3600


def open_(work: Work, charge_id: str) -> Json:
    """The payer says that the payment was not theirs."""
    charge = work.get("charge", charge_id)
    if not charge["paid"] or charge["disputed"]:
        raise Refused("Only a charge that is paid and not disputed yet can be disputed.")
    work.change(charge, disputed=True)
    dispute = work.add(_shape(work, charge))
    stripe_events.make(work, "charge.dispute.created", dispute)
    stripe_events.make(work, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(work: Work, id_: str, status: str) -> Json:
    """The bank has decided: `won` or `lost`, as seen from here. The charge counts as disputed for good."""
    dispute = work.get(KIND, id_)
    if dispute["status"] in ("won", "lost") or status not in ("won", "lost"):
        raise Refused("Only an open dispute can be won or lost.")
    before = {"status": dispute["status"]}
    dispute = work.change(dispute, status=status)
    if status == "won":
        work.remember(dispute["charge"], won=True)
        stripe_events.make(work, "charge.dispute.funds_reinstated", dispute)
    stripe_events.make(work, "charge.dispute.closed", dispute, before)
    return dispute


def _shape(work: Work, charge: Json) -> Json:
    method = charge["payment_method_details"]
    card = method.get("card", {"brand": "visa", "network": "visa"})
    by_card = {"brand": card["brand"], "case_type": "chargeback", "network_reason_code": "10.4"}
    return {
        "id": new_id("du"),
        "object": KIND,
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": work.now + _DAYS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": {**by_card, "network": card["network"]}},
        "reason": "fraudulent",
        "status": "needs_response",
    }
