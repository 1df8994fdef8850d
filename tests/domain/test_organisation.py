"""Naming an organisation that contacts sign in for."""

from __future__ import annotations

import pytest

from portal.domain.organisation import Organisation, Side, read


@pytest.mark.parametrize("side", Side)
def test_what_is_written_is_read_again(side: Side) -> None:
    organisation = Organisation(side, "P-1.a")
    assert str(organisation) == f"{side.value}:P-1.a"
    assert read(str(organisation)) == organisation


def test_a_partner_and_a_sponsor_of_one_code_are_two() -> None:
    assert read("partner:A") != read("sponsor:A")


@pytest.mark.parametrize("said", ["", ":", "partner", "partner:", "staff:A", "A", "partner:a b", "sponsor:A:B", "\x00"])
def test_anything_else_names_none(said: str) -> None:
    assert read(said) is None
