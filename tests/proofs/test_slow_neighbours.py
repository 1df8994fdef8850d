"""A mail server that is slow, silent or away holds nobody up, and what it was given too late is tried again."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from portal.domain.delivery import Lane, State
from portal.gateways.clock import Clock
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from portal.services import outbox
from portal.services.outbox import Ended
from tests import factories
from tests.proofs.scale import report
from tests.proofs.servers import MailServer, Manners, Stage

BOUND = 1.0
ENOUGH_FOR_A_DIALOGUE = 3.0
SLOW = {
    "hangs at the greeting": Manners(hangs=Stage.GREETING),
    "hangs after connecting": Manners(hangs=Stage.HELLO),
    "hangs after the mail": Manners(hangs=Stage.END),
    "drips the greeting": Manners(drips=Stage.GREETING),
    "drips after connecting": Manners(drips=Stage.HELLO),
    "drips after the mail": Manners(drips=Stage.END),
}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def settings(settings: config.Settings, server: MailServer) -> config.Settings:
    return settings.model_copy(update={"SMTP_URL": f"smtp://127.0.0.1:{server.port}"})


def _messages(app: Flask) -> list[OutboxMessage]:
    with app.app_context(), reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def _bound(manners: Manners) -> float:
    """How long the worker may take: where the server takes the mail first, enough for that on a busy machine."""
    return ENOUGH_FOR_A_DIALOGUE if Stage.END in (manners.hangs, manners.drips) else BOUND


def _work(app: Flask, clock: Clock, bound: float = BOUND) -> tuple[Ended, float]:
    began = time.monotonic()
    with app.app_context():
        ended = outbox.work_once(Lane.MAIL, app.extensions["portal.handlers"], clock, bound)
    return ended, time.monotonic() - began


def _send(client: FlaskClient, **changes: str) -> float:
    """Ask, and answer how long the sending alone took."""
    fields = factories.hidden_fields(factories.check(client, **changes).text)
    began = time.monotonic()
    sent = client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    took = time.monotonic() - began
    assert sent.status_code == 303
    return took


def _wait_for(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.01)


def _work_and_send(app: Flask, clock: Clock, client: FlaskClient, server: MailServer) -> float:
    """A worker meets the slow server; while it waits there, somebody sends an enquiry."""
    results: list[tuple[Ended, float]] = []
    bound = _bound(server.manners)
    working = threading.Thread(target=lambda: results.append(_work(app, clock, bound)))
    fields = factories.hidden_fields(factories.check(client, full_name="Tom Bright").text)
    working.start()
    _wait_for(lambda: server.connections > 0)
    began = time.monotonic()
    sent = client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    took = time.monotonic() - began
    working.join(30)
    assert sent.status_code == 303
    assert took < 2
    ((ended, worked_for),) = results
    assert ended.worked
    assert bound * 0.9 <= worked_for <= bound + 2
    return took


def _healthy(app: Flask, clock: Clock, server: MailServer, deliver: Callable[[], int], expected: int) -> list[str]:
    """The server is well again: every message is delivered once. Answers the Message-IDs."""
    server.manners = Manners()
    clock.advance(dt.timedelta(minutes=2))
    before = len(server.arrivals)
    deliver()
    after = [arrival.message_id for arrival in server.arrivals[before:]]
    assert Counter(after).most_common(1)[0][1] == 1
    assert len(after) == expected
    assert {message.state for message in _messages(app)} == {State.SENT}
    deliver()
    assert len(server.arrivals) == before + expected
    return after


@pytest.mark.parametrize("manners", SLOW.values(), ids=SLOW.keys())
@pytest.mark.one_database("postgresql")
def test_a_slow_mail_server_holds_nobody_up_and_loses_nothing(
    catalogue: Flask,
    client: FlaskClient,
    clock: Clock,
    server: MailServer,
    deliver: Callable[[], int],
    manners: Manners,
) -> None:
    server.manners = manners
    _send(client)
    took = _work_and_send(catalogue, clock, client, server)

    slow, *others = _messages(catalogue)
    assert slow.state == State.RETRYING
    assert slow.last_error
    assert "@" not in slow.last_error
    if Stage.END in (manners.hangs, manners.drips):
        assert slow.uncertain
    assert [other.state for other in others] == [State.QUEUED] * 3

    already = [arrival.message_id for arrival in server.arrivals]
    after = _healthy(catalogue, clock, server, deliver, 4)
    assert len(already) == (Stage.END in (manners.hangs, manners.drips))
    assert set(already) <= set(after)
    report(f"slow neighbour: sent in {took:.2f} s meanwhile; noted {slow.last_error!r}")


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.HELLO])
def test_what_the_server_was_never_given_is_not_called_uncertain(
    catalogue: Flask, client: FlaskClient, clock: Clock, server: MailServer, stage: Stage
) -> None:
    server.manners = Manners(hangs=stage)
    _send(client)
    _work(catalogue, clock)
    slow = _messages(catalogue)[0]
    assert slow.state == State.RETRYING
    assert not slow.uncertain


def test_without_a_mail_server_the_lane_pauses_and_no_try_is_counted(
    catalogue: Flask, client: FlaskClient, clock: Clock, server: MailServer, deliver: Callable[[], int]
) -> None:
    server.stop()
    assert _send(client) < 2
    for _ in range(5):
        ended, worked_for = _work(catalogue, clock)
        assert ended == Ended(worked=True, lane_down=True)
        assert worked_for <= BOUND + 1
        clock.advance(dt.timedelta(seconds=5))
    for message in _messages(catalogue):
        assert message.state == State.RETRYING
        assert "can't be reached" in message.last_error
        assert message.attempts == 0
        assert not message.uncertain
    server.start()
    _healthy(catalogue, clock, server, deliver, 2)
