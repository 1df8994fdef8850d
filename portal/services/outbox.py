"""The worker: claims a message, delivers it, writes down how it ended. Lanes are worked apart."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, State, retry_delay
from portal.domain.errors import DeliveryError, GiveUp, LaneDown, NotNeeded, TryAgain
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.outbox import OutboxMessage
from portal.models.session import writing
from portal.records import outbox
from portal.records.outbox import Handler

log = logging.getLogger("portal.outbox")

BOUND_SECONDS = 20.0
LEASE = dt.timedelta(seconds=30)
POLL_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0
MOST_ATTEMPTS = 30  # far more than are planned: so many means that the worker dies of it, or can't write the end down
LANE_DOWN_DELAY = dt.timedelta(seconds=2)


@dataclass(frozen=True)
class Ended:
    """How one turn of a lane ended: was there a message, and must the lane pause?"""

    worked: bool
    lane_down: bool = False


def work_once(lane: str, handlers: Mapping[Kind, Handler], clock: Clock, bound: float = BOUND_SECONDS) -> Ended:
    """Deliver the next due message of the lane, if there is one.

    The claim is committed before acting, and the end is written only while the lease is still held, so a message
    whose worker was killed is taken up by another when its lease ends.
    """
    with writing() as session:
        message = outbox.claim(session, lane, clock.now(session), LEASE)
    if message is None:
        return Ended(worked=False)
    handler = handlers[message.kind]
    error = _deliver(handler, message, bound) if message.attempts <= MOST_ATTEMPTS else GiveUp("No try came to an end.")
    with writing() as session:
        _write_down(session, handler, message, error, clock.now(session))
    return Ended(worked=True, lane_down=isinstance(error, LaneDown))


def _deliver(handler: Handler, message: OutboxMessage, bound: float) -> DeliveryError | None:
    try:
        with Deadline(bound) as deadline:
            handler.deliver(message.record_id, message.key, deadline)
    except DeliveryError as error:
        return error
    except Exception as error:
        log.exception("handler_failed", extra={"kind": message.kind, "message_id": message.id})
        return TryAgain(f"{type(error).__name__} in the handler", uncertain=True)
    return None


def _write_down(
    session: Session, handler: Handler, message: OutboxMessage, error: DeliveryError | None, now: dt.datetime
) -> None:
    changes = _changes(message, error, now)
    changes["uncertain"] = message.uncertain or (error is not None and error.uncertain)
    if not outbox.finish(session, message.id, message.lease_token or "", **changes):
        return
    if error is not None and changes["state"] in (State.FAILED, State.RETRYING):
        log.warning(f"delivery_{changes['state']}", extra={"kind": message.kind, "message_id": message.id})
    if changes["state"] == State.SENT:
        handler.sent(session, message.record_id, now)
    elif changes["state"] == State.FAILED and handler.failed(session, message.record_id, now):
        outbox.reopen(session, message.id, now)


def _changes(message: OutboxMessage, error: DeliveryError | None, now: dt.datetime) -> dict[str, object]:
    if error is None:
        return {"state": State.SENT, "finished_at": now, "last_error": ""}
    if isinstance(error, NotNeeded):
        return {"state": State.CANCELLED, "finished_at": now}
    if isinstance(error, LaneDown):
        return {
            "state": State.RETRYING,
            "attempts": message.attempts - 1,
            "due_at": now + LANE_DOWN_DELAY,
            "last_error": str(error),
        }
    delay = None if isinstance(error, GiveUp) else retry_delay(message.attempts)
    if delay is None:
        return {"state": State.FAILED, "finished_at": now, "last_error": str(error)}
    return {"state": State.RETRYING, "due_at": now + delay, "last_error": str(error)}


def run_lane(
    lane: str,
    handlers: Mapping[Kind, Handler],
    clock: Clock,
    context: Callable[[], AbstractContextManager[object]],
    stop: threading.Event,
    plan: Callable[[], None] | None = None,
) -> None:
    """Work a lane until `stop` is set, looking four times a second; a lane whose neighbour is down pauses alone.

    `plan` writes the timed work of a lane before each look.
    """
    pause = POLL_SECONDS
    while not stop.is_set():
        try:
            with context():
                if plan:
                    plan()
                ended = work_once(lane, handlers, clock)
        except Exception:
            log.exception("lane_failed", extra={"lane": lane})
            ended = Ended(worked=False, lane_down=True)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS) if ended.lane_down else POLL_SECONDS
        if ended.lane_down or not ended.worked:
            stop.wait(pause)
