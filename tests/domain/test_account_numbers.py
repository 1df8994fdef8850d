"""Bank account numbers are found in what people write, and nothing else is."""

from __future__ import annotations

import pytest

from portal.domain.account_numbers import holds_account_number


@pytest.mark.parametrize(
    "text",
    [
        "to 12345678",
        "account 1234 5678.",
        "1234-5678",
        "sort code 60-83-71",
        "60 83 71",
        "GB29NWBK60161331926819",
        "to gb29 nwbk 6016 1331 9268 19, rung first",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_account_numbers_are_found(text: str) -> None:
    assert holds_account_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rung on 20 November 2026, paid by Ruth",
        "cheque 100457",
        "0121 496 0143",
        "07700 900148",
        "+44 808 157 0192",
        "20-11-26 and 20.11.2026 and 2026-11-20 and 20261120",
        "ORD-7K3M-9Q2D, CRN-000001, REF-7K3M-9Q2D, INV-000123",
        "£1,480.00 of £12,000.00",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert not holds_account_number(text)
