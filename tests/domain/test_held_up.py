"""What is true of a payment that only a person can settle."""

from __future__ import annotations

import pytest

from portal.domain.held_up import LETTERS, NEXT, PAGE, Case, case_of, is_had, no_place
from portal.domain.orders import OrderState, Trouble

HELD_UP, PAID = OrderState.HELD_UP, OrderState.PAID


@pytest.mark.parametrize(
    ("what", "state", "also", "is_off", "case"),
    [
        (Trouble.FULL, HELD_UP, [], False, Case.FULL),
        (Trouble.FULL, HELD_UP, [], True, Case.OFF),
        (Trouble.DIFFERS, HELD_UP, [], True, Case.DIFFERS),
        (Trouble.TWICE, PAID, [], False, Case.TWICE),
        (Trouble.TWICE, OrderState.FREE, [], False, Case.TWICE),
        (Trouble.TWICE, HELD_UP, [], False, Case.HAD),
        (Trouble.TWICE, HELD_UP, [Trouble.SUPPLY], False, Case.HAD),
        (Trouble.TWICE, HELD_UP, [Trouble.FULL], False, Case.AGAIN),
        (Trouble.TWICE, HELD_UP, [Trouble.DIFFERS], False, Case.AGAIN),
        (Trouble.TWICE, OrderState.CANCELLED, [], False, Case.AGAIN),
        (Trouble.SUPPLY, PAID, [], False, None),
        (Trouble.REFUND_FAILED, PAID, [], False, None),
    ],
)
def test_each_case_is_told_apart(
    what: Trouble, state: OrderState, also: list[Trouble], is_off: bool, case: Case | None
) -> None:
    assert case_of(what, state, [*also, what], is_off=is_off) is case


def test_every_case_has_words_and_only_who_has_a_place_reads_that_it_is_safe() -> None:
    assert set(PAGE) == set(LETTERS) == set(Case)
    assert set(NEXT) == set(Case) - {Case.FULL, Case.OFF}
    safe = {case for case in Case if "safe" in " ".join((*PAGE[case], *LETTERS[case], NEXT.get(case, "")))}
    assert safe == {Case.TWICE}
    assert not any("last place" in words for words in (*PAGE[Case.OFF], *LETTERS[Case.OFF]))


def test_only_what_another_order_had_given_goes_back_by_itself() -> None:
    assert is_had([Trouble.TWICE, Trouble.SUPPLY])
    assert not is_had([Trouble.TWICE, Trouble.FULL])
    assert not is_had([])


def test_what_is_possible_is_offered_and_nothing_else() -> None:
    offered = no_place(["Tuesday 1 December 2026, Leeds", "Friday 4 December 2026"])
    assert "Tuesday 1 December 2026, Leeds; Friday 4 December 2026" in offered
    assert "All of it goes back" in offered
    assert "No other date has a place left" in no_place([])
    assert "another date" not in no_place([]).replace("No other date", "")
