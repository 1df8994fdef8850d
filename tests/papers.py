"""Documents of people who do not exist, for tests that draw or read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.domain.documents import (
    Buyer,
    Confirmation,
    CreditNote,
    DocumentLine,
    Invoice,
    Particular,
    Seller,
    Statement,
)
from portal.domain.money import VatStatus

ON = dt.date(2026, 11, 21)
AT = dt.datetime(2026, 7, 21, 13, 2, tzinfo=dt.UTC)  # in summer, when London is an hour ahead

SELLER = Seller(
    name="Meridian Fibre & Laser Training Ltd",
    address="8 Canal Wharf\nBirmingham",
    telephone="0121 496 0143",
    email="hello@meridian.example",
    short="Meridian",
    line="Fibre & Laser Training",
    complaints="complaints@meridian.example",
    company_number="0000000",
    vat_number="GB 000 0000 00",
)
BUYER = Buyer("Nair Fibre Ltd", "Unit 4, Example Mews\nCoventry", "accounts@nairfibre.example", "PO-2291")
TERMS = (
    "# 1. What we do\n\nWe teach the course as its page describes it.\n\n"
    "# 2. What you do\n\nYou tell us\nwhat you need."
)


def line(
    description: str = "One place on Fibre splicing",
    quantity: int = 1,
    net: int = 480_00,
    rate: int = 20,
    status: VatStatus | None = VatStatus.STANDARD,
) -> Any:
    """A line with its VAT rounded half up."""
    vat = (net * rate + 50) // 100
    return DocumentLine(description, quantity, net, rate, vat, net + vat, status)


def invoice(**changes: Any) -> Invoice:
    """A paid invoice with two rates of VAT."""
    holds: dict[str, Any] = {
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (line(), line("Workbook", 3, 45_00, 0, VatStatus.ZERO)),
        "number": "INV-000001",
        "issued_on": ON,
        "tax_point_on": dt.date(2026, 11, 20),
        "order_reference": "ORD-7K3M-9QTD",
        "paid_on": dt.date(2026, 11, 20),
        "note": "Paid by card.",
    }
    return Invoice(**holds | changes)


def credit_note(**changes: Any) -> CreditNote:
    """What is credited of that invoice."""
    holds: dict[str, Any] = {
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (line(),),
        "number": "CRN-000001",
        "issued_on": dt.date(2026, 11, 25),
        "invoice_number": "INV-000001",
        "invoice_issued_on": ON,
        "order_reference": "ORD-7K3M-9QTD",
        "reason": "You cancelled within 14 days.",
    }
    return CreditNote(**holds | changes)


def confirmation(**changes: Any) -> Confirmation:
    """A consumer's contract, begun at once at their own request."""
    holds: dict[str, Any] = {
        "seller": SELLER,
        "buyer": Buyer("Priya Nair", email="priya@nairfibre.example"),
        "lines": (line(),),
        "order_reference": "ORD-7K3M-9QTD",
        "made_at": AT,
        "learners": ("Priya Nair", "Tom Nair"),
        "opens": "Straight away.",
        "statements": (Statement("Please start straight away.", AT), Statement("I know what I give up.", AT)),
        "right_to_cancel": "You have 14 days.\n\nYou pay for what you have had.",
        "cancel_until": dt.date(2026, 8, 4),
        "terms_version": "7",
        "terms": TERMS,
        "particulars": (Particular("How it is taught", "In person"),),
    }
    return Confirmation(**holds | changes)


EACH = [
    pytest.param(invoice(), id="invoice"),
    pytest.param(invoice(simplified=True, lines=(line(net=95_00),), paid_on=None), id="simplified"),
    pytest.param(credit_note(), id="credit note"),
    pytest.param(confirmation(), id="confirmation"),
    pytest.param(confirmation(cancel_until=None, statements=(), particulars=()), id="confirmation for a company"),
]
