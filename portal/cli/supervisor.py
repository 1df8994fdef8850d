"""Runs the demo: prepares its data once, then keeps the site, the worker and the sandbox going together."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from types import FrameType

import click
import flask_migrate
from flask import Flask

import config
from portal import create_app
from portal.domain.errors import Refusal
from portal.sandbox import sample_answers, sample_complaints, sample_data, sample_orders, sample_people, sample_work
from portal.sandbox.sample_payments import PastStripe
from portal.sandbox.server import stripe_of

READY_SECONDS = 60


def run_demo() -> None:
    """Serve the demo until told to stop. Raises Refusal when a part does not start."""
    environ = {**os.environ, "PORTAL_ENV": "demo"}
    os.environ["PORTAL_ENV"] = "demo"
    settings = config.load()
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        if sample_data.is_wanted():
            click.echo("Making the sample data: courses, partners, rules, and some months of enquiries and orders.")
            _make_samples(app, settings)
    (settings.PORTAL_DATA_DIR / "sign-ins.json").write_text(json.dumps(sample_people.printed(), indent=2))
    parts = {
        name: subprocess.Popen([sys.executable, "-m", "portal.cli", name], env=environ)  # noqa: S603
        for name in ("sandbox", "worker", "run")
    }
    _stop_on_signal()
    try:
        _wait_until_ready(f"http://127.0.0.1:{settings.PORT}/readyz", parts)
        click.echo(f"\n  The portal:   http://127.0.0.1:{settings.PORT}")
        click.echo(f"  Its mailbox:  http://127.0.0.1:{settings.PORT}/sandbox/mailbox")
        for one in sample_people.SIGN_INS:
            code = f", and the app's code for {one.totp_secret}" if one.totp_secret else ""
            click.echo(f"  Sign in as {one.role}: {one.email}, {one.password or 'with a link that is mailed'}{code}")
        click.echo("  Stop it with Ctrl-C.\n")
        while all(part.poll() is None for part in parts.values()):
            time.sleep(0.3)
        ended = next(name for name, part in parts.items() if part.poll() is not None)
        raise Refusal(f"The demo's {ended} ended; the lines above say why.")
    except KeyboardInterrupt:
        click.echo("The demo ends.")
    finally:
        _end(parts)


def _make_samples(app: Flask, settings: config.Settings) -> None:
    """Some months of everything. What fails in it is meant to, so the log does not tell of it."""
    joined, handlers = app.extensions["portal"], app.extensions["portal.handlers"]
    logging.disable(logging.WARNING)
    sample_data.make(handlers, joined.clock)
    sample_people.make(joined.vault, joined.clock)
    sample_work.make(joined.clock)
    stripe = PastStripe(stripe_of(settings.PORTAL_DATA_DIR, settings.PORT))
    sample_orders.make(handlers, joined.vault, joined.clock, joined.seller, stripe)
    sample_complaints.make(handlers, joined.clock)
    sample_answers.make(joined.vault, joined.clock, equality_is_on=settings.EQUALITY == "on")
    logging.disable(logging.NOTSET)


def _stop_on_signal() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _wait_until_ready(address: str, parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends:
        for name, part in parts.items():
            if part.poll() is not None:
                raise Refusal(f"The demo's {name} did not start; is another program using its port?")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise Refusal("The demo did not start within a minute.")


def _end(parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for part in parts.values():
        part.terminate()
    for part in parts.values():
        try:
            part.wait(timeout=10)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
