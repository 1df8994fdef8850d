"""Commands that run something: the site, the worker, the demo; and the check before any of it."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

import config
from portal import create_app
from portal.cli import supervisor
from portal.domain.delivery import Lane
from portal.domain.errors import Refusal
from portal.sandbox.server import run_sandbox
from portal.services import health, outbox
from portal.web import logs

WAITING_ROOM = 8


def application() -> Flask:
    """The application for the settings in the environment."""
    return create_app(config.load())


def served() -> Flask:
    """The same for the server's processes, which log to standard output."""
    logs.to_stdout()
    return application()


@click.command()
def run() -> None:
    """Serve the site. Deliveries need `portal worker` beside it."""
    settings = config.load()
    with create_app(settings).app_context():
        if problems := health.problems():
            raise Refusal("\n".join(problems))
    Granian(
        "portal.cli.running:served",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.DATABASE_POOL * WAITING_ROOM,
        factory=True,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


@click.command()
def worker() -> None:
    """Deliver what waits in the outbox, until told to stop."""
    logs.to_stdout()
    app = application()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    handlers, clock = app.extensions["portal.handlers"], app.extensions["portal"].clock

    def plan_time() -> None:
        for plan in app.extensions["portal.plans"]:
            plan()

    plans = {Lane.MAIL: None, Lane.TIME: plan_time, Lane.STRIPE: None, Lane.COURSES: None}
    threads = [
        threading.Thread(target=outbox.run_lane, args=(lane, handlers, clock, app.app_context, stop, plan), name=lane)
        for lane, plan in plans.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@click.command()
def check() -> None:
    """Say whether the settings and the database are right, and what staff should look at."""
    app = application()
    with app.app_context():
        if problems := health.problems():
            raise Refusal("\n".join(problems))
        joined = app.extensions["portal"]
        worries = health.worries(joined.clock, has_vat_number=bool(joined.settings.COMPANY_VAT_NUMBER))
    click.echo("The settings and the database are right.")
    for worry in worries:
        click.echo(f"  {worry}")


@click.command(hidden=True)
def sandbox() -> None:
    """The stand-ins of the demo: a mail server and its mailbox."""
    settings = config.load()
    if not settings.has_sandbox:
        raise Refusal("The sandbox is for the demo and for tests.")
    run_sandbox(settings.PORTAL_DATA_DIR, settings.PORT)


@click.command()
def demo() -> None:
    """Everything on this machine with sample data: the site, the worker and the stand-ins."""
    supervisor.run_demo()
