"""A deadline bounds a whole piece of work."""

from __future__ import annotations

import socket
import time

import pytest

from portal.domain.errors import TryAgain
from portal.gateways.deadline import Deadline


def test_work_in_time_is_left_alone() -> None:
    with Deadline(5) as deadline:
        assert 4 < deadline.remaining() <= 5
    assert not deadline.passed


def test_a_guarded_socket_is_closed_when_time_is_over() -> None:
    one, other = socket.socketpair()
    began = time.monotonic()
    with one, other, pytest.raises(TryAgain), Deadline(0.2) as deadline:
        deadline.guard(one)
        assert one.recv(1) == b""
    assert time.monotonic() - began < 5


def test_a_socket_guarded_too_late_is_closed_at_once() -> None:
    one, other = socket.socketpair()
    with one, other, pytest.raises(TryAgain), Deadline(0.05) as deadline:
        time.sleep(0.2)
        deadline.guard(one)
        assert one.recv(1) == b""
        assert deadline.remaining() == pytest.approx(0.05)


def test_an_error_after_the_deadline_is_the_deadlines() -> None:
    with pytest.raises(TryAgain, match=r"0\.05 seconds"), Deadline(0.05):
        time.sleep(0.1)
        raise ValueError("the library's own words")
