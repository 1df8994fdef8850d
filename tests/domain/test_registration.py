"""What a person is called."""

from __future__ import annotations

import pytest

from portal.domain.registration import called


@pytest.mark.parametrize(
    ("full_name", "greeted"),
    [
        ("Priya Nair", "Priya"),
        ("Aoife O’Dowd", "Aoife"),
        ("Sukarno", "Sukarno"),
        ("Dr. Ada Finch", "Dr. Ada Finch"),
        ("Dr Ada Finch", "Dr Ada Finch"),
        ("J. Prys", "J. Prys"),
        ("王 小明", "王 小明"),
        ("Mei Lin", "Mei"),
    ],
)
def test_the_first_word_of_a_name_unless_it_may_be_none(full_name: str, greeted: str) -> None:
    assert called(full_name) == greeted
