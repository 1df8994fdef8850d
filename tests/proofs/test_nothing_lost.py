"""Enquiries are sent while workers are killed and the mail server fails: none is lost, and each double is explained."""

from __future__ import annotations

import datetime as dt
import random
import re
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.delivery import Kind, State
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, Referral
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from tests import factories
from tests.proofs import servers
from tests.proofs.scale import report, scaled
from tests.proofs.servers import Arrival, MailServer, Manners

CLIENTS = 8
ENQUIRIES, KILLS = scaled(300, 6), scaled(20, 1)
LONGEST_PAUSE = scaled(30, 1) / 10
BOUND_SECONDS = scaled(360, 60)
IDLE_SECONDS, NUDGE = scaled(90, 1) / 2, dt.timedelta(seconds=scaled(360, 35))
KINDS = (Kind.PARTNER_ENQUIRY, Kind.ENQUIRY_ACKNOWLEDGEMENT)
Worker = AbstractContextManager[subprocess.Popen[bytes]]
REFERENCE = re.compile(r"ENQ-\w{4}-\w{4}")


@dataclass
class _Trap:
    """Holds back the answer to one mail, so that its worker can be killed at the worst moment."""

    armed: threading.Event = field(default_factory=threading.Event)
    sprung: threading.Event = field(default_factory=threading.Event)
    killed: threading.Event = field(default_factory=threading.Event)
    caught: list[str] = field(default_factory=list)

    def hold(self, arrival: Arrival) -> None:
        """Wait with the answer, if armed."""
        if self.armed.is_set():
            self.armed.clear()
            self.killed.clear()
            self.caught.append(arrival.message_id)
            self.sprung.set()
            self.killed.wait(10)

    def wait(self) -> None:
        """Until a mail has been given and not yet answered."""
        self.sprung.clear()
        self.armed.set()
        self.sprung.wait(30)
        self.armed.clear()


@dataclass
class _Watch:
    """Looks, when a mail arrives, whether its enquiry is committed; and lets the trap hold the answer."""

    app: Flask
    trap: _Trap
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    too_early: list[str] = field(default_factory=list)

    def __call__(self, arrival: Arrival) -> None:
        """Hear of a mail."""
        found = REFERENCE.search(arrival.text)
        reference = found.group() if found else ""
        self.seen[arrival.message_id].add(reference)
        with self.app.app_context(), reading() as session:
            if session.scalar(select(Enquiry.id).where(Enquiry.reference == reference)) is None:
                self.too_early.append(reference)
        self.trap.hold(arrival)


def _ask(http: httpx.Client, number: int) -> None:
    """One person's whole journey."""
    form = factories.hidden_fields(http.get("/enquire").text)
    person = {"email": f"person-{number}@nairfibre.example", "message": f"Number {number}"}
    check = http.post("/enquire", data={**factories.FORM, **form, **person})
    assert check.status_code == 200, check.status_code
    sent = http.post("/enquire/send", data={**factories.hidden_fields(check.text), "routing": "pass_on"})
    assert sent.status_code == 303, sent.status_code


def _client(address: str, first: int) -> None:
    chance = random.Random(first)
    with httpx.Client(base_url=address, timeout=30) as http:
        for number in range(first, ENQUIRIES, CLIENTS):
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            _ask(http, number)


@contextmanager
def _clients(address: str) -> Iterator[list[Future[None]]]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield [pool.submit(_client, address, first) for first in range(CLIENTS)]


@dataclass
class _Outbox:
    """The rows, from a connection of our own."""

    app: Flask

    def messages(self) -> dict[tuple[Kind, str], OutboxMessage]:
        """The two messages of each enquiry by kind and reference."""
        with self.app.app_context(), reading() as session:
            references = {row.id: row.reference for row in session.scalars(select(Enquiry))}
            referred = {row.id: row.enquiry_id for row in session.scalars(select(Referral))}
            rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(KINDS))).all()
        of_partner = Kind.PARTNER_ENQUIRY
        return {
            (row.kind, references[referred[row.record_id] if row.kind == of_partner else row.record_id]): row
            for row in rows
        }

    def count(self, state: State) -> int:
        """How many are in this state."""
        with self.app.app_context(), reading() as session:
            query = select(func.count()).where(OutboxMessage.kind.in_(KINDS), OutboxMessage.state == state)
            return session.scalar(query) or 0


def _wait_for(what: Callable[[], bool], why: str) -> None:
    ends = time.monotonic() + 30
    while not what():
        assert time.monotonic() < ends, why
        time.sleep(0.1)


def _wait_until_sent(outbox: _Outbox, clock: Clock) -> None:
    """Until every mail is sent; when nothing moves, the clock goes forward to the next try."""
    ends = time.monotonic() + BOUND_SECONDS
    sent, moved = 0, time.monotonic()
    while (now_sent := outbox.count(State.SENT)) < 2 * ENQUIRIES:
        assert time.monotonic() < ends, f"only {now_sent} of {2 * ENQUIRIES} mails were sent in time"
        if now_sent > sent:
            sent, moved = now_sent, time.monotonic()
        elif time.monotonic() - moved > IDLE_SECONDS:
            clock.advance(NUDGE)
            moved = time.monotonic()
        time.sleep(0.2)


def _kill_workers(
    started: subprocess.Popen[bytes], run_worker: Callable[[], Worker], server: MailServer, trap: _Trap
) -> None:
    """Kill one after another, at the worst moment and at any in turn; half-way the server is away for a while."""
    chance = random.Random(3)
    for number in range(KILLS):
        with nullcontext(started) if number == 0 else run_worker() as process:
            if number % 2 == 0:
                trap.wait()
            else:
                time.sleep(chance.uniform(1.5, 4.0))
            process.kill()
            process.wait()
            trap.killed.set()
        if number == 8:
            server.stop()
        elif number == 9:
            server.start()


@pytest.mark.one_database("postgresql")
def test_nothing_is_lost_and_every_double_is_explained(
    catalogue: Flask, clock: Clock, database: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    trap, outbox = _Trap(), _Outbox(catalogue)
    watch = _Watch(catalogue, trap)
    server = MailServer(Manners(refuses=0.15), watch, seed=11)

    def run_worker() -> Worker:
        return servers.worker(database, tmp_path, server.port)

    processes = str(scaled(2, 1))
    with (
        run_worker() as first_worker,
        servers.site(database, tmp_path, server.port, WEB_PROCESSES=processes) as address,
        _clients(address) as clients,
    ):
        _wait_for(lambda: outbox.count(State.RETRYING) > 0, "nobody noticed that the mail server is away")
        with server:
            _kill_workers(first_worker, run_worker, server, trap)
            with run_worker():
                for client in clients:
                    client.result(timeout=120)
                _wait_until_sent(outbox, clock)

    messages = outbox.messages()
    _check_all_arrived(catalogue, server, messages)
    doubles = _check_doubles(server, watch, messages, trap)
    report(
        f"nothing lost, {database.partition(':')[0]}: {ENQUIRIES} enquiries, {len(server.arrivals)} mails taken, "
        f"{server.refusals} refused, {KILLS} workers killed ({len(trap.caught)} at the worst moment), "
        f"{doubles} doubles, each explained; {time.monotonic() - began:.0f} s"
    )


def _check_all_arrived(app: Flask, server: MailServer, messages: dict[tuple[Kind, str], OutboxMessage]) -> None:
    with app.app_context(), reading() as session:
        enquiries = session.scalars(select(Enquiry)).all()
        undelivered = session.scalar(select(func.count()).select_from(Referral).where(Referral.delivered_at.is_(None)))
    assert {row.email for row in enquiries} == {f"person-{n}@nairfibre.example" for n in range(ENQUIRIES)}
    assert len(enquiries) == ENQUIRIES
    assert len(messages) == 2 * ENQUIRIES
    assert undelivered == 0
    arrived = {(arrival.recipients, REFERENCE.findall(arrival.text)[0]) for arrival in server.arrivals}
    for row in enquiries:
        assert ((str(row.email),), row.reference) in arrived
        assert (("enquiries@lindum.example",), row.reference) in arrived
    assert len(arrived) == 2 * ENQUIRIES


def _check_doubles(
    server: MailServer, watch: _Watch, messages: dict[tuple[Kind, str], OutboxMessage], trap: _Trap
) -> int:
    """Each mail came after its commit; those that came twice were in a killed worker's hands. Answers how many."""
    assert watch.too_early == []
    times = Counter(arrival.message_id for arrival in server.arrivals)
    assert len(times) == 2 * ENQUIRIES
    assert all(len(references) == 1 for references in watch.seen.values())
    for arrival in server.arrivals:
        if times[arrival.message_id] > 1:
            to_partner = arrival.recipients == ("enquiries@lindum.example",)
            kind = Kind.PARTNER_ENQUIRY if to_partner else Kind.ENQUIRY_ACKNOWLEDGEMENT
            message = messages[kind, REFERENCE.findall(arrival.text)[0]]
            assert message.uncertain
            assert message.attempts > 1
    doubles = sum(times.values()) - len(times)
    assert trap.caught
    assert all(times[caught] > 1 for caught in trap.caught)
    assert doubles <= KILLS
    return doubles
