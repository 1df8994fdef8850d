"""Complaints as use cases: two at once, what waits for an open one, and how long a closed one is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.domain import complaint
from portal.domain.complaint import About, Answers, Outcome
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.account import Account
from portal.models.complaint import Complaint
from portal.models.session import reading, writing
from portal.records.accounts import Person
from portal.services import complaint_desk, complaints, own_complaint
from portal.services.complaints import Sending
from tests.factories import send
from tests.people import add_trainees
from tests.together import together

pytestmark = pytest.mark.usefixtures("catalogue", "context")

PRIYA = Answers(About.ORDER, "Priya Nair", "Priya@nairfibre.example", "Nobody was there.")


def _rows(table: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0


def _manager(clock: Clock) -> Person:
    """Somebody who manages, without the pages."""
    add_trainees(clock, "Ruth Bello")
    with reading() as session:
        account = session.scalars(select(Account).where(Account.full_name == "Ruth Bello")).one()
    return Person(account.id, 1, account.reference, account.full_name, account.email, roles=frozenset({Role.MANAGER}))


def _complain(clock: Clock, submission: str = "one", answers: Answers = PRIYA) -> Complaint:
    complaints.submit(answers, Sending(submission), clock, 28)
    kept = complaints.find_sent(submission, clock)
    assert kept is not None
    return kept


def _close(clock: Clock, kept: Complaint, person: Person) -> None:
    complaint_desk.close(kept.reference, Outcome.UPHELD, "You are right.", person, clock)


def test_the_same_sending_many_times_at_once_is_one_complaint(app: Flask, clock: Clock) -> None:
    ends = together(app, *[lambda: complaints.submit(PRIYA, Sending("one"), clock, 28)] * 6)
    assert ends == [None] * 6
    assert _rows("complaint") == 1
    assert _rows("outbox_message") == 2


def test_a_closed_complaint_goes_after_72_months_with_all_that_was_said_and_an_open_one_never(
    app: Flask, clock: Clock
) -> None:
    retention = app.extensions["portal.retention"]
    person = _manager(clock)
    closed = _complain(clock)
    own_complaint.add_words(closed.reference, 1, "One thing more", clock, 28)
    _close(clock, closed, person)
    _complain(clock, "two")
    clock.advance(dt.timedelta(days=6 * 365))
    assert (0, "complaints") in retention.purge_all()
    clock.advance(dt.timedelta(days=3))
    assert (1, "complaints") in retention.count_due()
    assert (1, "complaints") in retention.purge_all()
    assert (_rows("complaint"), _rows("complaint_entry")) == (1, 0)


@pytest.mark.promise("PRE-27")
def test_while_a_complaint_is_open_the_enquiries_and_the_account_of_the_address_are_not_deleted(
    app: Flask, clock: Clock
) -> None:
    retention, person = app.extensions["portal.retention"], _manager(clock)
    send(clock, "asked")
    send(clock, "of somebody else", email="tom@marlow.example")
    add_trainees(clock, "Priya Nair", "Tom Marlow")
    with writing() as session:
        priya = update(Account).where(Account.full_name == "Priya Nair")
        session.execute(priya.values(email="priya@nairfibre.example", email_key="priya@nairfibre.example"))
        session.execute(update(Account).where(Account.id != person.account_id).values(suspended_at=clock.now(session)))
    kept = _complain(clock)
    clock.advance(dt.timedelta(days=800))
    with writing() as session:
        session.execute(update(Account).where(Account.id == person.account_id).values(last_used_at=clock.now(session)))
    due = {what: count for count, what in retention.count_due()}
    assert (due["enquiries"], due["accounts that nobody uses"]) == (1, 1)
    retention.purge_all()
    assert (_rows("enquiry"), _rows("account")) == (1, 2), "Priya's are still there"
    _close(clock, kept, person)
    retention.purge_all()
    assert (_rows("enquiry"), _rows("account")) == (0, 1)


def test_whoever_leaves_leaves_the_complaint_to_nobody_and_their_name_beside_what_they_did(clock: Clock) -> None:
    person, kept = _manager(clock), _complain(clock)
    complaint_desk.reply(kept.reference, "We are looking into it.", person, clock)
    with writing() as session:
        session.delete(session.get(Account, person.account_id))
    shown = own_complaint.open_page(kept.reference, 1, clock)
    assert shown.journey.heading == "We have your complaint"
    assert [event.by for event in shown.events] == ["Ruth Bello", ""]


def test_the_days_are_those_of_the_settings(clock: Clock) -> None:
    complaints.submit(PRIYA, Sending("one"), clock, 10)
    kept = complaints.find_sent("one", clock)
    assert kept is not None
    assert kept.answer_by == complaint.due(kept.received_at, 10)
    assert kept.acknowledge_by == complaint.due(kept.received_at, 30)
