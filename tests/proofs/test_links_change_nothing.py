"""Programs open every link of every mail, often: nothing changes by it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from portal.gateways.clock import Clock
from portal.models import db
from portal.sandbox.mailbox import Mailbox
from tests import factories
from tests.proofs.scale import report

TIMES = 5
KINDS = {
    "enquiry_acknowledgement": "went to",
    "enquiry_link": "Here is a new link",
    "partner_enquiry": "They saw your name",
    "partner_stop": "Stop notice:",
    "team_enquiry": "Why it is ours",
    "team_undelivered": "could not be reached",
}


class _Links(HTMLParser):
    """Whatever a page or a mail lets a program fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses; a form's is not one that a program opens."""
        self.found |= {value for name, value in attrs if name in ("href", "src") and value and value[0] != "#"}


def _dump(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that the database has."""
    with app.app_context(), db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in names
        }


def _enquiries_in_every_end_state(client: FlaskClient, clock: Clock, deliver: Callable[[], int]) -> dict[str, str]:
    """Ask in each way and let the mails go; answers the enquirers' own pages."""
    paths = {
        "delivered": factories.ask(client, full_name="Delivered"),
        "kept": factories.ask(client, "keep_with_us", full_name="Kept"),
        "withdrawn": factories.ask(client, full_name="Withdrawn"),
        "removed": factories.ask(client, full_name="Removed"),
        "at the second address": factories.ask(client, full_name="Second", region="north-east"),
        "failed": factories.ask(client, full_name="Failed", region="north-west"),
    }
    deliver()
    for name, act in (("withdrawn", "withdraw"), ("removed", "remove"), ("delivered", "link")):
        token = factories.hidden_fields(client.get(paths[name]).text)["csrf_token"]
        answer = client.post(f"{paths[name]}/{act}", data={"csrf_token": token})
        assert answer.status_code in (200, 303)
    unsent = factories.ask(client, full_name="Withdrawn before it went")
    token = factories.hidden_fields(client.get(unsent).text)["csrf_token"]
    client.post(f"{unsent}/withdraw", data={"csrf_token": token})
    clock.advance(dt.timedelta(minutes=5))
    deliver()
    return {**paths, "withdrawn before it went": unsent}


def test_opening_every_link_of_every_mail_five_times_changes_nothing(
    catalogue: Flask, client: FlaskClient, clock: Clock, mailbox: Mailbox, deliver: Callable[[], int]
) -> None:
    public = catalogue.extensions["portal"].settings.PUBLIC_URL
    pages = _enquiries_in_every_end_state(client, clock, deliver)
    mails = mailbox.list_mails()
    for kind, words in KINDS.items():
        assert any(words in mail["text"] for mail in mails), f"no mail of kind {kind}"
    links = {public + path for path in pages.values()}
    for mail in mails:
        links |= _Links(mail["html"]).found | set(re.findall(r"https?://[^\s>\"]+", mail["text"]))
    ours = {link for link in links if link.startswith(public)}
    assert all(link.startswith(("https://", "mailto:", "tel:")) for link in links - ours), links - ours
    assert len(ours) >= 8

    before = _dump(catalogue)
    assert {"enquiry", "referral", "outbox_message", "consent_entry"} <= before.keys()
    assert len(before["enquiry"]) == len(pages)
    opened, behind = _open_all(catalogue, ours, public)
    further, _ = _open_all(catalogue, behind - ours, public)
    assert any(link.endswith("/remove") for link in behind)
    after = _dump(catalogue)
    assert after == before
    reached = f"{len(ours)} links and {len(behind - ours)} behind them"
    report(f"links: {len(mails)} mails, {reached}, {opened + further} openings")

    _the_dump_sees_a_change(catalogue, client, pages["kept"], before)


def _open_all(app: Flask, links: set[str], public: str) -> tuple[int, set[str]]:
    """Open each link by GET and HEAD, as a program without cookies does. How often, and the links on the pages."""
    opened, behind = 0, set()
    program = app.test_client(use_cookies=False)
    for link in sorted(links):
        path = link.removeprefix(public).partition("#")[0]
        for _ in range(TIMES):
            seen = program.get(path)
            assert seen.status_code == 200, (seen.status_code, path)
            assert program.head(path).status_code == 200
            opened += 2
        if seen.mimetype == "text/html":
            behind |= {urljoin(public + path, found).partition("#")[0] for found in _Links(seen.text).found}
    return opened, {link for link in behind if link.startswith(public)}


def _the_dump_sees_a_change(app: Flask, client: FlaskClient, path: str, before: dict[str, Any]) -> None:
    token = factories.hidden_fields(client.get(path).text)["csrf_token"]
    assert client.post(f"{path}/withdraw", data={"csrf_token": token}).status_code == 303
    assert _dump(app) != before
