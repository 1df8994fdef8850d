"""Names are found as people type them."""

from __future__ import annotations

import pytest

from portal.domain.searching import search_text, words


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sian o'dowd", "Siân O’Dowd"),
        ("O’DOWD", "Siân O'Dowd"),
        ("bruck", "Hannah Brück"),
        ("brück", "Hannah Bruck"),
        ("strasse", "Jo Straße"),
        ("  nair   pri ", "Priya Nair"),
        ("ＰＲＩＹＡ", "Priya Nair"),
    ],
)
def test_each_word_stands_somewhere_in_the_name(typed: str, name: str) -> None:
    assert words(typed)
    assert all(word in search_text(name) for word in words(typed))


def test_the_parts_are_one_text_with_single_spaces() -> None:
    assert search_text("ENQ-7K3M", None, "", "Nair Fibre") == "enq-7k3m nair fibre"
    assert search_text(" Priya  Nair", "Priya@Mail.example ") == "priya nair priya@mail.example"


@pytest.mark.parametrize("typed", ["", "   ", "\u0301", "\x00\x00", "\ud800"])
def test_a_search_without_letters_asks_for_nothing(typed: str) -> None:
    assert words(typed) == []
