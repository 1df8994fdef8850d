"""How names and addresses are searched and sorted: the same on both databases, since the text is made here."""

from __future__ import annotations

import unicodedata


def search_text(*parts: str | None) -> str:
    """The parts as one text in small letters, without accents, with plain apostrophes and single spaces.

    "Siân O’Dowd" is found by "sian o'dowd", and stands where English readers look for it.
    """
    bare = unicodedata.normalize("NFKD", " ".join(part for part in parts if part)).replace("’", "'")
    letters = "".join(letter for letter in bare.casefold() if unicodedata.category(letter) not in ("Mn", "Cc", "Cs"))
    return " ".join(letters.split())


def words(typed: str) -> list[str]:
    """The words of a search, each of which must stand somewhere in what is found."""
    return search_text(typed).split()
