"""The front door under guessing, and how little it tells by its time."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.domain import passwords
from portal.models import db
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, TRAINEE, Deliver, hidden_fields, make_trainee, sign_in
from tests.proofs.scale import FULL, report, scaled

GUESSES = scaled(500, 45)
SAMPLES = scaled(201, 3)
AT_ONCE = 4


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was really compared with a hash."""
    seen: list[str] = []
    real = passwords.matches

    def matches(kept: str | None, password: str) -> bool:
        seen.append(password)
        return real(kept, password)

    monkeypatch.setattr(passwords, "matches", matches)
    return seen


def _guess(app: Flask, email: Callable[[int], str], network: Callable[[int], str]) -> list[int]:
    """Guess, some at once; the right password is the last. Answers the statuses."""

    def one(number: int) -> int:
        browser = app.test_client()
        at = {"REMOTE_ADDR": network(number)}
        form = hidden_fields(browser.get("/sign-in", environ_overrides=at).text)
        password = PASSWORD if number == GUESSES - 1 else f"guess number {number}"
        data = {**form, "email": email(number), "password": password}
        return browser.post("/sign-in", data=data, environ_overrides=at).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(one, range(GUESSES - 1)))
    return [*statuses, one(GUESSES - 1)]


def _spread(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250 + 1}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "email", "network", "most"),
    [
        ("one account, one network", lambda n: TRAINEE["email"], lambda n: "198.51.100.1", 10),
        ("one account, spread networks", lambda n: TRAINEE["email"], _spread, 10),
        ("spread accounts, one network", lambda n: f"somebody{n}@people.example", lambda n: "198.51.100.1", 30),
    ],
    ids=["one", "spread networks", "spread accounts"],
)
def test_guesses_are_counted_exactly_and_the_right_one_comes_too_late(
    client: FlaskClient,
    catalogue: Flask,
    mailbox: Mailbox,
    deliver: Deliver,
    judged: list[str],
    name: str,
    email: Callable[[int], str],
    network: Callable[[int], str],
    most: int,
) -> None:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    judged.clear()
    statuses = _guess(catalogue, email, network)
    assert len(judged) == most
    assert PASSWORD not in judged
    assert statuses.count(422) == most
    assert statuses.count(429) == GUESSES - most
    deliver()
    told = [mail["subject"] for mail in mailbox.list_mails() if mail["to"] == [TRAINEE["email"]]]
    assert len(told) == (1 if most == 10 else 0)
    assert client.get("/account").status_code == 200
    report(f"{name}: {GUESSES} guesses, {len(judged)} judged, letters to the owner: {len(told)}")


def _statements(app: Flask, act: Callable[[], object]) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        act()
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def _post(browser: FlaskClient, path: str, number: int, **typed: str) -> Callable[[], object]:
    """A post from a network of its own, whose page was opened before: only the post is measured."""
    at = {"REMOTE_ADDR": f"203.0.{number // 250}.{number % 250 + 1}"}
    form = hidden_fields(browser.get(path, environ_overrides=at).text)
    return lambda: browser.post(path, data={**form, **typed}, environ_overrides=at)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/sign-in", {"password": "not the password"}),
        ("/forgotten-password", {}),
        ("/register", {name: value for name, value in TRAINEE.items() if name != "email"}),
        ("/sign-in/link", {}),
    ],
    ids=["sign in", "forgotten password", "register", "link"],
)
def test_known_and_unknown_addresses_cost_the_same(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, path: str, typed: dict[str, str]
) -> None:
    """Quickly: the same statements. In full: the medians of their times, taken in turns, are within 5 %."""
    people = [f"person{number}@people.example" for number in range(scaled(50, 2))]
    known, unknown = people[::2], people[1::2]  # alike in all but whether they have an account
    for email in known:
        make_trainee(catalogue.test_client(), mailbox, deliver, email=email)
    browser = catalogue.test_client()
    times: dict[tuple[str, int], list[float]] = {(kind, turn): [] for kind in ("known", "unknown") for turn in (0, 1)}
    statements: dict[str, set[tuple[str, ...]]] = {"known": set(), "unknown": set()}
    # Short answers scatter more, and need more of them; at the door an account would be closed by so many.
    for number in range(SAMPLES if path == "/sign-in" else SAMPLES * scaled(4, 1)):
        addresses = {"known": known[number % len(known)], "unknown": unknown[number % len(unknown)]}
        for turn, kind in enumerate(sorted(addresses, reverse=bool(number % 2))):
            act = _post(browser, path, number * 2 + (kind == "known"), email=addresses[kind], **typed)
            if number == 0:
                statements[kind].add(tuple(_statements(catalogue, act)))
            else:
                began = time.perf_counter()
                act()
                times[kind, turn].append(time.perf_counter() - began)
    assert statements["known"] == statements["unknown"]
    # Whichever comes first in its pair takes longer, so each turn has a median of its own.
    middle = {key: statistics.median(found) for key, found in times.items()}
    medians = {kind: (middle[kind, 0] + middle[kind, 1]) / 2 for kind in ("known", "unknown")}
    ratio = medians["known"] / medians["unknown"]
    if FULL:
        report(
            f"{path}: known {medians['known'] * 1000:.2f} ms, unknown {medians['unknown'] * 1000:.2f} ms, {ratio:.3f}"
        )
        assert 0.95 < ratio < 1.05


def test_the_owner_gets_in_from_elsewhere_when_the_time_is_over(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    _guess(catalogue, lambda n: TRAINEE["email"], _spread)
    assert sign_in(catalogue.test_client()).status_code == 429
    catalogue.extensions["portal"].clock.advance(dt.timedelta(minutes=16))
    assert sign_in(catalogue.test_client()).status_code == 303
