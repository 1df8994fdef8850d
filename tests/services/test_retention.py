"""Enquiries are deleted when the notice says so, once, with all that hangs on them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.delivery import Kind, Lane, State
from portal.domain.registration import Errand
from portal.domain.retention import months_before
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.services import accounts, outbox, registration
from tests.factories import SOMEBODY, send

pytestmark = pytest.mark.usefixtures("catalogue", "context")


VISIT = Visit("192.0.2.1", "Firefox on Windows")


def _vault(app: Flask) -> Vault:
    vault = app.extensions["portal"].vault
    assert isinstance(vault, Vault)
    return vault


def _rows(table: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0


def test_an_enquiry_goes_with_its_routing_and_referral_after_24_months(app: Flask, clock: Clock) -> None:
    retention = app.extensions["portal.retention"]
    send(clock)
    clock.advance(dt.timedelta(days=729))
    assert dict(map(reversed, retention.purge_all()))["enquiries"] == 0
    send(clock, "young")
    clock.advance(dt.timedelta(days=3))
    assert (1, "enquiries") in retention.count_due()
    assert (1, "enquiries") in retention.purge_all()
    for table in ("enquiry", "enquiry_routing", "referral"):
        assert _rows(table) == 1


def test_the_worker_does_it_once_a_day(app: Flask, clock: Clock) -> None:
    retention, handlers = app.extensions["portal.retention"], app.extensions["portal.handlers"]
    send(clock)
    clock.advance(dt.timedelta(days=800))
    for _ in range(3):
        retention.plan()
    for _ in (*retention.purges, *retention.daily):
        assert outbox.work_once(Lane.TIME, handlers, clock).worked
    assert not outbox.work_once(Lane.TIME, handlers, clock).worked
    assert _rows("enquiry") == 0
    clock.advance(dt.timedelta(days=1))
    retention.plan()
    for _ in (*retention.purges, *retention.daily):
        assert outbox.work_once(Lane.TIME, handlers, clock).worked
    with reading() as session:
        done = session.execute(
            select(OutboxMessage.state).where(OutboxMessage.kind == Kind.PURGE_ENQUIRIES).order_by(OutboxMessage.id)
        )
        assert [row.state for row in done] == [State.SENT, State.CANCELLED]


@pytest.mark.promise("OTT-26")
def test_each_thing_goes_after_its_own_time_and_not_before(app: Flask, clock: Clock) -> None:
    retention = app.extensions["portal.retention"]
    registration.register(SOMEBODY, Errand(), clock, may_write=True)
    accounts.sign_in(SOMEBODY.email, "wrong", VISIT, clock, _vault(app))

    def left() -> dict[str, int]:
        retention.purge_all()
        return {table: _rows(table) for table in ("registration", "security_event")}

    clock.advance(dt.timedelta(days=7, seconds=-60))
    assert left() == {"registration": 1, "security_event": 1}
    clock.advance(dt.timedelta(seconds=120))
    assert left() == {"registration": 0, "security_event": 1}
    clock.advance(dt.timedelta(days=53, seconds=-120))
    assert left()["security_event"] == 1
    clock.advance(dt.timedelta(seconds=240))
    assert left()["security_event"] == 0


def test_registrations_are_looked_at_every_hour_and_the_rest_once_a_day(app: Flask, clock: Clock) -> None:
    retention = app.extensions["portal.retention"]
    for _ in range(48):
        retention.plan()
        clock.advance(dt.timedelta(hours=1))
    with reading() as session:
        planned = Counter(session.scalars(select(OutboxMessage.kind)))
    assert planned[Kind.PURGE_REGISTRATIONS] == 48
    assert planned[Kind.PURGE_SECURITY_LOG] in (2, 3)


def test_months_are_calendar_months() -> None:
    day = dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)
    assert months_before(day, 12) == dt.datetime(2027, 2, 28, 12, tzinfo=dt.UTC)
    assert months_before(day, 24) == dt.datetime(2026, 2, 28, 12, tzinfo=dt.UTC)
    assert months_before(day, 2) == dt.datetime(2027, 12, 29, 12, tzinfo=dt.UTC)


def test_notes_that_timed_work_was_done_go_and_what_was_given_up_stays(app: Flask, clock: Clock) -> None:
    retention, handlers = app.extensions["portal.retention"], app.extensions["portal.handlers"]
    retention.plan()
    while outbox.work_once(Lane.TIME, handlers, clock).worked:
        pass
    with writing() as session:
        failed = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.PURGE_ENQUIRIES)).one()
        failed.state = State.FAILED
    done = _rows("outbox_message") - 1
    what = "notes that timed work was done"
    clock.advance(dt.timedelta(days=99))
    assert (0, what) in retention.purge_all()
    clock.advance(dt.timedelta(days=2))
    assert (done, what) in retention.count_due()
    assert (done, what) in retention.purge_all()
    assert _rows("outbox_message") == 1
