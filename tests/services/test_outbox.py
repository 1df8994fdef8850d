"""The worker: claims, leases, retries, giving up, cancelling; no message lost, none finished by two."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.delivery import Kind, Lane, State
from portal.domain.errors import DeliveryError, GiveUp, LaneDown, NotNeeded, TryAgain
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import outbox as records
from portal.records.outbox import Handler
from portal.services import outbox
from tests.factories import send

pytestmark = pytest.mark.usefixtures("catalogue", "context")

Deliver = Callable[[int, str, Deadline], None]


class _Neighbour:
    """Stands for the outside world: remembers what it was given, and fails as told."""

    def __init__(self, *answers: DeliveryError | Exception | None) -> None:
        self.given: list[str] = []
        self._answers = list(answers)

    def __call__(self, _record_id: int, key: str, _deadline: Deadline) -> None:
        self.given.append(key)
        answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer

    def handlers(self, **changes: object) -> dict[Kind, Handler]:
        handler = replace(Handler(self), **changes)  # type: ignore[arg-type]
        return dict.fromkeys(Kind, handler)


def _messages() -> list[OutboxMessage]:
    with reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.fixture
def one(context: Flask, clock: Clock) -> None:
    """One message in the outbox, due now."""
    with writing() as session:
        records.add(session, Kind.TEAM_ENQUIRY, 1, clock.now(session))


@pytest.mark.usefixtures("one")
def test_a_delivery_is_written_down(clock: Clock) -> None:
    neighbour = _Neighbour()
    assert outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    message = _messages()[0]
    assert (message.state, message.attempts, message.lease_token) == (State.SENT, 1, None)
    assert message.finished_at
    assert not outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    assert neighbour.given == ["team_enquiry:1"]


@pytest.mark.usefixtures("one")
def test_a_passing_failure_is_tried_again_later_and_not_before(clock: Clock) -> None:
    neighbour = _Neighbour(TryAgain("451 later"))
    outbox.work_once(Lane.MAIL, neighbour.handlers(), clock)
    message = _messages()[0]
    assert (message.state, message.last_error, message.uncertain) == (State.RETRYING, "451 later", False)
    assert not outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    clock.advance(dt.timedelta(seconds=5))
    assert outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    assert _messages()[0].state == State.SENT


@pytest.mark.usefixtures("one")
def test_after_about_three_days_of_failures_it_is_given_up_and_noted(clock: Clock) -> None:
    noted: list[int] = []

    def failed(_session: object, record_id: int, _now: object) -> bool:
        noted.append(record_id)
        return False

    neighbour = _Neighbour(*[TryAgain("451 later")] * 50)
    handlers = neighbour.handlers(failed=failed)
    for _ in range(50):
        outbox.work_once(Lane.MAIL, handlers, clock)
        clock.advance(dt.timedelta(hours=33))
    message = _messages()[0]
    assert (message.state, noted) == (State.FAILED, [1])
    assert len(neighbour.given) == message.attempts == 12


@pytest.mark.usefixtures("one")
def test_a_final_failure_is_given_up_at_once(clock: Clock) -> None:
    outbox.work_once(Lane.MAIL, _Neighbour(GiveUp("550 no such mailbox")).handlers(), clock)
    assert (_messages()[0].state, _messages()[0].attempts) == (State.FAILED, 1)


@pytest.mark.usefixtures("one")
def test_another_way_is_tried_at_once_from_the_beginning(clock: Clock) -> None:
    ways = iter([True, False])
    handlers = _Neighbour(GiveUp("550"), GiveUp("550")).handlers(failed=lambda *_: next(ways))
    outbox.work_once(Lane.MAIL, handlers, clock)
    assert _messages()[0].state == State.RETRYING
    outbox.work_once(Lane.MAIL, handlers, clock)
    assert _messages()[0].state == State.FAILED


@pytest.mark.usefixtures("one")
def test_a_neighbour_that_is_down_costs_no_attempt_and_pauses_the_lane(clock: Clock) -> None:
    ended = outbox.work_once(Lane.MAIL, _Neighbour(LaneDown("refused")).handlers(), clock)
    assert ended.lane_down
    assert (_messages()[0].state, _messages()[0].attempts) == (State.RETRYING, 0)


@pytest.mark.usefixtures("one")
def test_what_is_no_longer_needed_is_cancelled(clock: Clock) -> None:
    outbox.work_once(Lane.MAIL, _Neighbour(NotNeeded("withdrawn")).handlers(), clock)
    assert _messages()[0].state == State.CANCELLED


@pytest.mark.usefixtures("one")
def test_a_handler_that_breaks_is_tried_again_and_its_words_are_not_kept(clock: Clock) -> None:
    outbox.work_once(Lane.MAIL, _Neighbour(ValueError("priya@nairfibre.example")).handlers(), clock)
    message = _messages()[0]
    assert (message.state, message.uncertain) == (State.RETRYING, True)
    assert message.last_error == "ValueError in the handler"


@pytest.mark.usefixtures("one")
def test_a_passed_deadline_is_a_failure_even_when_all_seemed_well(clock: Clock) -> None:
    def slow(_record_id: int, _key: str, deadline: Deadline) -> None:
        threading.Event().wait(deadline.remaining() + 0.05)

    outbox.work_once(Lane.MAIL, dict.fromkeys(Kind, Handler(slow)), clock, bound=0.1)
    message = _messages()[0]
    assert (message.state, message.uncertain) == (State.RETRYING, True)
    assert "0.1 seconds" in message.last_error


@pytest.mark.usefixtures("one")
def test_a_killed_workers_message_is_taken_up_when_its_lease_ends(clock: Clock) -> None:
    with writing() as session:
        claimed = records.claim(session, Lane.MAIL, clock.now(session), outbox.LEASE)
    assert claimed
    neighbour = _Neighbour()
    assert not outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    clock.advance(outbox.LEASE + dt.timedelta(seconds=1))
    assert outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    message = _messages()[0]
    assert (message.state, message.attempts, message.uncertain) == (State.SENT, 2, True)


@pytest.mark.usefixtures("one")
def test_a_worker_that_lost_its_lease_writes_nothing(clock: Clock) -> None:
    with writing() as session:
        first = records.claim(session, Lane.MAIL, clock.now(session), outbox.LEASE)
        assert first
        token = first.lease_token
    clock.advance(outbox.LEASE + dt.timedelta(seconds=1))
    outbox.work_once(Lane.MAIL, _Neighbour().handlers(), clock)
    with writing() as session:
        assert not records.finish(session, 1, token or "", state=State.FAILED)
    assert _messages()[0].state == State.SENT


@pytest.mark.usefixtures("one")
def test_two_workers_never_take_the_same_message(app: Flask, clock: Clock) -> None:
    with writing() as session:
        for record in range(2, 31):
            records.add(session, Kind.TEAM_ENQUIRY, record, clock.now(session))
    neighbour = _Neighbour()

    def work() -> None:
        with app.app_context():
            while outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked:
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(neighbour.given) == sorted(f"team_enquiry:{record}" for record in range(1, 31))


@pytest.mark.usefixtures("one")
def test_lanes_are_worked_apart(clock: Clock) -> None:
    assert not outbox.work_once(Lane.TIME, _Neighbour().handlers(), clock).worked


def test_the_same_cause_can_not_be_written_twice(clock: Clock) -> None:
    from sqlalchemy.exc import IntegrityError

    def write_twice() -> None:
        with writing() as session:
            for _ in range(2):
                records.add(session, Kind.TEAM_ENQUIRY, 1, clock.now(session))

    with pytest.raises(IntegrityError):
        write_twice()


def test_a_lane_runs_until_it_is_stopped(app: Flask, clock: Clock) -> None:
    send(clock)
    stop, planned = threading.Event(), threading.Event()
    neighbour = _Neighbour(LaneDown("refused"))
    lane = threading.Thread(
        target=outbox.run_lane, args=(Lane.MAIL, neighbour.handlers(), clock, app.app_context, stop, planned.set)
    )
    lane.start()
    for _ in range(200):
        if len(neighbour.given) >= 3:
            break
        stop.wait(0.05)
    stop.set()
    lane.join(10)
    assert planned.is_set()
    assert sorted(set(neighbour.given)) == ["enquiry_acknowledgement:1", "partner_enquiry:1"]


def test_a_lane_that_breaks_pauses_and_goes_on(clock: Clock) -> None:
    stop = threading.Event()
    tried: list[int] = []

    def context() -> object:
        tried.append(1)
        if len(tried) == 2:
            stop.set()
        raise RuntimeError("no database")

    outbox.run_lane(Lane.MAIL, {}, clock, context, stop)  # type: ignore[arg-type]
    assert len(tried) == 2


@pytest.mark.usefixtures("one")
def test_what_never_comes_to_an_end_is_given_up_without_another_try(clock: Clock) -> None:
    neighbour = _Neighbour()

    def end_can_not_be_written(*_: object) -> None:
        raise RuntimeError

    for _ in range(outbox.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            outbox.work_once(Lane.MAIL, neighbour.handlers(sent=end_can_not_be_written), clock)
        clock.advance(outbox.LEASE)
    assert outbox.work_once(Lane.MAIL, neighbour.handlers(), clock).worked
    assert len(neighbour.given) == outbox.MOST_ATTEMPTS
    (message,) = _messages()
    assert (message.state, message.uncertain) == (State.FAILED, True)
