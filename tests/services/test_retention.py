"""Enquiries are deleted when the notice says so, once, with all that hangs on them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.delivery import Kind, Lane, State
from portal.domain.retention import months_before
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from portal.services import outbox
from tests.factories import send

pytestmark = pytest.mark.usefixtures("catalogue", "context")


def _rows(table: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0


def test_an_enquiry_goes_with_its_routing_and_referral_after_24_months(app: Flask, clock: Clock) -> None:
    retention = app.extensions["portal.retention"]
    send(clock)
    clock.advance(dt.timedelta(days=729))
    assert retention.purge() == 0
    send(clock, "young")
    clock.advance(dt.timedelta(days=3))
    assert retention.count_due() == 1
    assert retention.purge() == 1
    for table in ("enquiry", "enquiry_routing", "referral"):
        assert _rows(table) == 1


def test_the_worker_does_it_once_a_day(app: Flask, clock: Clock) -> None:
    retention, handlers = app.extensions["portal.retention"], app.extensions["portal.handlers"]
    send(clock)
    clock.advance(dt.timedelta(days=800))
    for _ in range(3):
        retention.plan()
    assert outbox.work_once(Lane.TIME, handlers, clock).worked
    assert not outbox.work_once(Lane.TIME, handlers, clock).worked
    assert _rows("enquiry") == 0
    clock.advance(dt.timedelta(days=1))
    retention.plan()
    assert outbox.work_once(Lane.TIME, handlers, clock).worked
    with reading() as session:
        done = session.execute(
            select(OutboxMessage.state).where(OutboxMessage.kind == Kind.PURGE_ENQUIRIES).order_by(OutboxMessage.id)
        )
        assert [row.state for row in done] == [State.SENT, State.CANCELLED]


def test_months_are_calendar_months() -> None:
    day = dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC)
    assert months_before(day, 12) == dt.datetime(2027, 2, 28, 12, tzinfo=dt.UTC)
    assert months_before(day, 24) == dt.datetime(2026, 2, 28, 12, tzinfo=dt.UTC)
    assert months_before(day, 2) == dt.datetime(2027, 12, 29, 12, tzinfo=dt.UTC)
