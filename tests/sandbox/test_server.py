"""The sandbox as a process of its own: it says where everything is, and Stripe's library finds it there."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from portal.gateways.clock import Clock
from portal.sandbox.stripe_delivery import Delivery
from portal.sandbox.stripe_keys import SECRET_KEY, WEBHOOK_SECRET
from portal.sandbox.stripe_state import State
from tests import stripes
from tests.sandbox.conftest import hook, opened

ROOT = Path(__file__).parents[2]
RUN = "import sys, pathlib; from portal.sandbox.server import run_sandbox; run_sandbox(pathlib.Path(sys.argv[1]), {})"


def _free_port() -> int:
    """One that the next two are free beside."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            try:
                for port in (first + 1, first + 2):
                    held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                continue
            return int(first)


@contextmanager
def _process(data_dir: Path, port: int) -> Iterator[dict[str, str]]:
    """The places that it names. It stops when it is asked to."""
    process = subprocess.Popen([sys.executable, "-c", RUN.format(port), str(data_dir)], cwd=ROOT)
    places = data_dir / "sandbox.json"
    until = time.monotonic() + 30
    while not places.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.1)
    yield json.loads(places.read_text())
    process.terminate()
    assert process.wait(20) == 0


def test_the_process_serves_pays_and_tells(tmp_path: Path) -> None:
    with hook(_free_port()) as (port, taken), _process(tmp_path, port) as places:
        base = f"http://127.0.0.1:{port + 1}"
        assert (places["sandbox"], places["stripe"]) == (base, base)
        assert httpx.get(f"{base}/sandbox/healthz").json() == {"status": "ok"}
        state = State(tmp_path / "sandbox-stripe.sqlite3", base, Clock())
        told = Delivery(state, stripes.hook(port), WEBHOOK_SECRET)
        sandbox = stripes.Stripe(base, SECRET_KEY, WEBHOOK_SECRET, state, told)
        assert sandbox.pay(opened(sandbox).id).status_code == 303
        until = time.monotonic() + 20
        while "checkout.session.completed" not in taken and time.monotonic() < until:
            time.sleep(0.05)
        assert taken[-1] == "checkout.session.completed"
        assert len(sandbox.events()) == len(taken) == 4
