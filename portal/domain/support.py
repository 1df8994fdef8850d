"""Support: what would help somebody to learn. A question of its own, for a purpose of its own.

Unlike the equality answers it is used about the person: to arrange what they ask for. So it rests on their explicit
consent, only the members of staff who arrange support read it, and nothing is ever copied from one to the other.
"""

from __future__ import annotations

PURPOSE = "support"
FORM = "support"
VAULT = "support"
QUESTION = "Is there anything that would help you to learn?"
WHO_READS = "Only the members of staff who arrange it read what you write."
LONGEST = 2_000


def agreement(company: str) -> str:
    """What somebody agrees to, word for word; the consent ledger keeps it as it stands."""
    return (
        f"I agree that {company} keeps what I wrote here, which may say something about my health, so that the members"
        " of staff who arrange support can read it and arrange it."
    )


TAKE_BACK = "Delete this and take back my agreement"
EMPTIED = "Saved without words, which takes the agreement back"
