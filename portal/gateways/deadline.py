"""A bound on a whole piece of work, for neighbours that answer a byte at a time and so never run into a timeout."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

from portal.domain.errors import TryAgain


class Deadline:
    """Closes every guarded socket when its time is over; leaving the block then always raises TryAgain.

    It does so even when the work seems to have ended well: what came after the deadline is not to be trusted.
    `uncertain`: the neighbour may have what it was given. True until the work knows better and says so.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self.passed = False
        self.uncertain = True

    def __enter__(self) -> Deadline:
        self._ends = time.monotonic() + self._seconds
        self._timer = threading.Timer(self._seconds, self._end)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._timer
        self._timer.cancel()
        if self.passed or time.monotonic() >= self._ends:
            raise TryAgain(f"No end within {self._seconds:g} seconds.", uncertain=self.uncertain) from error

    def remaining(self) -> float:
        """The seconds left, never less than a moment."""
        return max(0.05, self._ends - time.monotonic())

    def guard(self, guarded: socket.socket) -> None:
        """Close this socket when the time is over."""
        with self._lock:
            self._sockets.append(guarded)
            if self.passed:
                _close(guarded)

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            for guarded in self._sockets:
                _close(guarded)


def _close(guarded: socket.socket) -> None:
    try:
        guarded.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
