"""The numbers of accounting documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.numbering import Series, counted, number


@pytest.mark.parametrize(
    ("series", "count", "written"),
    [
        (Series.INVOICE, 1, "INV-000001"),
        (Series.CREDIT_NOTE, 1, "CRN-000001"),
        (Series.INVOICE, 999_999, "INV-999999"),
        (Series.INVOICE, 1_000_000, "INV-1000000"),
    ],
)
def test_a_number_is_written(series: Series, count: int, written: str) -> None:
    assert number(series, count) == written


@pytest.mark.parametrize("count", [0, -1])
def test_a_series_begins_with_one(count: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        number(Series.INVOICE, count)


@given(st.sampled_from(Series), st.integers(1, 10**9))
def test_a_number_is_read_as_it_was_written(series: Series, count: int) -> None:
    assert counted(number(series, count)) == (series, count)


@pytest.mark.parametrize(
    "written", ["", "INV-1", "INV-000000", "INV-0000001", "ORD-000001", "inv-000001", "INV-00000١", "INV-000001\n"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write a number"):
        counted(written)
