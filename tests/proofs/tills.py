"""Real processes that take payments: the site, its worker and the sandbox's Stripe, and how each is killed."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from portal.gateways.clock import OFFSET_FILE, Clock
from portal.models.session import reading
from portal.records import outbox
from portal.sandbox import stripe_events
from portal.sandbox.stripe_state import State
from tests.proofs import servers

TRIES = 200
NUDGE = dt.timedelta(minutes=6)


def free_ports() -> int:
    """The first of three ports in a row that nobody uses: the site, the sandbox, and its mail server."""
    for _ in range(TRIES):
        first = servers.free_port()
        try:
            with contextlib.ExitStack() as held:
                for port in range(first, first + 3):
                    held.enter_context(socket.create_server(("127.0.0.1", port)))
        except (OSError, OverflowError):
            continue
        return first
    raise AssertionError("no three free ports in a row")


@dataclass
class Till:
    """The site, a worker and Stripe over one database; `smtp_port` is where mail goes. Each process can be killed."""

    database: str
    data_dir: Path
    smtp_port: int
    settings: dict[str, str]
    port: int = field(default_factory=free_ports)
    killed: list[str] = field(default_factory=list)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """The site's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def stripe(self) -> str:
        """Stripe's address."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def state(self) -> State:
        """What Stripe knows: the file that its process works on."""
        return State(self.data_dir / "sandbox-stripe.sqlite3", self.stripe, Clock(self.data_dir / OFFSET_FILE))

    def begin(self, name: str) -> None:
        """Start `sandbox`, `run` or `worker`."""
        settings = {**self.settings, "PORT": str(self.port)}
        self._running[name] = servers.start(name, self.database, self.data_dir, self.smtp_port, settings)

    def wait(self, name: str) -> None:
        """Until it is ready; a worker says nothing of itself."""
        address = {"run": f"{self.site}/readyz", "sandbox": f"{self.stripe}/sandbox/mailbox.json"}.get(name)
        if address:
            servers.wait_until_ready(address, self._running[name])

    def kill(self, name: str) -> None:
        """SIGKILL, to the process and its children; then another in its place."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.killed.append(name)
        self.begin(name)
        self.wait(name)

    def wait_until_done(self, app: Flask, seconds: float, idle: float) -> None:
        """Until Stripe has told all that it has to tell, and nothing waits here; at most so many seconds.

        When nothing moves for `idle` seconds, the clock goes to the next try.
        """
        clock, before, moved = app.extensions["portal"].clock, -1, 0.0
        for passed in wait_until(seconds, "something waits for ever"):
            with app.app_context(), reading() as session:
                left = outbox.count_overdue(session, clock.now(session) + dt.timedelta(days=4))
            with self.state.working() as work:
                left += len(stripe_events.waiting(work, float("inf")))
            if left == 0:
                return
            if left != before:
                before, moved = left, passed
            elif passed - moved > idle:
                clock.advance(NUDGE)
                moved = passed

    def end(self) -> None:
        """End all of them."""
        for process in self._running.values():
            servers.end(process)

    @contextmanager
    def killed_meanwhile(self, times: int, pause: float) -> Iterator[None]:
        """Site and worker are killed in turn, so many times each, with a pause before each."""

        def work() -> None:
            for _ in range(times):
                for name in ("worker", "run"):
                    time.sleep(pause)
                    self.kill(name)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            thread.join()


@contextmanager
def open_till(database: str, data_dir: Path, smtp_port: int, **settings: str) -> Iterator[Till]:
    """All three, running. Stripe sends no message by itself: `drop` is on."""
    till = Till(database, data_dir, smtp_port, settings)
    try:
        with till.state.working() as work:
            work.keep_switches(work.switches.changed({"drop": "on"}))
        for name in ("sandbox", "run", "worker"):
            till.begin(name)
        for name in ("sandbox", "run"):
            till.wait(name)
        yield till
    finally:
        till.end()


def wait_until(seconds: float, what: str) -> Iterator[float]:
    """Each turn of waiting, with the seconds passed; fails with `what` when they are over."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        yield passed
        time.sleep(0.2)
    raise AssertionError(what)
