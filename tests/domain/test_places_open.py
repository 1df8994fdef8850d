"""Whether a place lets its learner in, from the first moment to the last."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain.orders import EnrolmentState, lets_in, resumed

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
SOON, PAST = NOW + dt.timedelta(seconds=1), NOW - dt.timedelta(seconds=1)


@pytest.mark.promise("OTT-13")
@pytest.mark.parametrize("state", list(EnrolmentState))
@pytest.mark.parametrize(("closes_at", "in_time"), [(None, True), (SOON, True), (NOW, False), (PAST, False)])
def test_only_an_open_place_whose_time_is_not_over_lets_anybody_in(
    state: EnrolmentState, closes_at: dt.datetime | None, in_time: bool
) -> None:
    assert lets_in(state, closes_at, NOW) == (state == EnrolmentState.OPEN and in_time)


@pytest.mark.parametrize(
    ("opened_at", "closes_at", "state"),
    [
        (None, None, EnrolmentState.WAITING_TO_OPEN),
        (PAST, None, EnrolmentState.OPEN),
        (PAST, SOON, EnrolmentState.OPEN),
        (PAST, NOW, EnrolmentState.ENDED),
    ],
)
def test_a_suspended_place_goes_on_where_it_would_be_by_now(
    opened_at: dt.datetime | None, closes_at: dt.datetime | None, state: EnrolmentState
) -> None:
    assert resumed(opened_at, closes_at, NOW) == state
