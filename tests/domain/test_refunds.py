"""Refunds and cancelling: which state follows which, what cancelling means, how much was had."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain.cancelling import Way, had_of_days, way_of
from portal.domain.order_story import HEADINGS, Facts, tell
from portal.domain.orders import Entry, OrderState, RefundState
from portal.domain.payments import Disputed
from portal.domain.refunds import follows, state_of

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_an_older_answer_is_no_news() -> None:
    assert follows(RefundState.ASKED, RefundState.SUCCEEDED)
    assert follows(RefundState.PENDING, RefundState.REQUIRES_ACTION)
    assert follows(RefundState.REQUIRES_ACTION, RefundState.PENDING)
    assert follows(RefundState.SUCCEEDED, RefundState.FAILED)
    assert not follows(RefundState.SUCCEEDED, RefundState.PENDING)
    assert not follows(RefundState.FAILED, RefundState.SUCCEEDED)
    assert not follows(RefundState.FAILED, RefundState.CANCELED)
    assert not any(follows(state, state) for state in RefundState)


def test_a_word_we_do_not_know_is_waited_for() -> None:
    assert state_of("succeeded") is RefundState.SUCCEEDED
    assert state_of("thinking") is RefundState.PENDING


def test_every_state_of_an_order_says_what_cancelling_means_and_has_a_heading() -> None:
    assert set(HEADINGS) == set(OrderState)
    assert way_of(OrderState.PAID, has_places=True) is Way.BY_LAW
    assert way_of(OrderState.PAID, has_places=False) is Way.OVER
    assert way_of(OrderState.FREE, has_places=False) is Way.OVER
    assert way_of(OrderState.HELD_UP, has_places=False) is Way.NOT_CHARGED
    assert way_of(OrderState.HELD_UP, has_places=False, is_had=True) is Way.OVER
    assert way_of(OrderState.PAID, has_places=True, is_had=True) is Way.BY_LAW
    for state in (OrderState.CANCELLED, OrderState.RETURNED):
        assert way_of(state, has_places=True) is Way.OVER


@pytest.mark.parametrize(("today", "done"), [(20, 0), (24, 0), (25, 1), (27, 3), (28, 4), (30, 4)])
def test_a_day_counts_once_it_is_past(today: int, done: int) -> None:
    had = had_of_days(dt.date(2026, 11, 24), dt.date(2026, 11, 27), dt.date(2026, 11, today))
    assert (had.done, had.whole, had.unit) == (done, 4, "days")


def test_a_cancelled_order_says_what_goes_back_while_it_is_owed() -> None:
    entries = [(Entry.PAID, 500, NOW), (Entry.CHARGED, 500, NOW), (Entry.CREDITED, 300, NOW)]
    story = tell(OrderState.CANCELLED, NOW, entries, [], Facts(waits=None))
    assert story.lead == "£3.00 goes back to you the way you paid, within 14 days."
    settled = tell(OrderState.CANCELLED, NOW, [*entries, (Entry.REFUNDED, 300, NOW)], [], Facts(waits=None))
    assert settled.lead == "There is nothing more to do."


@pytest.mark.parametrize(
    ("status", "took", "won"),
    [("needs_response", True, False), ("won", True, True), ("lost", True, False), ("warning_closed", False, True)],
)
def test_a_question_of_the_banks_takes_nothing(status: str, took: bool, won: bool) -> None:
    found = Disputed("du_1", "pi_1", 500, status)
    assert (found.took_money, found.is_won) == (took, won)
