"""Bank account numbers in what people write: found, so that a note keeps none.

A UK account has eight digits and a sort code of three pairs; an IBAN (ISO 13616) has its country, two digits and up to
30 letters and digits. Days, telephone numbers and our references pass.
"""

from __future__ import annotations

import re

_ACCOUNT = re.compile(r"(?<![\w-])\d{4}[ \-]?\d{4}(?!\d|[ \-]?\d)")
_SORT_CODE = re.compile(r"(?<![\w-])(\d\d)[ \-.](\d\d)[ \-.](\d\d)(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
_DAY = re.compile(r"(?:19|20)\d\d[ \-]?(?:0[1-9]|1[0-2])[ \-]?(?:0[1-9]|[12]\d|3[01])")


def holds_account_number(text: str) -> bool:
    """True when a bank account's number, a sort code or an IBAN stands in it."""
    return (
        any(not _DAY.fullmatch(found.group()) for found in _ACCOUNT.finditer(text))
        or any(not _is_day(*map(int, found.groups())) for found in _SORT_CODE.finditer(text))
        or _IBAN.search(text) is not None
    )


def _is_day(day: int, month: int, _year: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12
