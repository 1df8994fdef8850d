"""Payment card numbers in what people write: found, so that none is ever kept.

Source: ISO/IEC 7812-1 (13 to 19 digits here, the last a check digit after Luhn) and the issuers' published ranges and
lengths. A number counts only where both fit, so that telephone numbers, dates and references pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

# The first digits from one number to another, and how long such numbers are.
_RANGES: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("300", "305", frozenset({14, 16})),  # Diners Club
    ("309", "309", frozenset({14})),
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),
    ("36", "36", frozenset({14, 16, 17, 18, 19})),
    ("38", "39", frozenset({14, 16, 17, 18, 19})),
    ("3528", "3589", frozenset({16, 17, 18, 19})),  # JCB
    ("4", "4", frozenset({13, 16, 18, 19})),  # Visa
    ("50", "58", frozenset({16, 17, 18, 19})),  # Mastercard, Maestro
    ("6", "6", frozenset({16, 17, 18, 19})),  # Maestro, Discover, UnionPay, RuPay
    ("2221", "2720", frozenset({16})),  # Mastercard
)
_LONGEST = 19
_LONGEST_ABROAD = 15  # ITU-T E.164, with the country
_GAP = r"[\s.\-\u2010-\u2015\u2212\u00b7]{1,3}"
_RUN = re.compile(rf"(?<!\w)\+?\d+(?:{_GAP}\d+)*")
# Pieces as they are printed, with the same between them: a stroke, a bar, many blanks. With commas it is a list.
_PIECES = re.compile(
    r"(?<!\d)\d{4}(?P<gap>[^\w,;]{1,5}|_)"
    r"(?:\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{1,3})?|\d{6}(?P=gap)\d{5})(?!\d)"
)
# A word that runs into its number, such as "Visa4242". Shorter ones begin references, that of an IBAN follows digits.
_WORD = re.compile(r"(?<!\w)([^\W\d_]{3,})(?=\d)")
# A day with its year, such as 30.06.2026 or 30-6-26: two of them, a stay, are as long as a card number.
_DATE = re.compile(
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([ .\-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d(?!\d)|\d\d(?!\d|\1\d))"
    r"|(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
# What one field of a form ends with, and another begins with; and how much of each is looked at.
_END = re.compile(rf"(?<!\w)(\+?\d+(?:{_GAP}\d+)*)[^\w+]*$")
_START = re.compile(rf"[^\w+]*(\+?\d+(?:{_GAP}\d+)*)(?!\w)")
_LOOKED_AT = 100
_SHORTEST_PART, _LENGTHS_IN_PARTS = 4, {14, 15, 16, 19}
# How the shorter numbers are printed. The others stand in even pieces, or in five at most.
_PRINTED = {(4, 6, 5), (4, 6, 4), (4, 3, 3, 3)}


def holds_card_number(text: str) -> bool:
    """True when a payment card's number stands in it, in one piece or with something between its pieces."""
    plain = _plain(text)
    runs = [run for run in _RUN.findall(_without_days(plain)) if not _is_abroad(run)]
    printed = [_digits(found.group()) for found in _PIECES.finditer(plain)]
    found = (number for run in runs for number in _within(run))
    return any(map(_luhn, found)) or any(_is_issued(number) and _luhn(number) for number in printed)


def find_in_parts(texts: Sequence[str], telephones: Collection[int] = ()) -> int | None:
    """Which of these texts, in the order of a form, ends a card's number that one before it begins; None for none.

    A part is at least four digits at the end of a text or at the start of the next; empty texts and email addresses
    between them count for nothing. What begins with + or 0 and is as long as a telephone number is no part; nor is
    what may be one where it is asked for: at the places of `telephones`. So nobody is refused for theirs.
    """
    begun: set[str] = set()
    for place, text in enumerate(texts):
        if not text or ("@" in text and " " not in text):
            continue
        if place in telephones and 9 <= sum(map(str.isdecimal, text)) <= _LONGEST_ABROAD:
            begun = set()
            continue
        starts, ends = _parts(text, _START, first=True), _parts(text, _END, first=False)
        numbers = {before + start for before in begun for start in starts}
        if any(_is_card_in_parts(number) for number in numbers):
            return place
        begun = ends | ({number for number in numbers if len(number) < _LONGEST} if starts & ends else set())
    return None


def _parts(text: str, where: re.Pattern[str], *, first: bool) -> set[str]:
    """The digits at the start of a text, or at its end, that may be part of a card's number."""
    plain = _without_days(_plain(text[:_LOOKED_AT] if first else text[-_LOOKED_AT:]))
    found = where.match(plain) if first else where.search(plain)
    if found is None or _is_telephone(found[1]):
        return set()
    pieces = [_digits(piece) for piece in re.findall(r"\d+", found[1])]
    several = range(1, len(pieces) + 1)
    parts = {"".join(pieces[:number] if first else pieces[-number:]) for number in several}
    return {part for part in parts if _SHORTEST_PART <= len(part) < _LONGEST}


def _is_telephone(run: str) -> bool:
    return run.startswith(("+", "0")) and 9 <= len(_digits(run)) <= _LONGEST_ABROAD + 2


def _is_card_in_parts(number: str) -> bool:
    return len(number) in _LENGTHS_IN_PARTS and _is_issued(number) and _luhn(number)


def _plain(text: str) -> str:
    """Without what is not seen, and with the letters and digits that it is read as."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in normal if unicodedata.category(letter) not in ("Cf", "Mn", "Me"))


def _without_days(plain: str) -> str:
    return _DATE.sub("/", _WORD.sub(r"\1 ", plain))


def _is_abroad(run: str) -> bool:
    """True for a telephone number with its country: + or 00 and at most 15 digits, as ITU-T E.164 has them."""
    digits = sum(letter.isdigit() for letter in run)
    return (run.startswith("+") and digits <= _LONGEST_ABROAD) or (
        run.startswith("00") and digits <= _LONGEST_ABROAD + 2
    )


def _within(run: str) -> Iterator[str]:
    """Every number that begins and ends where a piece of the run does, and is as long as a card's."""
    pieces = [_digits(piece) for piece in re.findall(r"\d+", run)]
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + _LONGEST, len(pieces)) + 1):
            number = "".join(pieces[start:end])
            if _is_issued(number) and _is_written_so(tuple(map(len, pieces[start:end]))):
                yield number


def _digits(piece: str) -> str:
    """The digits of any script in it, as ours."""
    return "".join(str(int(letter)) for letter in piece if letter.isdecimal())


def _is_written_so(lengths: tuple[int, ...]) -> bool:
    """True for pieces of these lengths in which people write a card's number, and not just any numbers in a row."""
    if len(lengths) == 1 or lengths in _PRINTED:
        return True
    even = {*lengths[:-1]} == {lengths[0]} and lengths[-1] <= lengths[0] <= 5
    return even or (len(lengths) <= 5 and sum(lengths) >= 16)


def _is_issued(number: str) -> bool:
    """True when an issuer has numbers that begin like this and are as long."""
    return any(len(number) in lengths and low <= number[: len(low)] <= high for low, high, lengths in _RANGES)


def _luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1: every second digit from the right doubled, digits added, a whole ten."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
