"""An enquiry: what a person may say, what is shown of an address, and what looks like a machine's work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass

from portal.domain.routing import Question


@dataclass(frozen=True)
class Answers:
    """What the enquirer answered; None is "not provided"."""

    full_name: str
    email: str
    interest: str
    region: str
    audience: str
    country: str | None = None
    organisation: str | None = None
    learners: int | None = None
    telephone: str | None = None
    message: str | None = None
    heard_from: str | None = None
    marketing: bool = False

    @property
    def question(self) -> Question:
        """What routing needs of it."""
        return Question(self.region, self.interest, self.audience, self.country, self.learners)

    @property
    def given(self) -> int:
        """How many questions were answered."""
        return sum(value not in (None, False) for value in asdict(self).values())


def email_key(address: str) -> str:
    """The address as a key: two that are surely the same mailbox in practice have the same.

    Small letters, and no more: folding further would make one of straße and strasse, which are two owners' names.
    """
    return unicodedata.normalize("NFC", address).lower()


def same_mailbox(address: str) -> str:
    """What is left of an address without the part after "+": many ways to write it reach the same person."""
    local, _, host = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}@{host}"


def is_encoded(address: str) -> bool:
    """True when "=?…?=" stands in it: mail programs read other letters there than people do, line ends even."""
    return "=?" in address


def masked_email(address: str) -> str:
    """p••••@nairfibre.example: enough to know one's own, too little to use."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}••••@{host}"


def masked_telephone(number: str) -> str:
    """••••• •••148: the last three digits, and dots for the others."""
    digits = [index for index, letter in enumerate(number) if letter.isdigit()]
    hidden = set(digits[:-3]) if len(digits) > 6 else set(digits)
    return "".join("•" if index in hidden else letter for index, letter in enumerate(number))


_ADDRESS = re.compile(r"https?://|(?<!//)www\.", re.IGNORECASE)
# In a name also what mail programs make a link of by themselves: //host, host.name as a word, host.name/path.
_LINK_IN_A_NAME = re.compile(r"//|\bwww\.|[\w-]{3,}\.[a-z]{2,}(?=\W|$)|\w\.[a-z]{2,}/", re.IGNORECASE)


def holds_link(name: str) -> bool:
    """True for a name that mail programs would make a link of: our letters would carry it to anybody."""
    return _LINK_IN_A_NAME.search(unicodedata.normalize("NFKC", name)) is not None


def spam_score(*, honeypot: str, seconds_to_fill: float | None, message: str | None, full_name: str = "") -> int:
    """How much it looks like a machine's: 3 and more is held for our own team. Uses nothing about the visit.

    A quick writer, a program that fills in the form for somebody, or one with a link to show scores too little alone.
    Nobody's name is a link, but the acknowledgement begins with it: that would make our letters carry it to anybody.
    """
    score = 3 if honeypot or holds_link(full_name) else 0
    score += seconds_to_fill is not None and seconds_to_fill < 2
    return score + min(2, max(0, len(_ADDRESS.findall(message or "")) - 2))


SPAM_LIMIT = 3
