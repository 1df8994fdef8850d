"""What an order's page says, in each state."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain.order_story import HELD_UP, Waits, tell
from portal.domain.orders import Entry, OrderState, Trouble

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PAID = [(Entry.PAID, 18000, NOW), (Entry.CHARGED, 18000, NOW)]


@pytest.mark.parametrize("state", OrderState)
def test_every_state_has_words(state: OrderState) -> None:
    story = tell(state, NOW, [], [], waits=None)
    assert story.heading
    assert story.lead.endswith(".")
    assert story.events == [("Ordered", NOW)]


@pytest.mark.parametrize("waits", Waits)
def test_a_place_that_waits_is_the_heading_of_an_order_that_gave_it(waits: Waits) -> None:
    for state in (OrderState.PAID, OrderState.FREE):
        assert tell(state, NOW, PAID, [], waits=waits).heading == waits.value[0]
    assert tell(OrderState.OPEN, NOW, [], [], waits=waits).heading == "Nothing is paid yet"


def test_whoever_waits_for_themselves_is_no_learner_of_somebody_elses() -> None:
    story = tell(OrderState.PAID, NOW, PAID, [], waits=Waits.YOU)
    assert story.heading == "You have a place"
    assert "learner" not in story.lead


def test_what_a_person_must_settle_comes_first() -> None:
    story = tell(OrderState.PAID, NOW, PAID, [Trouble.TWICE], waits=Waits.YOU)
    assert (story.heading, story.lead) == HELD_UP[Trouble.TWICE]


def test_what_happened_is_told_newest_first_and_ordering_once() -> None:
    assert tell(OrderState.PAID, NOW, PAID, [], waits=None).events == [("Paid £180.00", NOW), ("Ordered", NOW)]
