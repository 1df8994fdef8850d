"""Where somebody is led afterwards: to a page of ours, whatever an address or a form asks for."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal import forms
from portal.forms.base import PortalForm
from portal.models.account import Registration
from portal.models.invitation import Registrant
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import (
    PASSWORD,
    TRAINEE,
    Deliver,
    hidden_fields,
    links_in,
    make_trainee,
    press,
    register,
    sign_in,
)
from tests.people import turn_on_two_steps
from tests.world import WHOSE

EVIL = [
    *("//evil.example", "///evil.example", "////evil.example/account", "/\\evil.example", "\\\\evil.example"),
    *("\\/evil.example", "/\\/evil.example", "https://evil.example", "http:evil.example", "http:/evil.example"),
    *("https:///evil.example/account", "HTTPS://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)//account"),
    *(
        "data:text/html,<b>",
        "mailto:a@evil.example",
        "/account@evil.example",
        "account",
        ".evil.example",
        "@evil.example",
    ),
    *("/account%0d%0aLocation:%20//evil.example", "/account\r\nLocation: //evil.example", "/account\nx", "/account\t"),
    *("\t//evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example", "/%09/evil.example", "/\0/evil"),
    *("/\u2215evil.example", "/\u2044/evil.example", "/\uff0fevil.example", "\uff0f\uff0fevil.example", "/\u2028/evil"),
    *(
        "/account/../../evil.example",
        "/account/..//evil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "/account\\x",
    ),
    *("/;@evil.example", "/?next=//evil.example", "/#//evil.example", "//evil.example\\@127.0.0.1/", "http://[::1"),
    *("//127.0.0.1:5000@evil.example", "/sign-out", "/sandbox/mailbox", "/set-password/x", "/account" + "/x" * 300),
]
FIRST = "/account"
ASKED = {"SignInForm": "/sign-in", "RegistrationForm": "/register", "InviteOthersForm": "/register/others"}


def _leads_home(location: str | None) -> bool:
    """True for an address that stays on our site in every browser."""
    led = location or ""
    plain = led.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    ours = urlsplit(urljoin("https://training.example/sign-in", plain))
    return ours.netloc == "training.example" and ours.scheme == "https" and led.isprintable()


def test_every_form_and_address_that_says_where_to_go_on_is_tried_here() -> None:
    for found in pkgutil.iter_modules(forms.__path__):
        importlib.import_module(f"portal.forms.{found.name}")
    kinds = [*PortalForm.__subclasses__()]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.__name__ for kind in kinds if getattr(kind, "next", None) is not None} == set(ASKED)
    web = Path(__file__).parents[2] / "portal" / "web"
    code = {path.stem: path.read_text(encoding="utf-8") for path in web.rglob("*.py")}
    readers = {name for name, text in code.items() if re.search(r"""args\.get\("next"|"next", "via\"""", text)}
    assert readers == {"signing_in", "registration", "inviting"}
    asked = re.compile(r"redirect\([^\n]*request\.(args|form|values|referrer|headers|url|host)")
    assert [name for name, text in code.items() if asked.search(text.replace("errand(request", ""))] == []


def test_the_door_leads_nowhere_else(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    make_trainee(client, mailbox, deliver)
    for evil in EVIL:
        for page in ("/sign-in", "/register"):
            answer = client.get(f"{page}?next={quote(evil)}")
            assert answer.status_code == 303
            assert answer.location == FIRST, f"{page}?next={evil}"
        browser = catalogue.test_client()
        form = hidden_fields(browser.get(f"/sign-in?next={quote(evil)}").text)
        assert form.get("next", "") == "", evil
        answer = browser.post("/sign-in", data={**form, "next": evil, "email": TRAINEE["email"], "password": PASSWORD})
        assert answer.status_code == 303
        assert answer.location == FIRST, evil


def test_the_second_step_leads_nowhere_else(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    _, codes = turn_on_two_steps(client)
    for code, evil in zip(codes, EVIL, strict=False):
        browser = catalogue.test_client()
        form = hidden_fields(browser.get("/sign-in").text)
        asked = browser.post("/sign-in", data={**form, "next": evil, "email": TRAINEE["email"], "password": PASSWORD})
        assert asked.location == "/sign-in/code"
        assert press(browser, "/sign-in/code", "/sign-in/code", code=code).location == FIRST, evil


def test_a_registration_and_an_invitation_keep_no_way_out(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    people = dict(zip(("people-0-full_name", "people-0-email"), WHOSE["invited"], strict=True))
    invite = {"full_name": "Gwen Hale", "email": "gwen@hale.example", **people}
    for number, evil in enumerate(EVIL):
        for page in ("/register", "/register/others"):
            form = hidden_fields(client.get(f"{page}?next={quote(evil)}").text)
            assert form.get("next", "") == "", f"{page}?next={evil}"
        register(client, next=evil, email=f"person{number}@people.example")
        answer = press(client, "/register/others", "/register/others", next=evil, **invite)
        assert answer.location == "/register/others/sent", evil
        wrong = press(client, "/register", "/register", next=evil, full_name="")
        assert wrong.status_code == 422
        assert hidden_fields(wrong.text).get("next", "") == "", evil
    with catalogue.app_context(), reading() as session:
        assert set(session.scalars(select(Registration.errand))) == {""}
        assert set(session.scalars(select(Registrant.errand))) == {""}
    register(client, next=EVIL[0], email="last@people.example")
    deliver()
    link = next(path for path in reversed(links_in(mailbox)) if "/register/confirm/" in path)
    assert press(catalogue.test_client(), link, link, password=PASSWORD).location == FIRST


def test_an_odd_address_is_led_nowhere_else(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    make_trainee(client, mailbox, deliver)
    cookie = client.get_cookie("portal_session")
    assert cookie
    for evil in [*EVIL, "//evil.example//courses", "/courses//evil.example", "/courses/", "//courses", "/enquire//x"]:
        for signed_in in ("", f"portal_session={cookie.value}"):
            environ = EnvironBuilder(base_url="http://127.0.0.1").get_environ()
            environ |= {"PATH_INFO": evil.encode().decode("latin-1"), "HTTP_COOKIE": signed_in}
            _, status, headers = run_wsgi_app(client.application, environ)
            assert int(status[:3]) < 500, evil
            led = headers.get("Location", "").removeprefix("http://127.0.0.1")
            assert _leads_home(led), f"{evil} leads to {led}"


def test_what_is_ours_is_gone_on_with(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    assert client.get("/sign-in?next=/courses/FIB-SPLICE").location == "/courses/FIB-SPLICE"
    assert sign_in(catalogue.test_client()).location == FIRST
