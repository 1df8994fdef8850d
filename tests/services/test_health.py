"""What staff should look at: what was given up and why, what waits too long, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal.domain.delivery import State
from portal.gateways.clock import Clock
from portal.models.outbox import OutboxMessage
from portal.models.partner import Partner
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from portal.services import health
from tests.factories import send

Deliver = Callable[[], int]


@pytest.mark.usefixtures("context")
def test_an_empty_portal_says_what_it_needs(clock: Clock) -> None:
    assert health.worries(clock) == [
        "There are no courses: portal import courses FILE adds them.",
        "There are no routing rules, so every enquiry goes to our own team.",
    ]


@pytest.mark.usefixtures("catalogue", "context")
def test_what_was_given_up_is_counted_by_kind_with_the_last_reason(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    quiet = health.worries(clock)
    for number in range(2):
        send(clock, str(number), region="north-west")
    deliver()
    assert health.worries(clock) == [
        *quiet,
        "2 deliveries are given up (partner_enquiry). The last reason: "
        "The mail server answered 550 5.1.1 No such mailbox",
    ]


@pytest.mark.usefixtures("catalogue", "context")
def test_what_waits_for_more_than_an_hour_is_counted(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    quiet = health.worries(clock)
    send(clock)
    assert health.worries(clock) == quiet
    clock.advance(dt.timedelta(minutes=61))
    assert health.worries(clock) == [
        *quiet,
        "2 deliveries are waiting for more than an hour. Is portal worker running, and the mail server there?",
    ]
    deliver()
    assert health.worries(clock) == quiet


@pytest.mark.usefixtures("catalogue", "context")
def test_what_is_tried_again_later_is_no_worry(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    with writing() as session:
        session.execute(update(Partner).values(email="later@lindum.example"))
    quiet = health.worries(clock)
    send(clock)
    for _ in range(8):
        deliver()
        clock.advance(dt.timedelta(minutes=20))
    with reading() as session:
        (written, due) = session.execute(
            select(OutboxMessage.created_at, OutboxMessage.due_at).where(OutboxMessage.state == State.RETRYING)
        ).one()
    assert due - written > dt.timedelta(hours=1)
    assert health.worries(clock) == quiet


@pytest.mark.usefixtures("catalogue", "context")
def test_courses_that_bear_vat_without_a_vat_number_are_named(clock: Clock) -> None:
    quiet = health.worries(clock)
    (said,) = [one for one in health.worries(clock, has_vat_number=False) if one not in quiet]
    assert said.startswith("COMPANY_VAT_NUMBER is empty, and these courses bear VAT: ")
    assert "FIB-SPLICE" in said
