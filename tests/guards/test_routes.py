"""Routes: each says who may enter, and every answer carries what keeps a browser safe."""

from __future__ import annotations

import re
import tempfile

import pytest
from flask import Flask
from werkzeug.routing import Rule

import config
from portal import create_app
from portal.domain import links
from portal.domain.cookies import COOKIES
from tests.factories import EQUALITY_ON


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    """Everything that can be turned on is on, so that every route is there."""
    return settings.model_copy(update=EQUALITY_ON)


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def _address(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", "something", re.sub(r"<int:\w+>", "10", rule.rule))


def test_a_route_that_says_nothing_is_refused(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert app.test_client().get("/forgotten").status_code == 403


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal as it runs in earnest, on the test's own database."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/nowhere")  # production keeps nothing in a temporary folder
    return create_app(
        config.load(
            DATA_KEYS="q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            SECRET_KEY="k7Qm2vX9pL4tRw8sBn3cYd6fHj1gZa5e",
            PUBLIC_URL="https://training.example",
            DATABASE_URL=app.extensions["portal"].settings.DATABASE_URL,
            PORTAL_DATA_DIR=app.extensions["portal"].settings.PORTAL_DATA_DIR,
            SMTP_URL="smtp://127.0.0.1:1",
            MAIL_FROM="hello@training.example",
            TEAM_EMAIL="team@training.example",
            COMPANY_NAME="Example Training Ltd",
            COMPANY_ADDRESS="1 Example Street",
            COMPANY_TELEPHONE="01632 960 001",
            PRIVACY_CONTACT="privacy@training.example",
        )
    )


def test_the_sandbox_exists_in_demo_and_tests_only(production: Flask) -> None:
    assert [rule.rule for rule in production.url_map.iter_rules() if "sandbox" in rule.rule] == []
    answer = production.test_client().post("/sandbox/clock", base_url="https://training.example")
    assert answer.status_code in (400, 404)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.promise("OLT-33")
def test_a_public_site_is_spoken_to_encrypted_only(production: Flask) -> None:
    answer = production.test_client().get("/enquire", base_url="https://training.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert all("; Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert answer.headers.getlist("Set-Cookie")


def test_each_path_that_mail_uses_leads_to_a_page(app: Flask) -> None:
    leads = {
        links.ENQUIRY_PAGE: "own_enquiry.show",
        links.COMPLAINT_PAGE: "own_complaint.show",
        links.CONFIRM_PAGE: "registration.show",
        links.PASSWORD_PAGE: "passwords.choose",
        links.OTHERS_PAGE: "inviting.show",
        links.INVITATION_PAGE: "invitations.show",
        links.CONTACTS_PAGE: "contacts.ask",
        links.LINK_PAGE: "contacts.show",
        links.JOIN_PAGE: "staff_joining.show",
        links.ADDRESS_PAGE: "account_address.show",
        links.KEEP_PAGE: "unused_account.show",
        links.ORDER_PAGE: "orders.show",
        links.PLACE_PAGE: "places.show",
        links.DATE_PAGE: "date_changes.show",
        links.RETURN_PAGE: "orders.come_back",
        links.SIGN_IN_PAGE: "signing_in.new",
        links.FORGOTTEN_PAGE: "passwords.forgotten",
        links.SECURITY_PAGE: "admin_security.show",
    }
    assert set(leads) == {getattr(links, name) for name in dir(links) if name.endswith("_PAGE")}
    for path, page in leads.items():
        endpoint, _ = app.url_map.bind("127.0.0.1").match(path.format(token="something"), method="GET")
        assert endpoint == page


@pytest.mark.usefixtures("catalogue")
@pytest.mark.promise("OTT-17", "OTT-20", "ITC-4")
def test_every_cookie_that_is_set_stands_in_the_register(app: Flask) -> None:
    client = app.test_client()
    names = set()
    for rule in _rules(app):
        if "GET" in (rule.methods or ()):
            for cookie in client.get(_address(rule)).headers.getlist("Set-Cookie"):
                names.add(cookie.partition("=")[0])
                assert "HttpOnly" in cookie
                assert "SameSite=Lax" in cookie
                assert "Expires" not in cookie
                assert "Max-Age" not in cookie
    assert names == {cookie.name for cookie in COOKIES}
    assert {cookie.life for cookie in COOKIES} == {"until you close the browser"}


PUBLIC = [
    "/",
    "/courses",
    "/courses/FIB-SPLICE",
    "/enquire",
    "/complaints",
    "/privacy",
    "/cookies",
    "/accessibility",
    "/nowhere",
]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_carries_the_security_headers(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "X-Request-ID" in headers


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.promise("OTT-23")
def test_no_page_asks_another_host_for_anything(app: Flask, path: str) -> None:
    html = app.test_client().get(path).text
    fetched = re.findall(r'<(?:link|img|script|iframe|source)\b[^>]*(?:href|src)="([^"]*)"', html)
    assert fetched
    assert [address for address in fetched if not address.startswith("/assets/")] == []
