"""References that can be read out over a telephone, and what people call a company."""

from __future__ import annotations

import re

import pytest

from portal.domain.references import ALPHABET, new_reference, short_name


@pytest.mark.parametrize("pair", ["0O", "1I", "1L", "5S", "8B", "2Z", "UV"])
def test_no_two_letters_that_look_alike_are_both_in_the_alphabet(pair: str) -> None:
    assert len(set(pair) & set(ALPHABET)) < 2


def test_the_alphabet_has_each_letter_once_in_capitals_and_digits() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert re.fullmatch(r"[0-9A-Z]+", ALPHABET)


def test_a_reference_is_its_prefix_and_two_groups_of_four() -> None:
    for _ in range(200):
        assert re.fullmatch(rf"ENQ-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", new_reference("ENQ"))


def test_references_do_not_repeat_and_use_the_whole_alphabet() -> None:
    made = {new_reference("X") for _ in range(1000)}
    assert len(made) == 1000
    assert set("".join(made)) == {*ALPHABET, "X", "-"}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Lindum Training Ltd", "Lindum"),
        ("Lindum Training Ltd.", "Lindum"),
        ("LINDUM TRAINING LIMITED", "LINDUM"),
        ("Meridian Fibre & Laser Training Ltd", "Meridian Fibre & Laser"),
        ("Clyde Training, plc", "Clyde"),
        ("Clyde, Ltd", "Clyde"),
        ("Group Training Services Ltd", "Group"),
        ("Academy of Light", "Academy of Light"),
        ("Training & Services Ltd", "Training"),
        ("Kestrel Training and Services", "Kestrel"),
        ("Training", "Training"),
        ("", ""),
    ],
)
def test_a_short_name_drops_what_every_company_is_called(name: str, short: str) -> None:
    assert short_name(name) == short
