"""The clock: the database's time, plus an offset that only moves forward."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from portal.gateways.clock import Clock
from portal.models.session import reading


def test_it_tells_the_time_and_moves_forward(context: Flask, clock: Clock) -> None:
    with reading() as session:
        before = clock.now(session)
        ahead = clock.offset()
        assert abs(before - ahead - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
        assert before.tzinfo is not None
        assert clock.advance(dt.timedelta(days=2)) == ahead + dt.timedelta(days=2)
        assert dt.timedelta(days=2) <= clock.now(session) - before < dt.timedelta(days=2, minutes=1)


def test_it_never_goes_back_and_never_moves_in_production(clock: Clock) -> None:
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(dt.timedelta(seconds=-1))
    with pytest.raises(ValueError, match="demo and in tests only"):
        Clock().advance(dt.timedelta(days=1))
    assert Clock().offset() == dt.timedelta()
