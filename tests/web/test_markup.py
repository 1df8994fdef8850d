"""What people type is text: on every page that shows it, in every letter and every file, whichever form it came by."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, request, request_finished

import config
from portal.gateways.mail import Letter, Mailer
from portal.sandbox.mailbox import Mailbox
from tests import story_of_orders
from tests.factories import EQUALITY_ON, PASSWORD
from tests.filling import ABSTRACT, FORMS, Filling, taken
from tests.probes import csv_problems, form_fields, mark, page_problems, text_problems
from tests.proofs.scale import scaled
from tests.shop import Shop
from tests.story import go_on, tell
from tests.world import rules_of

ROOT = Path(__file__).parents[2]
HEADERS = {
    *("From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
    *("Date", "Received", "X-Peer", "X-MailFrom", "X-RcptTo"),
}
# Pages that show nothing of anybody, or are there for programs.
UNSEEN = {"assets.serve", "health.alive", "health.ready", "sandbox_clock.pass_on", "sandbox_components.show"}

PAGES = {
    "boss": ("/admin", "/staff"),
    "contact": ("/partner", "/sponsor", "/organisations"),
    "trainee": "/account",
    "invited": "/account",
    "learner": ("/account", "/orders"),
    "payer": "/account",
    "nobody": "/",
}
MOST_ALIKE = scaled(4, 2)  # of pages of one kind
REGULATOR = config.Settings.model_fields["REGULATOR_URL"].default
PARTNERS = tuple(f"https://{name}.example/" for name in ("probe", "lindum", "beacon"))


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    """Everything that can be turned on is on, so that every form and page is there."""
    return settings.model_copy(update=EQUALITY_ON)


class Judge:
    """Looks at every answer that the portal gives."""

    def __init__(self, app: Flask) -> None:
        self.problems: list[str] = []
        self.read: list[str] = []
        self.opened: set[str] = set()
        request_finished.connect(self._look, app)

    def _look(self, _app: Flask, response: Response, **_: Any) -> None:
        body = response.get_data(as_text=True) if response.mimetype in ("text/html", "text/csv") else ""
        wrong = csv_problems(body) if response.mimetype == "text/csv" else page_problems(body)
        head = str(response.headers)
        if "data-x" in head or "evil.example" in head or response.status_code >= 500:
            wrong.append(f"{response.status_code}, or what was typed stands in its head")
        self.problems += [f"{request.method} {request.full_path}: {one}" for one in wrong]
        if request.method == "GET" and response.status_code == 200:
            self.opened.add(request.endpoint or "")
            self.read.append(html.unescape(body))


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The folders of the letters that were written."""
    written: set[str] = set()
    compose = Mailer.compose

    def noting(mailer: Mailer, letter: Letter) -> Any:
        written.add(letter.template)
        return compose(mailer, letter)

    monkeypatch.setattr(Mailer, "compose", noting)
    return written


def _links(page: str) -> Iterator[str]:
    for link in re.findall(r'href="([^"]*)"', page):
        there = urlsplit(html.unescape(link))
        if (
            there.hostname in (None, "127.0.0.1")
            and there.path.startswith("/")
            and not there.path.startswith("/assets")
        ):
            yield there._replace(scheme="", netloc="", fragment="").geturl()


def _walk(filling: Filling) -> None:
    """Open every page of the site, and what these lead to, as everybody whose pages they are."""
    starts = [rule.rule for rule in rules_of(filling.app, "GET") if not rule.arguments]
    mailed = {link for mail in filling.mailbox.list_mails() for link in _links(mail["html"])}
    adapter = filling.app.url_map.bind("127.0.0.1")
    for who, browser in filling.people.items():
        waiting, seen = [*starts, *(mailed if who == "nobody" else ())], Counter[str]()
        tried: set[str] = set()
        while waiting:
            page = waiting.pop()
            if page in tried or page.startswith("/sandbox") or not page.startswith(PAGES[who]):
                continue
            tried.add(page)
            endpoint = adapter.match(page.partition("?")[0], method="GET")[0]
            seen[endpoint] += 1
            if seen[endpoint] <= MOST_ALIKE:
                answer = browser.get(page)
                waiting += _links(answer.text) if answer.mimetype == "text/html" else ()


def _judge_letters(mailbox: Mailbox, public: str) -> str:
    """Each letter as it came; answers all that they say."""
    said = []
    for mail in mailbox.list_mails():
        wrong = page_problems(mail["html"]) + text_problems(mail["text"])
        wrong += [f"the header {name}" for name in mail["headers"] if name not in HEADERS]
        wrong += [name for name, value in mail["headers"].items() if len(value.splitlines()) > 1]
        assert wrong == [], f"{mail['subject']}: {wrong}"
        assert len(mail["to"]) == 1
        assert mail["from"].endswith("@meridian.example>")
        for link in re.findall(r'href="(https?:[^"]*)"', mail["html"]):
            assert link.startswith((f"{public}/", REGULATOR, *PARTNERS)), link
        said.append(mail["text"] + html.unescape(mail["html"]))
    return "\n".join(said)


def test_every_field_of_every_form_is_tried_here() -> None:
    said = {kind: {name for names in fates.values() for name in names.split()} for kind, fates in FORMS.items()}
    said["EqualityForm"] = set()  # its fields are made of each question
    assert said == form_fields(), "say in tests/filling.py what becomes of what is typed there"


def test_what_is_typed_is_text_wherever_it_is_read(shop: Shop, letters: set[str]) -> None:
    judge = Judge(shop.app)
    filling = Filling(shop.app, shop.mailbox, shop.work)
    tell(filling)
    story_of_orders.tell(filling, shop)
    _walk(filling)
    story_of_orders.go_on(shop)
    go_on(filling)
    written = _judge_letters(shop.mailbox, shop.app.extensions["portal"].settings.PUBLIC_URL)
    assert judge.problems == []
    assert filling.filled == set(FORMS) - ABSTRACT, (
        "tell in tests/story.py or tests/story_of_orders.py how the form is filled in"
    )
    folders = {path.name for path in (ROOT / "templates" / "email").iterdir() if path.is_dir()}
    assert letters == folders, "tell in tests/story.py or tests/story_of_orders.py when the letter is written"
    pages = {rule.endpoint for rule in rules_of(shop.app, "GET")}
    assert pages - judge.opened <= UNSEEN, "tell in tests/story.py or tests/story_of_orders.py how the page is reached"
    read = "\n".join([*judge.read, written]).casefold()
    for kind in FORMS:
        for name in taken(kind):
            assert mark(kind, name).casefold() in read, f"{kind}.{name} is read nowhere"
    assert PASSWORD not in read
