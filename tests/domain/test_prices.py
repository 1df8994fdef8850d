"""Prices as staff type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import prices


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("480", 48000), ("480.50", 48050), ("£1,480.05", 148005), ("0", 0), ("0.01", 1), ("9999999.99", 999_999_999)],
)
def test_a_price_is_read(typed: str, pence: int) -> None:
    assert prices.pence(typed) == pence


@pytest.mark.parametrize("typed", ["", "free", "-1", "480.5", "480.505", ".50", "10000000", "1e3", "٣", "4 £"])
def test_what_is_no_price_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="write pounds"):
        prices.pence(typed)


@given(st.integers(0, 999_999_999))
def test_a_price_is_typed_as_it_is_read(amount: int) -> None:
    assert prices.pence(prices.pounds(amount)) == amount


def test_a_standard_course_bears_vat_and_every_other_kind_bears_none() -> None:
    assert prices.vat_fits("standard", 20)
    assert not prices.vat_fits("standard", 0)
    for status in ("zero", "exempt", "outside_scope"):
        assert prices.vat_fits(status, 0)
        assert not prices.vat_fits(status, 20)


def test_a_kind_that_nobody_says_stays_while_it_fits_the_rate() -> None:
    assert prices.vat_status(20, "standard") == "standard"
    assert prices.vat_status(0, "exempt") == "exempt"
    assert prices.vat_status(0, "standard") == "zero"
    assert prices.vat_status(20, "exempt") == "standard"
