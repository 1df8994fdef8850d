"""When a changed date must be told, and until when there is a choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.date_change import Announced, What, is_over, must_know

ON = dt.date(2026, 12, 1)
RUN = Announced(ON, dt.date(2026, 12, 2), "9:00 to 16:30", "Birmingham", "8 Canal Wharf\nBirmingham")
TOLD = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, False),
        ({"starts_on": dt.date(2026, 12, 2)}, True),
        ({"ends_on": dt.date(2026, 12, 3)}, True),
        ({"times": "10:00 to 17:00"}, True),
        ({"place": "Leeds"}, True),
        ({"place": ""}, True),
        ({"address": "1 Other Street"}, True),
        ({"place": " birmingham "}, False),
        ({"address": "8  Canal Wharf Birmingham"}, False),
    ],
)
def test_other_days_times_and_places_must_be_known_and_another_way_of_writing_need_not(
    changes: dict[str, Any], known: bool
) -> None:
    assert must_know(RUN, replace(RUN, **changes)) is known


def test_what_was_left_open_and_is_filled_in_is_no_change_of_plans() -> None:
    assert not must_know(replace(RUN, times="", place="", address=""), RUN)


def test_it_is_said_in_one_line() -> None:
    assert RUN.words == (
        "Tuesday 1 and Wednesday 2 December 2026, 9:00 to 16:30, Birmingham, 8 Canal Wharf, Birmingham"
    )
    assert replace(RUN, times="", place="", address="", ends_on=ON).words == "Tuesday 1 December 2026"


def test_one_may_choose_until_it_begins_and_for_three_days_at_least() -> None:
    begins = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert not is_over(What.MOVED, TOLD, ON, begins - dt.timedelta(seconds=1))
    assert is_over(What.MOVED, TOLD, ON, begins)
    assert not is_over(What.MOVED, TOLD, TOLD.date(), TOLD + dt.timedelta(days=2))
    assert is_over(What.MOVED, TOLD, TOLD.date(), TOLD + dt.timedelta(days=3))
    assert not is_over(What.CANCELLED, TOLD, ON, TOLD + dt.timedelta(days=300))
