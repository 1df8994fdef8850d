"""What an order's page says, in each state."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain import held_up
from portal.domain.date_change import What
from portal.domain.held_up import Case
from portal.domain.order_story import CHANGED, ENDED, Facts, Waits, tell
from portal.domain.orders import Entry, OrderState, Trouble

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PAID = [(Entry.PAID, 18000, NOW), (Entry.CHARGED, 18000, NOW)]


@pytest.mark.parametrize("state", OrderState)
def test_every_state_has_words(state: OrderState) -> None:
    story = tell(state, NOW, [], [], Facts(waits=None))
    assert story.heading
    assert story.lead.endswith(".")
    assert story.events == [("Ordered", NOW)]


@pytest.mark.parametrize("waits", Waits)
def test_a_place_that_waits_is_the_heading_of_an_order_that_gave_it(waits: Waits) -> None:
    for state in (OrderState.PAID, OrderState.FREE):
        assert tell(state, NOW, PAID, [], Facts(waits=waits)).heading == waits.value[0]
    assert tell(OrderState.OPEN, NOW, [], [], Facts(waits=waits)).heading == "Nothing is paid yet"


def test_whoever_waits_for_themselves_is_no_learner_of_somebody_elses() -> None:
    story = tell(OrderState.PAID, NOW, PAID, [], Facts(waits=Waits.YOU))
    assert story.heading == "You have a place"
    assert "learner" not in story.lead


def test_what_a_person_must_settle_comes_first() -> None:
    story = tell(OrderState.PAID, NOW, PAID, [Trouble.TWICE], Facts(waits=Waits.YOU))
    assert (story.heading, story.lead) == held_up.PAGE[Case.TWICE]


def test_what_happened_is_told_newest_first_and_ordering_once() -> None:
    assert tell(OrderState.PAID, NOW, PAID, [], Facts(waits=None)).events == [("Paid £180.00", NOW), ("Ordered", NOW)]


def test_a_date_that_we_changed_is_the_heading_while_somebody_has_to_choose() -> None:
    for what in What:
        story = tell(OrderState.PAID, NOW, PAID, [], Facts(waits=Waits.YOU, changed=what))
        assert (story.heading, story.lead) == CHANGED[what]
    assert "keep" not in CHANGED[What.CANCELLED][1]


def test_nobody_has_a_place_that_has_ended() -> None:
    story = tell(OrderState.PAID, NOW, PAID, [], Facts(has_ended=True))
    assert (story.heading, story.lead) == ENDED


@pytest.mark.parametrize("state", [OrderState.OPEN, OrderState.EXPIRED, OrderState.FAILED])
def test_what_can_not_be_paid_any_more_says_why_and_that_nothing_is_owed(state: OrderState) -> None:
    story = tell(state, NOW, [], [], Facts(obstacle="We have cancelled this date", is_off=True))
    assert story.heading == "We have cancelled this date"
    assert "nothing is owed" in story.lead
    assert "can still pay" in tell(OrderState.EXPIRED, NOW, [], [], Facts()).lead


def test_a_cancelled_date_keeps_no_place_for_a_payment_on_its_way() -> None:
    assert "kept" not in tell(OrderState.AWAITING, NOW, [], [], Facts(is_off=True)).lead


def test_of_a_payment_without_a_place_the_page_says_what_is_true() -> None:
    off = tell(OrderState.HELD_UP, NOW, [], [Trouble.FULL], Facts(is_off=True))
    assert (off.heading, off.lead) == held_up.PAGE[Case.OFF]
    had = tell(OrderState.HELD_UP, NOW, [], [Trouble.TWICE], Facts())
    assert "safe" not in had.lead
