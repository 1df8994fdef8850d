"""Passwords: which are too weak, in words that help, and how one is kept: as an argon2 hash and never as itself.

Length and no rules of composition: NIST SP 800-63B and GOV.UK's pattern for passwords. The hash's cost is OWASP's
second choice, 19 MiB and two passes, about 25 ms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 8, 128
FEWEST_OTHERS = 5  # characters beside one's own name and the like
STRONG_ENOUGH = 10**8  # guesses: eight letters that follow no rule, or three words
_JUDGED = 72  # letters: a password this long is strong whatever follows, and judging takes time

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# The hash of something nobody knows: an address without an account costs the same to try.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$lh4Z4sjPiXXIg9DovFFGEQ$6ad9gou00xVvngW+zo36SR9OK2vzz8h2MVAxq29q/w0"

# What the library says, in British English and as what to do.
_WARNINGS = {
    "Straight rows of keys are easy to guess.": "a row of keys is easy to guess",
    "Short keyboard patterns are easy to guess.": "a pattern on the keyboard is easy to guess",
    'Repeats like "aaa" are easy to guess.': "the same letter again and again is easy to guess",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': "repeating a part adds very little",
    'Sequences like "abc" or "6543" are easy to guess.': "letters or numbers in their order are easy to guess",
    "Recent years are easy to guess.": "a year is easy to guess",
    "Dates are often easy to guess.": "a date is easy to guess",
    "This is a top-10 common password.": "it is one of the ten that are used most",
    "This is a top-100 common password.": "it is one of the hundred that are used most",
    "This is a very common password.": "many people use it",
    "This is similar to a commonly used password.": "it is close to one that many people use",
    "A word by itself is easy to guess.": "one word alone is easy to guess",
    "Names and surnames by themselves are easy to guess.": "a name is easy to guess",
    "Common names and surnames are easy to guess.": "names are easy to guess",
}
_HELP = "Use three or four words that have nothing to do with each other or with you"


def weakness(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Why this password can't be used, as one sentence of what to do; None when it is strong enough.

    `own_words` are what an enemy would try first: the person's name, their address, the company.
    """
    if len(password) < SHORTEST:
        return f"Enter a password of {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Enter a password of {LONGEST} characters or fewer"
    known = [part for word in own_words for part in re.findall(r"\w{3,}", word)]
    if len(_without(password, known)) < FEWEST_OTHERS:
        return f"{_HELP}: this is little more than a name or an address that everybody knows"
    judged = zxcvbn(password[:_JUDGED], user_inputs=known, max_length=_JUDGED)
    if judged["guesses"] >= STRONG_ENOUGH:
        return None
    why = _WARNINGS.get(judged["feedback"]["warning"], "it could be guessed")
    return f"{_HELP}: {why}"


def _without(password: str, known: Iterable[str]) -> str:
    """The letters and digits that are left when these words are taken out."""
    left = password.casefold()
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word.casefold(), "")
    return re.sub(r"\W", "", left)


def scramble(password: str) -> str:
    """The hash that is kept. Two keyboards may write the same letter in two ways; both are one password."""
    return _hasher.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """True when the password is the one of this hash; without a hash it takes as long and is never right."""
    try:
        _hasher.verify(kept or NOBODYS, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """True when the hash was made at another cost than today's, and should be made again at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
