"""Access codes: made without look-alikes, read however they are typed, and what each gives on a day."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain.access_codes import Standing, as_kept, as_shown, first_group, new_code, standing
from portal.domain.references import ALPHABET

TODAY = dt.date(2026, 12, 1)


def test_a_code_has_twelve_letters_without_look_alikes_and_is_never_made_twice() -> None:
    made = {new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in made)


def test_nobody_finds_a_code_by_trying() -> None:
    """A thousand networks try all year, as often as the pages let them, while a thousand codes give places."""
    tries = 1000 * (600 + 200) * 24 * 365
    assert tries * 1000 / len(ALPHABET) ** 12 < 0.001


@pytest.mark.parametrize("typed", ["7k3m9qtdacef", "7K3M-9QTD-ACEF", " 7k3m 9qtd\tacef ", "7K3M–9QTD–ACEF"])
def test_any_spelling_is_the_same_code(typed: str) -> None:
    assert as_kept(typed) == "7K3M9QTDACEF"


def test_it_is_shown_in_groups_and_named_by_the_first() -> None:
    assert as_shown("7K3M9QTDACEF") == "7K3M-9QTD-ACEF"
    assert as_shown("abc de") == "ABCD-E"
    assert as_shown("") == ""
    assert first_group("7K3M9QTDACEF") == "7K3M-…"


@pytest.mark.parametrize(
    ("stopped", "days", "used", "stands"),
    [
        (False, 0, 0, Standing.LIVE),
        (False, 0, 1, Standing.LIVE),
        (False, 0, 2, Standing.USED_UP),
        (False, -1, 0, Standing.OVER),
        (False, -1, 2, Standing.OVER),
        (True, 5, 0, Standing.STOPPED),
        (True, -1, 2, Standing.STOPPED),
    ],
)
def test_a_code_gives_places_until_it_is_used_up_over_or_stopped(
    stopped: bool, days: int, used: int, stands: Standing
) -> None:
    ends_on = TODAY + dt.timedelta(days=days)
    assert standing(stopped=stopped, ends_on=ends_on, today=TODAY, used=used, uses=2) == stands
