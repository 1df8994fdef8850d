"""Every door: a cookie that somebody planted beforehand does not become signed in, and what it held is gone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, hidden_fields, make_trainee, press, sign_in
from tests.people import turn_on_two_steps
from tests.world import World, make_world

NEW = "granite lantern walrus"
ANSWERS = {"age_confirmed": "yes", "full_name": "Tom Marlow", "region": "wales", "heard_from": "A search"}
WITH_CODE = "both@steps.example"
Door = Callable[[World, FlaskClient], object]


@pytest.fixture
def world(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> World:
    return make_world(catalogue, mailbox, deliver, [Role.MANAGER])


def _by_password(_world: World, browser: FlaskClient) -> object:
    return sign_in(browser)


def _by_code(world: World, browser: FlaskClient) -> object:
    owner = world.stranger()
    make_trainee(owner, world.mailbox, world.deliver, email=WITH_CODE)
    _, codes = turn_on_two_steps(owner)
    assert sign_in(browser, WITH_CODE).location == "/sign-in/code"
    return press(browser, "/sign-in/code", "/sign-in/code", code=codes[0])


def _by_link(kind: str, button: str = "", **typed: str) -> Door:
    def enter(world: World, browser: FlaskClient) -> object:
        path = world.paths[f"{kind} link"]
        return press(browser, path, path + button, **typed)

    return enter


def _by_another_password(_world: World, browser: FlaskClient) -> object:
    """Whoever is signed in already is signed in anew."""
    sign_in(browser, password=NEW)
    page = "/account/security/password"
    return press(browser, page, page, old=NEW, password=f"{NEW} again")


# Each view that lets somebody in; the last two in their order, since one sets the password of the other.
DOORS: dict[str, Door] = {
    "signing_in.sign_in": _by_password,
    "signing_in.enter_code": _by_code,
    "registration.confirm": _by_link("confirm", password=NEW),
    "invitations.accept": _by_link("invitation", "/accept", **ANSWERS, password=NEW),
    "places.take_up": _by_link("place", **ANSWERS, password=NEW, terms="yes"),
    "joining.join": _by_link("join", full_name="Imran Aziz", password=NEW),
    "contacts.sign_in": _by_link("sign-in"),
    "passwords.set_password": _by_link("password", password=NEW),
    "password.save": _by_another_password,
}


def _views_that_let_in() -> set[str]:
    """module.function of every view that calls access.let_in, read from the code."""
    found = set()
    for path in (Path(__file__).parents[2] / "portal" / "web").rglob("*.py"):
        for one in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef) and "access.let_in(" in ast.unparse(one):
                found.add(f"{path.stem}.{one.name}")
    return found


def _cookie(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("portal_session")
    return cookie.value if cookie else ""


def _homes(browser: FlaskClient) -> list[str]:
    """Where a browser is let in."""
    return [page for page in ("/account", "/partner", "/admin") if "/sign-in" not in (browser.get(page).location or "")]


def test_a_planted_cookie_does_not_become_signed_in(world: World) -> None:
    assert _views_that_let_in() == set(DOORS), "say in DOORS how somebody enters there"
    for door, enter in DOORS.items():
        victim, thief = world.stranger(), world.stranger()
        token = hidden_fields(thief.get("/sign-in").text)["csrf_token"]
        planted = _cookie(thief)
        victim.set_cookie("portal_session", planted)
        enter(world, victim)
        assert _homes(victim), f"{door}: nobody was let in"
        assert _cookie(victim) != planted, f"{door}: the cookie is the one of before"
        assert _homes(thief) == [], f"{door}: the planted cookie is signed in"
        refused = victim.post("/sign-out", data={"csrf_token": token})
        assert refused.status_code == 400, f"{door}: the token of before is still good"
        assert _homes(victim)


def test_a_copy_of_the_cookie_ends_with_the_sign_in(world: World) -> None:
    trainee, thief = world.people["trainee"], world.stranger()
    page = "/account/security/password"
    for act in (
        lambda: press(trainee, page, page, old=PASSWORD, password=NEW),
        lambda: press(trainee, "/account/security", "/account/security/sign-out-everywhere"),
    ):
        thief.set_cookie("portal_session", _cookie(trainee))
        assert _homes(thief) == ["/account", "/partner", "/admin"]
        assert act().status_code == 303
        assert _homes(thief) == []
    assert sign_in(trainee, TRAINEE["email"], NEW).location == "/account"


def test_half_way_in_is_nowhere_in(world: World) -> None:
    """The cookie between password and code opens nothing, and is no key to the code's page of somebody else."""
    owner, thief = world.stranger(), world.stranger()
    make_trainee(owner, world.mailbox, world.deliver, email=WITH_CODE)
    turn_on_two_steps(owner)
    sign_in(thief, WITH_CODE)
    assert _homes(thief) == []
    assert press(thief, "/sign-in/code", "/sign-in/code", code="000000").status_code == 422
    assert _homes(thief) == []
    assert _homes(owner)
