"""Whatever a request says of its host, what is mailed leads to our own site, and strange hosts get nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.domain.roles import Role
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, dump, hidden_fields
from tests.world import make_world

EVIL = "evil.example"
SAID = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "203.0.113.99",
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-Original-URL": "/admin",
    "X-Rewrite-URL": "/admin",
    "Forwarded": f"host={EVIL};proto=https;for=203.0.113.99",
    "X-Real-IP": "203.0.113.99",
    "X-HTTP-Method-Override": "DELETE",
    "Referer": f"https://{EVIL}/",
}
STRANGE = (
    EVIL,
    f"{EVIL}:5000",
    f"127.0.0.1.{EVIL}",
    f"127.0.0.1@{EVIL}",
    f"{EVIL}#127.0.0.1",
    f"x.{EVIL}",
    "127.0.0.1:x",
)


def _speaking(app: Flask, headers: dict[str, str]) -> None:
    """Every browser made from now on sends these headers with every request."""

    class _Speaking(FlaskClient):
        def open(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            kwargs["headers"] = {**headers, **dict(kwargs.get("headers") or {})}  # type: ignore[call-overload]
            return super().open(*args, **kwargs)  # type: ignore[arg-type]

    app.test_client_class = _Speaking


def test_links_in_mail_come_from_the_setting_alone(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    _speaking(catalogue, SAID)
    world = make_world(catalogue, mailbox, deliver, [Role.MANAGER])
    for kind in ("password", "sign-in"):
        page = {"password": "/forgotten-password", "sign-in": "/sign-in/link"}[kind]
        assert world.stranger().get(page).status_code == 200
    public = urlsplit(catalogue.extensions["portal"].settings.PUBLIC_URL)
    regulator = catalogue.extensions["portal"].settings.REGULATOR_URL
    mails = mailbox.list_mails()
    assert len(mails) > 12
    for mail in mails:
        assert EVIL not in str(mail), mail["subject"]
        for link in re.findall(r"https?://[^\s\"<>]+", mail["text"] + mail["html"]):
            there = urlsplit(link)
            ours = (there.scheme, there.netloc) == (public.scheme, public.netloc)
            assert ours or there.hostname == "lindum.example" or link.startswith(regulator), link
    with catalogue.app_context(), reading() as session:
        assert set(session.scalars(select(SecurityEvent.network))) <= {"127.0.0.1", ""}, "nobody says where they are"


def test_no_page_and_no_answer_repeats_what_was_said(client: FlaskClient) -> None:
    for page in ("/", "/courses", "/enquire", "/register", "/sign-in", "/account", "/admin", "/nowhere", "//courses"):
        answer = client.get(page, headers=SAID)
        assert EVIL not in answer.text, page
        assert EVIL not in str(answer.headers), page
        assert "203.0.113.99" not in answer.text, page
        assert answer.headers.get("Location", "/")[:1] == "/" or "127.0.0.1" in answer.headers["Location"]
    assert client.get("/", headers=SAID).status_code == 200


@pytest.mark.parametrize("host", STRANGE)
def test_a_strange_host_gets_nothing(client: FlaskClient, catalogue: Flask, host: str) -> None:
    form = hidden_fields(client.get("/forgotten-password").text)
    with catalogue.app_context():
        before = dump()
    for method in ("GET", "POST"):
        for page in ("/", "/forgotten-password", "/sign-in", "/healthz"):
            data = {**form, "email": "aoife@odowd.example"} if method == "POST" else None
            answer = client.open(page, method=method, headers={"Host": host}, data=data)
            assert answer.status_code == 400, f"{method} {page} at {host}: {answer.status_code}"
            assert EVIL not in answer.text
            assert not answer.headers.get("Location")
    with catalogue.app_context():
        assert dump() == before


@pytest.mark.usefixtures("catalogue")
def test_behind_a_trusted_proxy_its_host_is_judged_too(
    make_app: Callable[[config.Settings], Flask], settings: config.Settings
) -> None:
    behind = make_app(settings.model_copy(update={"TRUSTED_PROXIES": 1, "TRUSTED_HOSTS": "training.example"}))
    browser = behind.test_client()
    assert browser.get("/", headers={"X-Forwarded-Host": "training.example"}).status_code == 200
    assert browser.get("/", headers={"X-Forwarded-Host": EVIL}).status_code == 400
    assert browser.get("/", headers={"X-Forwarded-Host": f"training.example, {EVIL}"}).status_code == 400
    # What was said before the proxy that we trust is anybody's word: only the last is the proxy's own.
    assert browser.get("/", headers={"X-Forwarded-Host": f"{EVIL}, training.example"}).status_code == 200
