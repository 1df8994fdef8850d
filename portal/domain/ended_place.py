"""A place that was given up, or taken away: who did it, in the words of the letters about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """Who ended it: whoever ordered it, its learner, or somebody here."""

    BUYER = "buyer"
    LEARNER = "learner"
    STAFF = "staff"


@dataclass(frozen=True)
class Ended:
    """How a place ended. `since` is what we did to its date before ("we cancelled the date"), if that was the reason.

    `told`: they told us, and somebody here wrote it down.
    """

    by: By
    since: str = ""
    told: bool = False


def to_buyer(ended: Ended, what: str, learner: str) -> str:
    """The first sentence of the letter to whoever ordered the place."""
    if ended.by == By.STAFF:
        return f"We have ended the place on {what}."
    if ended.by == By.LEARNER:
        return _since(ended, f"{learner or 'your learner'} has given back the place on {what}", "they")
    did = "you have given back" if ended.since else "you have cancelled"
    return _since(ended, f"{did} {what}", "you")


def to_learner(ended: Ended, what: str, payer: str) -> str:
    """The first sentence of the letter to the learner, who is somebody else."""
    if ended.by == By.STAFF:
        return f"We have ended your place on {what}, which {payer} had arranged."
    if ended.by == By.LEARNER:
        return _since(ended, f"you have given back your place on {what}", "you")
    return _since(ended, f"{payer}, who arranged your place on {what}, has given it up, so it has ended")


def _since(ended: Ended, did: str, who: str = "") -> str:
    told = f", as {who} told us" if who and ended.told else ""
    said = f"Since {ended.since}, {did}{told}." if ended.since else f"{did}{told}."
    return said[:1].upper() + said[1:]
