"""A running site and a real browser. Without one the journeys are skipped, and under CI that is a failure."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

import config
from portal import create_app
from portal.models import db
from portal.sandbox import sample_runs
from portal.sandbox.mailbox import Mailbox
from portal.services import imports
from tests import databases, factories
from tests.shop import Shop
from tests.stripes import Stripe, hook, running

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
NO_BROWSER = "no browser: apt-get install chromium-headless-shell (Debian), or .venv/bin/playwright install chromium"
# What the browser's own window would do besides showing the page: each new one costs as much as a journey's step.
UNUSED = (
    *("AimEnabled", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "LensOverlay", "MediaRouter", "OptimizationHints"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
    *("PaintHolding", "ThirdPartyStoragePartitioning", "AvoidUnnecessaryBeforeUnloadCheckSync"),
)
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    f"--disable-features={','.join(UNUSED)}",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        if not (found or Path(playwright.chromium.executable_path).exists() or os.environ.get("CI")):
            pytest.skip(NO_BROWSER)
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def database(sqlite_template: databases.SqliteTemplate) -> Iterator[str]:
    """Journeys run once, on SQLite, with the demo's courses, partners, rules and sponsors."""
    sqlite_template.make("demo", _stocked)
    with sqlite_template.fresh("demo") as address:
        yield address


def _stocked(address: str) -> None:
    data = Path(factories.__file__).parents[1] / "portal" / "sandbox" / "data"
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=address, PORTAL_DATA_DIR=tempfile.gettempdir()))
    with app.app_context():
        imports.courses((data / "courses.csv").read_text(encoding="utf-8"))
        imports.course_runs(sample_runs.csv_from(factories.TODAY))
        imports.partners((data / "partners.csv").read_text(encoding="utf-8"))
        imports.sponsors((data / "sponsors.csv").read_text(encoding="utf-8"))
        imports.routing_rules((data / "routing_rules.csv").read_text(encoding="utf-8"))
        db.engine.dispose()


@pytest.fixture
def port() -> int:
    """A free one, for the portal."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, database: str, mail_server: tuple[Mailbox, int], tmp_path: Path, port: int
) -> config.Settings:
    """Of a portal that is served, with a Stripe beside it where the test goes shopping."""
    factories.at_noon(tmp_path)
    sells = "shop" in request.fixturenames
    stripe = request.getfixturevalue("stripe").base if sells else f"http://127.0.0.1:{port + 1}"
    return config.load(
        PORTAL_ENV="testing",
        DATABASE_URL=database,
        PORTAL_DATA_DIR=tmp_path,
        PORT=port,
        RATE_LIMITS="off",
        SMTP_URL=f"smtp://127.0.0.1:{mail_server[1]}",
        STRIPE_API_BASE=stripe,
        CHECKOUT_ORIGIN=stripe,
    )


@pytest.fixture
def stripe(tmp_path: Path, port: int) -> Iterator[Stripe]:
    """The sandbox's Stripe in an origin of its own, whose messages go to the portal's hook over HTTP."""
    with running(tmp_path, hook(port)) as served:
        yield served


@pytest.fixture
def shop(site: str, app: Flask, stripe: Stripe, mailbox: Mailbox) -> Shop:
    """The served portal with its Stripe, its worker and its mailbox."""
    return Shop(app, stripe, mailbox)


@pytest.fixture
def site(app: Flask, settings: config.Settings) -> Iterator[str]:
    """The address of the running site."""
    server = make_server("127.0.0.1", settings.PORT, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield settings.PUBLIC_URL
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the site: open_page("/enquire", width=390, dark=True, javascript=False)."""
    contexts: list[BrowserContext] = []

    def open_(path: str = "/", *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


def press(page: Page, words: str) -> None:
    """Press what has these words on it, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.click(f"text={words}")


def take_picture(page: Page, name: str) -> None:
    """Save a picture for the documentation when PICTURES is set."""
    if os.environ.get("PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def fill_in(page: Page, **changes: Any) -> None:
    """Fill in the enquiry form as Priya does."""
    page.fill("#full_name", "Priya Nair")
    page.fill("#email", "priya@nairfibre.example")
    page.select_option("#interest", changes.get("interest", "FIB-SPLICE"))
    page.select_option("#region", changes.get("region", "west-midlands"))
    page.check("input[value=organisation]")
    page.fill("#organisation", "Nair Fibre Ltd")
    page.fill("#learners", changes.get("learners", "6"))
    page.fill("#telephone", "07700 900148")
    page.fill(
        "#message",
        "Six of our civils team need splicing before a build in Dudley starts in January. Could it be at our yard?",
    )
