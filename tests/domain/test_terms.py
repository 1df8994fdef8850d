"""The course terms: whoever accepted a version accepted these very words."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

import pytest

from portal.domain import terms

FINGERPRINTS = {"1": (dt.date(2026, 11, 22), "2fdbcc210b3c7a0256286cd32f788002a26374976529ecf53d81ca88376c565f")}


@pytest.mark.promise("OTT-16")
def test_another_text_is_another_version_with_its_day() -> None:
    known = FINGERPRINTS.get(terms.VERSION)
    assert known == (terms.SINCE, sha256(terms.TEXT.encode()).hexdigest()), (
        "other words, or another day: raise VERSION, set SINCE, and add the fingerprint here; the old one stays"
    )


def test_what_is_accepted_names_the_version_and_its_day() -> None:
    assert terms.accepted() == "I accept the course terms, version 1 of 22 November 2026"
    assert terms.accepted("2", dt.date(2027, 1, 5)) == "I accept the course terms, version 2 of 5 January 2027"
