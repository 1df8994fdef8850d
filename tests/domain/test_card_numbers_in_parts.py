"""A card's number is found when it goes on from one field of a form to the next; honest forms pass."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from portal.domain.card_numbers import find_in_parts
from portal.domain.references import new_reference
from tests.domain.test_card_numbers import PUBLISHED

HONEST_FORMS = 20_000
TELEPHONE = 4


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (["42424242", "42424242"], 1),
        (["4242 4242", "", "4242-4242"], 2),
        (["42424242", "priya@nairfibre.example", "42424242"], 2),
        (["Priya Nair 4242 4242", "4242 4242, 12/28"], 1),
        (["Flat 2 4242 4242", "4242 4242 12 28 123"], 1),
        (["Nair Fibre", "Visa4242", "424242424242"], 2),
        (["4242", "4242", "4242", "4242"], 3),
        (["4242424242", "424242 is the rest"], 1),
        (["3782 822463", "10005"], 1),
        (["４２４２４２４２", "٤٢٤٢٤٢٤٢"], 1),
        (["4000 0000 0000", "0002"], 1),
        (["Nair", "4000 0566 5566", "5556. Thank you"], 2),
    ],
)
def test_a_number_is_found_where_it_ends(texts: list[str], place: int) -> None:
    assert find_in_parts(texts) == place


@pytest.mark.parametrize("number", [number for number in PUBLISHED if len(number) > 13])
def test_a_published_number_is_found_wherever_it_is_divided(number: str) -> None:
    for at in range(4, len(number) - 3):
        first, rest = number[:at], number[at:]
        assert find_in_parts([first, rest]) == 1 or (rest.startswith("0") and len(rest) >= 9)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["", ""],
        ["42424242", "42424241"],
        ["42424242", "Nair Fibre", "42424242"],
        ["4242 4242 people", "4242 4242"],
        ["4242 4242", "number 4242 4242"],
        ["424242424242424", "2"],
        ["Studio 45", "01632 960 001"],
        ["Lot 45123", "01632960001"],
        ["50123", "+39 055 960 0012"],
        ["0044 7700 900 982", "4242 metres"],
        ["30.06.2026", "04.07.2026"],
        ["ORD-7K3M-9Q2D", "07700 900 982"],
    ],
)
def test_what_is_no_number_in_parts_passes(texts: list[str]) -> None:
    assert find_in_parts(texts) is None


@pytest.mark.parametrize("telephone", ["447700900982", "612 345 678", "7700 900 982", "(01632) 960001"])
def test_what_may_be_a_telephone_number_is_no_part_where_it_is_asked_for(telephone: str) -> None:
    for number in range(10_000):
        assert find_in_parts([f"Lot {number:04}", telephone, f"4{number:04} metres"], [1]) is None


def test_a_part_in_the_field_for_a_telephone_number_is_found() -> None:
    assert find_in_parts(["Nair Fibre 42424242", "4242 4242"], [1]) == 1


def _digits(chance: random.Random, form: str) -> str:
    return "".join(str(chance.randrange(10)) if letter == "#" else letter for letter in form)


NAMES = ["Priya Nair", "Aoife O’Dowd", "J Smith", "Tom Marlow 3rd"]
FIRMS = [
    "",
    "",
    "Nair Fibre Ltd",
    "Studio 54",
    "Unit 4###",
    "3M",
    "Expo 2026",
    "365 Data",
    "Lot 4####",
    "B1 1AA",
    "7#### Paris",
]
TELEPHONES = [
    *(
        "0##########",
        "0#### ######",
        "0## #### ####",
        "07### ######",
        "(0####) ######",
        "+44 7### ######",
        "+447#########",
    ),
    *(
        "0044 #### ######",
        "07#########",
        "07### ### ###",
        "7#########",
        "7### ######",
        "447#########",
        "+33 6 ## ## ## ##",
    ),
    *("6########", "+1 ### ### ####", "(###) ### ####", "087 ### ####"),
]
MESSAGES = [
    *("", "", "", "Is there a place in Leeds?", "12 of us would come.", "2026 dates, please", "4500 metres of cable"),
    *("PO 45########", "45######## is our order number", "ORD", "On 0#/0#/2026 or later", "Please ring 07### ######."),
    *("£4,500.00 at most", "1###-1### Victoria Road", "Sort it by 30.06.2026"),
]


def _form(chance: random.Random) -> list[str]:
    """Name, address, organisation, learners, telephone, message, as people fill them in."""
    chosen: Callable[[list[str]], str] = lambda forms: _digits(chance, chance.choice(forms))  # noqa: E731
    telephone = chosen(TELEPHONES) if chance.random() < 0.8 else ""
    learners = chosen(["", "", "#", "1#", "1##", "4###"])
    message = chosen(MESSAGES).replace("ORD", new_reference("ORD"))
    name = chosen(NAMES)
    return [name, "priya4242@nairfibre.example", chosen(FIRMS), learners, telephone, message]


def test_no_honest_form_in_ten_thousand_is_refused() -> None:
    chance = random.Random(2026)
    found = [
        form for form in (_form(chance) for _ in range(HONEST_FORMS)) if find_in_parts(form, [TELEPHONE]) is not None
    ]
    assert len(found) <= HONEST_FORMS // 10_000, found
