"""Every record by its reference or token, asked for by everybody whose it is not: it is not there, and nothing of its
owner is said. A new route with a parameter needs an entry in tests/owned.py before this is content."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

import config
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, Deliver, dump
from tests.guards.test_access import CHANGERS, ENTRANTS, may_enter
from tests.owned import RECORDS, record_of
from tests.world import NEW_ADDRESS, OWN_WORDS, WHOSE, World, make_world, rules_of

STRANGE = ("ENQ-7777-7777", "ACC-7777-7777", "1", "0", "%20", "%25", "'", "x" * 300)
OWN_WORK = {"finance": "/admin/orders"}  # whose work it is to know who bought what
NAMED = {*(word for both in WHOSE.values() for word in both), NEW_ADDRESS, OWN_WORDS}


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    """Everything that can be turned on is on, so that every route is there."""
    return settings.model_copy(update=EQUALITY_ON)


@pytest.fixture
def world(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> World:
    return make_world(catalogue, mailbox, deliver)


def _asked(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(rule, how it begins, method) of every route about somebody's record."""
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            if rule.arguments and (begins := record_of(rule.rule)):
                yield rule.rule, begins, method


def _entrants(rule: str, method: str) -> set[str]:
    return CHANGERS.get(rule, ENTRANTS[rule]) if method == "POST" else ENTRANTS[rule]


def _wrong_keys(world: World, begins: str) -> list[str]:
    """What stands in the place of the right key: altered, strange, and every key of another kind of record."""
    before = begins.partition("<")[0]
    key, _, code = world.paths[RECORDS[begins]].removeprefix(before).partition("/")
    others = {path.rpartition("/")[2] for name, path in world.paths.items() if name != RECORDS[begins]}
    others |= {path.split("/")[3] for name, path in world.paths.items() if name in ("contact", "member", "trainee")}
    altered = {key[:-3] + ("A" if key[-3] != "A" else "C") + key[-2:], key.lower(), key[:-1], f"{key}x"}
    wrong = sorted((altered | others | set(STRANGE)) - {key})
    return [f"{one}/{code}" if code else one for one in wrong]


def _names_nobody(text: str, own: str = "") -> bool:
    return not [word for word in NAMED if word in text and word != own]


def _own_name(who: str) -> str:
    of_contacts = {"partner contact": "contact", "sponsor contact": "contact of a sponsor"}
    return WHOSE.get(of_contacts.get(who, who), ("", ""))[0]


@pytest.mark.one_database("sqlite")
def test_a_record_of_somebody_else_is_not_here(world: World) -> None:
    app = world.app
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    with app.app_context():
        before = dump()
    tried = set()
    for rule, begins, method in _asked(app):
        if begins == "/account/equality/<code>":
            continue
        tried.add(begins)
        wrong = [rule.replace(begins, begins.partition("<")[0] + key, 1) for key in _wrong_keys(world, begins)]
        entrants = [who for who in world.people if may_enter(who, _entrants(rule, method))]
        for who, browser in world.people.items():
            enters = who in entrants
            tried_keys = wrong if who == entrants[-1] else wrong[::19]
            for path in tried_keys if enters else [world.path(rule), wrong[0]]:
                answer = browser.open(path, method=method, data={"roles": "manager"} if method == "POST" else None)
                _refused(answer.status_code, answer.location, enters, f"{who}: {method} {path}", who)
                assert _names_nobody(answer.text, _own_name(who)), f"{who}: {method} {path} names somebody"
    assert tried == set(RECORDS) - {"/account/equality/<code>"}
    with app.app_context():
        assert dump() == before, "something was changed by somebody whose it is not"


def _refused(status: int, location: str | None, enters: bool, asked: str, who: str) -> None:
    if enters:
        assert status == 404, f"{asked}: {status}"
    elif who == "nobody":
        assert (status, (location or "")[:8]) == (303, "/sign-in"), f"{asked}: {status}"
    else:
        assert status == 403, f"{asked}: {status}"


@pytest.mark.one_database("sqlite")
def test_the_owner_has_it_and_on_ones_own_pages_stands_nothing_of_others(world: World) -> None:
    _the_owner_has_it(world)
    path = world.paths["equality answer"]
    assert OWN_WORDS in world.people["trainee"].get(path).text
    pages = [rule.rule for rule in rules_of(world.app, "GET") if not rule.arguments]
    pages = [page for page in pages if not page.startswith(("/sandbox", "/healthz", "/readyz"))]
    for who in ("nobody", "another trainee", "finance", "reports"):
        for page in [*pages, path]:
            if page.startswith(OWN_WORK.get(who, "no page")):
                continue
            answer = world.people[who].get(page, follow_redirects=page == path)
            assert answer.status_code < 500
            assert _names_nobody(answer.text), f"{who}: {page}"


def _the_owner_has_it(world: World) -> None:
    """What is refused above is there: the same paths open for whoever holds the link, and for whose work it is."""
    for begins, name in RECORDS.items():
        path = world.paths[name]
        if begins in ENTRANTS and name not in ("contact", "member"):
            who = next(one for one in ("nobody", "trainee", "manager", "named reader") if one in ENTRANTS[begins])
            assert world.people[who].get(path).status_code == 200, path
