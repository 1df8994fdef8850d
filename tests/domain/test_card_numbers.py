"""Card numbers are found however they are written; telephone numbers, dates and references pass."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.domain.card_numbers import holds_card_number
from portal.domain.references import ALPHABET

# Numbers that payment companies publish for trying things out.
PUBLISHED = [
    "4242424242424242",
    "4000056655665556",
    "4222222222222",
    "5555555555554444",
    "5200828282828210",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "3056930009020004",
    "36227206271667",
    "30569309025904",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
    "6759649826438453",
]


def check_digit(start: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(start)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_are_found(number: str) -> None:
    assert holds_card_number(number)
    assert holds_card_number(f"Please take it from {number}, expiry 12/28, code 123.")


@pytest.mark.parametrize(
    "written",
    [
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242 - 4242 - 4242 - 4242",
        "4242\u00a04242\u00a04242\u00a04242",
        "4242–4242–4242–4242",
        "4242 4242\n4242 4242",
        "42 42 42 42 42 42 42 42",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "424242 42 4242 4242",
        "3782 822463 10005",
        "4242\u200b4242\u200b4242\u200b4242",
        "４２４２ ４２４２ ４２４２ ４２４２",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "card:4242424242424242",
        "(4242424242424242)",
        "4242424242424242exp",
        "4242 4242 4242 4242 12 28 123",
        "07700 900982 4242 4242 4242 4242",
        "2 places please 4242 4242 4242 4242",
        "on 30.06.2026 from 4242 4242 4242 4242",
        "Visa4242424242424242",
        "card4242 4242 4242 4242",
        "4242_4242_4242_4242",
        "4242/4242/4242/4242",
        "4242|4242|4242|4242",
        "4242 * 4242 * 4242 * 4242",
        "4242    4242    4242    4242",
        "4\ufe0f\u20e32\ufe0f\u20e3" * 8,
        "3782/822463/10005",
        "6205/5000/0000/0000/004",
    ],
)
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    assert holds_card_number(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "4242424242424241",
        "424242424242",
        "94242424242424242",
        "42424242424242424242",
        "1234567812345670",
        "0000000000000000",
        "9792030000000000",
        "AB4242424242424242",
        "4242,4242,4242,4242",
        "4242/4242/4242/4241",
        "4242/4242-4242|4242",
        "GB29NWBK60161331926819",
        "GB29LOYD30956930902590",
        "FIB-OTDR-2026-12-01",
        "room 4242/4242/4242",
        "4242/4242/4242/42424",
        "ENQ-7K3M-9Q2D",
        "01632 960 001",
        "07700 900 982 or 01632 960 001",
        "+44 808 157 0192",
        "0044 7700 900 982",
        "+353 1 437 0123",
        "GB29 NWBK 6016 1331 9268 19",
        "GB 123 4567 89",
        "30.01.2026 - 04.02.2026",
        "30 1 2026 4 12 2026",
        "2026-11-22 to 2026-12-06",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "ISBN 978-0-306-40615-7",
        "£1,480.00",
        "4.00 5.00 6.00",
    ],
)
def test_what_is_no_card_number_passes(written: str) -> None:
    assert not holds_card_number(written)


SIXTEEN = "4 51 55 2221 2720 2500 6011 65 3528 3589 50 62 36".split()
OTHERS = [("34", 15), ("37", 15), ("300", 14), ("305", 14), ("36", 14), ("4", 13), ("4", 19), ("62", 19), ("58", 18)]
STARTS = st.sampled_from([*((start, 16) for start in SIXTEEN), *OTHERS])


@st.composite
def cards(draw: st.DrawFn) -> str:
    start, length = draw(STARTS)
    body = start + draw(st.text("0123456789", min_size=length - len(start) - 1, max_size=length - len(start) - 1))
    return body + check_digit(body)


@given(cards(), st.text(st.sampled_from("abcXYZ ,:;!?\n"), max_size=20), st.sampled_from(["", " ", "-", ".", "—"]))
def test_every_card_number_is_found_in_fours_and_in_one_piece(number: str, before: str, gap: str) -> None:
    fours = gap.join(number[place : place + 4] for place in range(0, len(number), 4))
    assert holds_card_number(f"{before} {fours} thank you")


@given(cards(), st.integers(0, 9), st.data())
def test_one_wrong_digit_is_no_card_number(number: str, digit: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    changed = number[:place] + str(digit) + number[place + 1 :]
    assert holds_card_number(changed) == (changed == number) or changed[:4] != number[:4]


# How people in the UK write a number: area codes of three to six digits, mobiles, with and without the country.
DIGITS = st.text("0123456789", min_size=10, max_size=10).filter(lambda digits: digits[0] in "12378")
SHAPES = st.sampled_from([(10,), (4, 6), (3, 3, 4), (2, 4, 4), (4, 3, 3), (5, 5), (3, 7), (5, 3, 2), (1, 3, 3, 3)])


@st.composite
def telephones(draw: st.DrawFn) -> str:
    digits, shape = draw(DIGITS), draw(SHAPES)
    gap = draw(st.sampled_from([" ", "-", ".", "  ", " - "]))
    pieces, at = [], 0
    for length in shape:
        pieces.append(digits[at : at + length])
        at += length
    number = gap.join(pieces)
    written = draw(st.sampled_from(["0{}", "(0){}", "+44 {}", "+44{}", "+44 (0){}", "0044 {}", "00 44 {}", "44 {}"]))
    return written.format(number) + draw(st.sampled_from(["", " ext 12", " x4", ", ask for Jo", " 9 to 5"]))


@settings(max_examples=400)
@given(telephones())
def test_no_telephone_number_of_the_uk_is_taken_for_a_card(number: str) -> None:
    assert not holds_card_number(number)


@settings(max_examples=200)
@given(telephones(), telephones(), st.sampled_from([" or ", ", ", " / ", "; "]))
def test_nor_are_two_of_them(one: str, other: str, between: str) -> None:
    assert not holds_card_number(one + between + other)


@given(st.sampled_from(["ENQ", "ORD", "INV", "CN"]), st.text(ALPHABET, min_size=8, max_size=8))
@example("ORD", "44444444")
def test_no_reference_is_taken_for_a_card(kind: str, letters: str) -> None:
    assert not holds_card_number(f"{kind}-{letters[:4]}-{letters[4:]}")


DAYS = st.dates(dt.date(1940, 1, 1), dt.date(2099, 12, 31))
WRITTEN = st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %m %Y", "%Y-%m-%d", "%d %B %Y", "%d/%m/%y"])


@settings(max_examples=400)
@given(DAYS, DAYS, WRITTEN, st.sampled_from([" - ", "–", " to ", " ", ", ", "-", "\n"]))
@example(dt.date(2026, 6, 30), dt.date(2026, 7, 4), "%d.%m.%Y", " - ")
def test_no_dates_are_taken_for_a_card(first: dt.date, last: dt.date, form: str, between: str) -> None:
    assert not holds_card_number(f"{first.strftime(form)}{between}{last.strftime(form)}")


@given(st.lists(st.integers(1, 31), max_size=40), st.sampled_from([" ", ". ", " - "]))
def test_no_list_of_small_numbers_that_rises_is_taken_for_a_card(numbers: list[int], between: str) -> None:
    rising = sorted({*numbers})
    assert not holds_card_number(between.join(map(str, rising)))


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert holds_card_number(text) in (True, False)
