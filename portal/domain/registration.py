"""Registering: the four answers (and a yes on age), and what a person may be called."""

from __future__ import annotations

from dataclasses import dataclass

# Offered as a list; somebody's own words are taken too, since an answer is only counted.
HEARD_FROM = (
    "A colleague or friend",
    "My employer",
    "A training partner or agent",
    "A search",
    "Social media",
    "A trade show or event",
    "A trade magazine or newsletter",
    "Somewhere else",
)


@dataclass(frozen=True)
class Answers:
    """What somebody who registers answered. `of_age` is the age that they said they have reached."""

    full_name: str
    email: str
    region: str
    heard_from: str
    of_age: int


@dataclass(frozen=True)
class Errand:
    """What the person was doing: the page to go on with, and the agent or reseller who introduced them."""

    path: str = ""
    via: str = ""


def called(full_name: str) -> str:
    """What a greeting says: the first word of the name, or all of it where one word can't be enough."""
    first, _, rest = full_name.partition(" ")
    return first if rest and len(first) > 2 and not first.endswith(".") else full_name
