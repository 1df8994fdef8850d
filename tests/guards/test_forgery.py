"""Nothing is changed by a request that the site's own form, in the same browser, did not make."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

import config
from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, FORM, PASSWORD, TRAINEE, Deliver, dump, hidden_fields
from tests.guards.test_access import CHANGERS, ENTRANTS
from tests.world import World, make_world, rules_of

# Signed by whom they come from, or there in the demo and in tests only.
SIGNED_HOOKS = {"/hooks/stripe"}
SANDBOX_MACHINES = {"/sandbox/clock", "/sandbox/<path:path>"}
TYPED = {
    **FORM,
    **TRAINEE,
    **{"password": PASSWORD, "old": PASSWORD, "promise": "yes", "roles": "finance", "routing": "keep_with_us"},
    **{"note": "A note", "answer": "An answer", "outcome": "no_answer", "words": "Words", "words_not": ""},
}
HOMES = {
    **{"trainee": "/account", "manager": "/admin", "partner contact": "/partner", "sponsor contact": "/sponsor"},
    "named reader": "/admin/support",
}
WORDS = ("This did not reach us whole", "This page was open for too long, or your browser keeps no cookies")


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    """Everything that can be turned on is on, so that every route is there."""
    return settings.model_copy(update=EQUALITY_ON)


@pytest.fixture
def world(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> World:
    return make_world(catalogue, mailbox, deliver, [Role.MANAGER])


def _forged(world: World, who: str) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """(what is tried, form, headers) without a token, with a strange one, and with that of another browser."""
    own = hidden_fields(world.people[who].get("/sign-out").text)["csrf_token"]
    theirs = hidden_fields(world.stranger().get("/sign-out").text)["csrf_token"]
    yield "no token", {}, {}
    yield "an empty token", {"csrf_token": ""}, {}
    yield "a strange token", {"csrf_token": "IjEyMyI.aaaaaa.bbbbbbbb"}, {}
    yield "an altered token", {"csrf_token": own[:-5] + own[-4:]}, {}
    yield "the token of another browser", {"csrf_token": theirs}, {}
    yield "the same as a header", {}, {"X-CSRFToken": theirs}
    yield (
        "from another site",
        {"csrf_token": theirs},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )


@pytest.mark.one_database("sqlite")
def test_a_forged_request_changes_nothing(world: World) -> None:
    with world.app.app_context():
        before = dump()
    tried = 0
    for rule in rules_of(world.app, "POST"):
        if rule.rule in SIGNED_HOOKS | SANDBOX_MACHINES:
            continue
        entrants = CHANGERS.get(rule.rule, ENTRANTS[rule.rule])
        who = next(one for one in HOMES if one in entrants)
        for what, form, headers in _forged(world, who):
            asked = f"{what}: POST {rule.rule}"
            answer = world.people[who].post(world.path(rule.rule), data=TYPED | form, headers=headers)
            assert answer.status_code == 400, f"{asked}: {answer.status_code}"
            assert any(words in answer.text for words in WORDS), asked
        tried += 1
    assert tried > 40
    with world.app.app_context():
        assert dump() == before
    for who, page in HOMES.items():
        assert world.people[who].get(page).status_code == 200, f"{who} was signed out by a forged request"


@pytest.mark.one_database("sqlite")
def test_no_page_acts_when_it_is_only_opened(world: World) -> None:
    with world.app.app_context():
        before = dump()
    for rule in rules_of(world.app, "GET"):
        is_file = rule.rule.endswith(".csv")  # the log says who took it
        if not is_file and not rule.rule.startswith("/sandbox"):
            entrants = ENTRANTS[rule.rule]
            for who in (HOMES.keys() | {"nobody"}) & entrants - {"named reader"}:
                assert world.people[who].get(world.path(rule.rule)).status_code < 500, rule.rule
                assert world.people[who].head(world.path(rule.rule)).status_code < 500, rule.rule
    with world.app.app_context():
        assert dump() == before
