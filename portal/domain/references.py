"""References for people: short, spoken without doubt, and no count of anything."""

from __future__ import annotations

import secrets

# No 0 O, 1 I L, 5 S, 8 B, 2 Z, U V: nothing that looks like its neighbour on paper or sounds like it on a telephone.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"


def new_reference(prefix: str) -> str:
    """A new reference such as ENQ-7K3M-9QTD: eight letters, 78 thousand million possibilities."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


_GENERIC = {"training", "ltd", "limited", "plc", "llp", "group", "academy", "services", "and", "&"}


def short_name(name: str) -> str:
    """What people call a company of this name: "Lindum Training Ltd" is "Lindum"."""
    words = name.split()
    while len(words) > 1 and words[-1].lower().strip(".,") in _GENERIC:
        words.pop()
    return " ".join(words).rstrip(",")
