"""When a failed delivery is tried again, and when no more."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from portal.domain import delivery
from portal.domain.delivery import WAITING, State, retry_delay


def tries() -> list[dt.timedelta]:
    delays = itertools.takewhile(lambda delay: delay is not None, (retry_delay(n) for n in itertools.count(1)))
    return [delay for delay in delays if delay is not None]


def test_a_message_is_tried_for_about_three_days_and_then_given_up() -> None:
    for _ in range(50):
        total = sum(tries(), dt.timedelta())
        assert dt.timedelta(days=2.2) < total < dt.timedelta(days=4)


def test_the_middle_of_the_jitter_is_three_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: (low + high) / 2)  # type: ignore[attr-defined]
    assert abs(sum(tries(), dt.timedelta()) - dt.timedelta(days=3)) < dt.timedelta(hours=6)


def test_after_the_last_try_there_is_never_another() -> None:
    assert [retry_delay(len(tries()) + more) for more in (1, 2, 100)] == [None, None, None]


def test_the_first_try_comes_within_seconds_and_the_later_ones_ever_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.random, "uniform", lambda _low, _high: 1)  # type: ignore[attr-defined]
    delays = tries()
    assert delays == sorted(delays)
    assert delays[0] == dt.timedelta(seconds=2)
    assert delays[-1] == dt.timedelta(days=1)


def test_delays_differ_so_that_failed_messages_do_not_come_back_together() -> None:
    drawn = [retry_delay(4) for _ in range(100)]
    assert len(set(drawn)) > 50
    assert all(dt.timedelta(minutes=4) <= delay <= dt.timedelta(minutes=6.5) for delay in drawn if delay)


def test_only_queued_and_retrying_messages_wait() -> None:
    assert set(State) - set(WAITING) == {State.LEASED, State.SENT, State.FAILED, State.CANCELLED}
