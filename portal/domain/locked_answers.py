"""Equality answers as they are stored: a question and its follow-ups together, locked, filled up to one length.

So no column in clear says which follow-up somebody was led to, and no length says what they answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from portal.domain.equality import Answer
from portal.domain.vault import Vault

PURPOSE = "equality"
FILLED_TO = 512


def lock(answers: Mapping[str, Answer], vault: Vault) -> str:
    """The answers (by question code) of one question and its follow-ups, locked."""
    text = json.dumps({code: [one.code, one.own_words] for code, one in answers.items()})
    return vault.lock_undated(PURPOSE, text.ljust(-(-len(text) // FILLED_TO) * FILLED_TO))


def opened(locked: str, vault: Vault) -> dict[str, Answer]:
    """The same again. Raises CanNotOpen."""
    found: dict[str, list[str]] = json.loads(vault.open(PURPOSE, locked))
    return {code: Answer(*said) for code, said in found.items()}
