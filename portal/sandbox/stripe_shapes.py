"""The objects of the sandbox's Stripe as it shows them, composed field by field. No card number is anywhere."""

from __future__ import annotations

from typing import Any

from portal.sandbox.stripe_state import Json, new_id

# brand, last four and funding of the sample card that each country issues
CARDS = {
    "GB": ("visa", "4242", "debit"),
    "FR": ("mastercard", "4444", "debit"),
    "DE": ("visa", "0016", "credit"),
    "IE": ("visa", "0008", "debit"),
    "NL": ("mastercard", "3222", "debit"),
    "US": ("amex", "0005", "credit"),
    "AE": ("mastercard", "8210", "credit"),
}
METHODS = ["card", "link", "bacs_debit"]
NO_INVOICE = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")


def session(params: Json, *, id_: str, now: int, base: str, total: int) -> Json:
    """A Checkout Session that has just been opened."""
    allowed = params.get("allowed_payment_method_types") or METHODS
    excluded = params.get("excluded_payment_method_types") or []
    email = params.get("customer_email")
    nothing = (
        *("after_expiration", "client_secret", "collected_information", "consent", "consent_collection"),
        *("currency_conversion", "customer", "customer_account", "integration_identifier", "invoice"),
        *("origin_context", "payment_intent", "payment_link", "payment_method_configuration_details", "permissions"),
        *("presentment_details", "recovered_from", "saved_payment_method_options", "setup_intent"),
        *("shipping_address_collection", "shipping_cost", "subscription", "wallet_options"),
    )
    return {
        "id": id_,
        "object": "checkout.session",
        **dict.fromkeys(nothing),
        "adaptive_pricing": {"enabled": False},
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": params["line_items"][0]["price_data"]["currency"],
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": details(email) if email else None,
        "customer_email": email,
        "discounts": [],
        "expires_at": params.get("expires_at", now + 24 * 3600),
        "invoice_creation": {"enabled": False, "invoice_data": {**dict.fromkeys(NO_INVOICE), "metadata": {}}},
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": [one for one in METHODS if one in allowed and one not in excluded],
        "payment_status": "unpaid" if total else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base}/sandbox/checkout/{id_}",
    }


def details(email: str, name: str | None = None, address: Json | None = None) -> Json:
    """Who paid, as the page asked."""
    return {
        **dict.fromkeys(("business_name", "individual_name", "phone")),
        "address": address,
        "email": email,
        "name": name,
        "tax_exempt": "none",
        "tax_ids": [] if address else None,
    }


def line_item(asked: Json, amount: int, now: int) -> Json:
    """One line of a session, with the price made for it."""
    price = asked["price_data"]
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount * asked["quantity"],
        "amount_tax": 0,
        "amount_total": amount * asked["quantity"],
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": asked.get("metadata", {}),
        "price": {
            **dict.fromkeys(("custom_unit_amount", "lookup_key", "nickname", "recurring", "tiers_mode")),
            "id": new_id("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": price["currency"],
            "livemode": False,
            "metadata": {},
            "product": new_id("prod", 14),
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        },
        "quantity": asked["quantity"],
    }


def payment_intent(session: Json, asked: Json, now: int) -> Json:
    """A PaymentIntent for a session's total; `asked` is the session's payment_intent_data."""
    nothing = (
        *("application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason"),
        *("customer", "customer_account", "last_payment_error", "latest_charge", "next_action", "on_behalf_of"),
        *("payment_method", "payment_method_configuration_details", "processing", "review", "setup_future_usage"),
        *("shipping", "source", "statement_descriptor", "statement_descriptor_suffix", "transfer_data"),
        *("excluded_payment_method_types", "transfer_group"),
    )
    id_ = new_id("pi")
    return {
        **dict.fromkeys(nothing),
        "id": id_,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{id_}_secret_{new_id('x', 12)[2:]}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "description": asked.get("description"),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "receipt_email": asked.get("receipt_email"),
        "status": "requires_payment_method",
    }


def card(country: str) -> Json:
    """What Stripe tells of a card: brand, last four, country; never its number."""
    brand, last4, funding = CARDS[country]
    nothing = (
        *("amount_authorized", "authorization_code", "installments", "mandate", "network_transaction_id"),
        *("regulated_status", "three_d_secure", "transaction_link_id", "wallet"),
    )
    return {
        "type": "card",
        "card": {
            **dict.fromkeys(nothing),
            "brand": brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": "pass", "cvc_check": "pass"},
            "country": country,
            "exp_month": 8,
            "exp_year": 2030,
            "extended_authorization": {"status": "disabled"},
            "fingerprint": f"sandbox{last4}",
            "funding": funding,
            "incremental_authorization": {"status": "unavailable"},
            "last4": last4,
            "multicapture": {"status": "unavailable"},
            "network": brand,
            "network_token": {"used": False},
            "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
        },
    }


def direct_debit() -> Json:
    """What Stripe tells of a bank account that is debited some days later."""
    bank = {"expected_debit_date": None, "fingerprint": "sandboxbacs", "last4": "2345", "sort_code": "108800"}
    return {"type": "bacs_debit", "bacs_debit": {**bank, "mandate": new_id("mandate")}}


def charge(intent: Json, method: Json, billing: Json, now: int) -> Json:
    """A charge that waits; `stripe_payments` says how it ends. It carries the PaymentIntent's metadata."""
    nothing = (
        *("application", "application_fee", "application_fee_amount", "balance_transaction", "customer"),
        *("failure_balance_transaction", "failure_code", "failure_message", "on_behalf_of", "outcome"),
        *("receipt_number", "receipt_url", "review", "shipping", "source", "source_transfer"),
        *("statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group"),
    )
    return {
        **dict.fromkeys(nothing),
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": billing,
        "calculated_statement_descriptor": "SANDBOX",
        "captured": True,
        "created": now,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": method,
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "pending",
    }


def outcome(kind: str, message: str, reason: str | None = None) -> dict[str, Any]:
    """How a charge was judged."""
    return {
        **dict.fromkeys(("advice_code", "network_advice_code")),
        "network_decline_code": None,
        "network_status": "approved_by_network" if kind == "authorized" else "declined_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": message,
        "type": kind,
    }
