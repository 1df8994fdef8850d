"""What tests ask for: an application on a fresh database of either kind, a client, a real mail server."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

import config
from portal import create_app
from portal.domain import passwords
from portal.domain.delivery import Lane
from portal.gateways.clock import Clock
from portal.models import db
from portal.sandbox import smtp
from portal.sandbox.mailbox import Mailbox
from portal.services import courses, imports, outbox
from tests import databases, factories
from tests.shop import Shop
from tests.stripes import into, running

pytest_plugins = ["tests.remembered", "tests.turns"]

for name in config.Settings.model_fields:
    os.environ.pop(name, None)
databases.use_memory()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some tests wait for servers that hang."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real hashes at the least cost, except where hashing itself is tested or timed."""
    if not {"domain", "proofs"} & set(request.path.parts):
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> databases.SqliteTemplate:
    return databases.SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.PostgresqlTemplate]:
    with databases.postgresql() as server:
        template = databases.PostgresqlTemplate(server, tmp_path_factory.mktemp("postgresql"))
        yield template
        template.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database, once of each kind; with the catalogue in it where the test asks for that."""
    template = request.getfixturevalue(f"{request.param}_template")
    template.make("stocked", _stocked)
    with template.fresh("stocked" if {"catalogue", "shop"} & set(request.fixturenames) else "migrated") as address:
        yield address


def _stocked(address: str) -> None:
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=address, PORTAL_DATA_DIR=tempfile.gettempdir()))
    with app.app_context():
        _stock()
        db.engine.dispose()


def _stock() -> None:
    imports.courses(factories.COURSES)
    imports.course_runs(factories.RUNS)
    imports.partners(factories.PARTNERS)
    imports.routing_rules(factories.RULES)
    imports.sponsors(factories.SPONSORS)


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server, and what it received."""
    mailbox = Mailbox(tmp_path_factory.mktemp("mail") / "mailbox.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = smtp.serve(mailbox, port)
    yield mailbox, port
    server.stop()


@pytest.fixture
def mailbox(mail_server: tuple[Mailbox, int]) -> Mailbox:
    """The mail server's mailbox, empty."""
    mail_server[0].empty()
    return mail_server[0]


@pytest.fixture
def settings(database: str, mail_server: tuple[Mailbox, int], tmp_path: Path) -> config.Settings:
    factories.at_noon(tmp_path)
    return config.load(
        PORTAL_ENV="testing",
        DATABASE_URL=database,
        PORTAL_DATA_DIR=tmp_path,
        RATE_LIMITS="off",
        SMTP_URL=f"smtp://127.0.0.1:{mail_server[1]}",
    )


@pytest.fixture
def make_app() -> Iterator[Callable[[config.Settings], Flask]]:
    """Make an application for settings of the test's own."""
    made: list[Flask] = []

    def make(settings: config.Settings) -> Flask:
        app = create_app(settings)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[[config.Settings], Flask], settings: config.Settings) -> Flask:
    """The application, with nothing in its database."""
    return make_app(settings)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with its context pushed, for use cases."""
    with app.app_context():
        yield app


@pytest.fixture
def clock(app: Flask) -> Clock:
    made = app.extensions["portal"].clock
    assert isinstance(made, Clock)
    return made


@pytest.fixture
def catalogue(app: Flask) -> Flask:
    """Some courses, partners, rules and sponsors; see factories."""
    with app.app_context():
        if not courses.offered():  # a database of the test's own
            _stock()
    return app


@pytest.fixture
def client(catalogue: Flask) -> FlaskClient:
    return catalogue.test_client()


@pytest.fixture
def deliver(app: Flask) -> Callable[[], int]:
    """Works the mail lane until nothing is due; answers how many messages were worked."""

    def work() -> int:
        worked = 0
        with app.app_context():
            parts: Any = app.extensions["portal"]
            while outbox.work_once(Lane.MAIL, app.extensions["portal.handlers"], parts.clock).worked:
                worked += 1
        return worked

    return work


@pytest.fixture
def shop(
    make_app: Callable[[config.Settings], Flask], settings: config.Settings, mailbox: Mailbox, tmp_path: Path
) -> Iterator[Shop]:
    """The portal with courses to sell, and a Stripe that sends what it has to say when it is told to."""
    made: list[Flask] = []

    def target(body: bytes, signature: str) -> int:
        return into(made[0].test_client())(body, signature)

    with running(tmp_path, target) as stripe:
        made.append(
            make_app(settings.model_copy(update={"STRIPE_API_BASE": stripe.base, "CHECKOUT_ORIGIN": stripe.base}))
        )
        yield Shop(made[0], stripe, mailbox)
