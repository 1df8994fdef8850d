"""VAT line by line, totals that are the sum of what is read, and refunds that add up to the penny."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import money
from portal.domain.money import Line

PENCE = st.integers(0, 999_999_999)
RATES = st.integers(0, 100)
LINES = st.builds(Line, st.just("Fibre splicing"), PENCE, RATES)


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [
        (48000, 20, 9600),
        (0, 20, 0),
        (1, 20, 0),
        (2, 20, 0),
        (3, 20, 1),
        (10, 5, 1),
        (9, 5, 0),
        (30, 5, 2),
        (48000, 0, 0),
    ],
)
def test_vat_is_rounded_half_up(net: int, rate: int, vat: int) -> None:
    assert money.vat(net, rate) == vat


@given(PENCE, RATES)
def test_vat_is_what_arithmetic_with_decimals_says(net: int, rate: int) -> None:
    exact = (Decimal(net) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert money.vat(net, rate) == int(exact)


@pytest.mark.parametrize(("net", "rate"), [(-1, 20), (100, -1), (100, 101)])
def test_what_is_no_price_has_no_vat(net: int, rate: int) -> None:
    with pytest.raises(ValueError, match="pence"):
        money.vat(net, rate)
    with pytest.raises(ValueError, match="pence"):
        Line("Fibre splicing", net, rate)


def test_a_line_knows_its_vat_and_what_is_paid() -> None:
    line = Line("Fibre splicing", 48000, 20)
    assert (line.vat_pence, line.gross_pence) == (9600, 57600)


def test_totals_add_rounded_lines_and_keep_the_rates_apart() -> None:
    totals = money.totals([Line("A", 3, 20), Line("B", 3, 20), Line("C", 1000, 0), Line("D", 30, 5)])
    assert (totals.net_pence, totals.vat_pence, totals.gross_pence) == (1036, 4, 1040)
    assert [(one.vat_rate, one.net_pence, one.vat_pence) for one in totals.by_rate] == [
        (20, 6, 2),
        (5, 30, 2),
        (0, 1000, 0),
    ]


def test_no_lines_come_to_nothing() -> None:
    totals = money.totals([])
    assert (totals.net_pence, totals.vat_pence, totals.gross_pence, totals.by_rate) == (0, 0, 0, ())


@given(st.lists(LINES, max_size=8))
def test_totals_are_the_sum_of_their_lines_and_of_their_rates(lines: list[Line]) -> None:
    totals = money.totals(lines)
    assert totals.gross_pence == sum(line.gross_pence for line in lines)
    assert totals.net_pence == sum(one.net_pence for one in totals.by_rate) == sum(line.net_pence for line in lines)
    assert totals.vat_pence == sum(one.vat_pence for one in totals.by_rate) == sum(line.vat_pence for line in lines)
    rates = [one.vat_rate for one in totals.by_rate]
    assert rates == sorted({line.vat_rate for line in lines}, reverse=True)


def test_half_of_a_line_given_back_is_half_of_its_vat() -> None:
    part = Line("Fibre splicing", 48000, 20).give_back(28800)
    assert (part.net_pence, part.vat_pence, part.gross_pence, part.vat_rate) == (24000, 4800, 28800, 20)
    assert part.description == "Fibre splicing"


def test_three_thirds_give_back_every_penny_of_the_vat() -> None:
    line, back, parts = Line("Fibre splicing", 100, 20), 0, []
    for _ in range(3):
        parts.append(line.give_back(40, already_pence=back))
        back += 40
    assert [part.vat_pence for part in parts] == [7, 6, 7]
    assert sum(part.net_pence for part in parts) == 100


@pytest.mark.parametrize(("amount", "already"), [(121, 0), (1, 120), (61, 60), (0, 0), (-1, 5), (10, -1), (10, 121)])
def test_never_more_than_was_charged_and_never_nothing_is_given_back(amount: int, already: int) -> None:
    with pytest.raises(ValueError, match="given back"):
        Line("Fibre splicing", 100, 20).give_back(amount, already_pence=already)


@given(st.data(), LINES.filter(lambda line: line.gross_pence > 0))
def test_any_sequence_of_refunds_adds_up_to_the_line(data: st.DataObject, line: Line) -> None:
    cuts = data.draw(st.lists(st.integers(1, line.gross_pence), max_size=8, unique=True).map(sorted))
    back, parts = 0, []
    for cut in [*cuts, *([line.gross_pence] if line.gross_pence not in cuts else [])]:
        part = line.give_back(cut - back, already_pence=back)
        assert part.gross_pence == part.net_pence + part.vat_pence == cut - back
        assert part.net_pence >= 0
        assert part.vat_pence >= 0
        parts.append(part)
        back = cut
        # So far: the VAT given back is the line's share of it, to the nearest penny.
        assert (
            abs(sum(one.vat_pence for one in parts) * line.gross_pence - line.vat_pence * back) * 2 <= line.gross_pence
        )
    totals = money.totals(parts)
    assert (totals.net_pence, totals.vat_pence, totals.gross_pence) == (
        line.net_pence,
        line.vat_pence,
        line.gross_pence,
    )


@pytest.mark.parametrize(
    ("pence", "said"), [(0, "£0.00"), (5, "£0.05"), (17280, "£172.80"), (148000, "£1,480.00"), (-17280, "−£172.80")]
)
def test_a_sum_is_said_in_pounds(pence: int, said: str) -> None:
    assert money.pounds(pence) == said


@given(st.lists(st.integers(0, 999_999), min_size=1, max_size=8).filter(any), st.data())
def test_a_sum_is_spread_in_proportion_and_to_the_penny(over: list[int], data: st.DataObject) -> None:
    pence = data.draw(st.integers(0, sum(over)))
    shares = money.spread(pence, over)
    assert sum(shares) == pence
    for share, one in zip(shares, over, strict=True):
        assert 0 <= share <= one
        assert abs(share - pence * one / sum(over)) <= 1


@pytest.mark.parametrize(("pence", "over"), [(-1, [5]), (6, [5]), (1, [])])
def test_more_than_there_is_can_not_be_spread(pence: int, over: list[int]) -> None:
    with pytest.raises(ValueError, match="can't be spread"):
        money.spread(pence, over)
