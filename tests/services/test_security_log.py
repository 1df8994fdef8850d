"""The security log's use cases: alerts are raised once, told once and closed by somebody who saw them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.errors import Refusal
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import accounts as account_records
from portal.records import alerts
from portal.records import security_log as log
from portal.records.accounts import Person
from portal.sandbox.mailbox import Mailbox
from portal.services import accounts, security_log
from portal.services.security_log import Wanted
from tests.factories import Deliver
from tests.people import add_trainees

pytestmark = pytest.mark.usefixtures("catalogue", "context")
VISIT = Visit("192.0.2.1", "Firefox on Windows")


@pytest.fixture
def vault(app: Flask) -> Vault:
    found = app.extensions["portal"].vault
    assert isinstance(found, Vault)
    return found


def _person(reference: str) -> Person:
    with reading() as session:
        account = account_records.get_by_reference(session, reference)
        found = account_records.find_person(session, account.id, account.session_epoch)
    assert found
    return found


def _count(kind: Happened) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(SecurityEvent.kind == kind)) or 0


@pytest.fixture
def close(clock: Clock, vault: Vault) -> Callable[..., None]:
    """Close the accounts of some addresses by wrong passwords, each from a network of its own."""
    tried: list[str] = []

    def closing(*addresses: str) -> None:
        for address in addresses:
            tried.append(address)
            for _ in range(10):
                accounts.sign_in(address, "wrong", Visit(f"192.0.2.{len(tried)}", "curl"), clock, vault)

    return closing


def _addresses(clock: Clock, count: int) -> list[str]:
    references = add_trainees(clock, *(f"Person {number:02}" for number in range(count)))
    with reading() as session:
        found = select(Account.email).where(Account.reference.in_(references)).order_by(Account.id)
        return list(session.scalars(found))


@pytest.mark.one_database("postgresql")
def test_the_fifth_account_closed_within_an_hour_raises_one_alert_and_one_letter(
    clock: Clock, close: Callable[..., None], mailbox: Mailbox, deliver: Deliver
) -> None:
    addresses = _addresses(clock, 7)
    close(*addresses[:4], "nobody@people.example")
    assert _count(Happened.LOCKED) == 5
    assert _count(Happened.MANY_LOCKED) == 0
    close(addresses[4])
    assert _count(Happened.MANY_LOCKED) == 1
    close(*addresses[5:])
    assert _count(Happened.MANY_LOCKED) == 1
    deliver()
    letters = [mail for mail in mailbox.list_mails() if mail["to"] == ["enquiries@meridian.example"]]
    assert [mail["subject"] for mail in letters] == ["Look today: many accounts were closed by wrong passwords"]
    assert "5 accounts within an hour" in letters[0]["text"]
    assert "/admin/security?kind=locked&from=" in letters[0]["text"]
    assert "@people.example" not in letters[0]["text"]


def test_accounts_closed_over_a_day_are_no_alert_and_an_hour_later_there_may_be_another(clock: Clock) -> None:
    references = add_trainees(clock, *(f"Person {number:02}" for number in range(5)))

    def lock(reference: str) -> None:
        account_id = _person(reference).account_id
        with writing() as session:
            now = clock.now(session)
            log.add(session, Happened.LOCKED, VISIT, now, account_id=account_id)
            alerts.after_lock(session, VISIT, now)

    for reference in references:
        lock(reference)
        clock.advance(dt.timedelta(minutes=20))
    lock(references[0])
    lock(references[0])
    assert _count(Happened.MANY_LOCKED) == 0
    for _ in range(2):
        clock.advance(dt.timedelta(hours=2))
        for reference in references:
            lock(reference)
    assert _count(Happened.MANY_LOCKED) == 2


def _export(by: Person, rows: int, clock: Clock) -> None:
    with writing() as session:
        alerts.export(session, by.account_id, "Trainees", rows, VISIT, clock.now(session))


@pytest.mark.parametrize(("exports", "said"), [((499, 1), ""), ((500,), "500 rows at once"), ((1, 1, 1), "3 lists")])
def test_much_or_often_exported_raises_an_alert(
    clock: Clock, mailbox: Mailbox, deliver: Deliver, exports: tuple[int, ...], said: str
) -> None:
    (reference,) = add_trainees(clock, "Ruth Bello")
    for rows in exports:
        _export(_person(reference), rows, clock)
    assert _count(Happened.EXPORTED) == len(exports)
    assert _count(Happened.MASS_EXPORT) == bool(said)
    deliver()
    letters = mailbox.list_mails()
    assert len(letters) == bool(said)
    if said:
        assert said in letters[0]["text"]
        assert reference in letters[0]["text"]
        assert "Ruth" not in letters[0]["text"]


def test_each_who_exports_much_is_an_alert_and_the_letter_is_sent_once_an_hour(
    clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    for reference in add_trainees(clock, "Ruth Bello", "Imran Aziz"):
        _export(_person(reference), 600, clock)
        _export(_person(reference), 600, clock)
    assert _count(Happened.MASS_EXPORT) == 2
    deliver()
    assert len(mailbox.list_mails()) == 1
    clock.advance(dt.timedelta(minutes=61))
    _export(_person(reference), 600, clock)
    deliver()
    assert len(mailbox.list_mails()) == 2


def test_three_exports_over_hours_or_by_three_people_are_none(clock: Clock) -> None:
    references = add_trainees(clock, "Ruth Bello", "Imran Aziz", "Jo Marlow")
    for reference in references:
        _export(_person(reference), 10, clock)
    for _ in range(4):
        clock.advance(dt.timedelta(minutes=31))
        _export(_person(references[0]), 10, clock)
    assert _count(Happened.MASS_EXPORT) == 0


def test_alerts_are_closed_only_by_somebody_who_saw_the_newest(clock: Clock) -> None:
    one, other = (_person(reference) for reference in add_trainees(clock, "Ruth Bello", "Imran Aziz"))
    _export(one, 600, clock)
    seen = security_log.look(Wanted(), clock, one, page=1)
    assert [alert.full_name for alert in seen.alerts] == ["Ruth Bello"]
    assert seen.newest
    clock.advance(dt.timedelta(seconds=5))
    _export(other, 600, clock)
    with pytest.raises(Refusal, match="Another alert"):
        security_log.close_alerts(seen.newest.isoformat(), VISIT, clock, one)
    assert _count(Happened.ALERTS_SEEN) == 0
    seen = security_log.look(Wanted(), clock, one, page=1)
    assert [alert.full_name for alert in seen.alerts] == ["Ruth Bello", "Imran Aziz"]
    for _ in range(2):
        security_log.close_alerts(seen.newest.isoformat() if seen.newest else "", VISIT, clock, one)
    assert security_log.look(Wanted(), clock, one, page=1).alerts == []
    assert _count(Happened.ALERTS_SEEN) == 1


def test_a_network_that_tries_doors_is_noted_once_a_minute(clock: Clock) -> None:
    for _ in range(5):
        security_log.note_suspicion("WordPress", VISIT, clock)
        security_log.note_suspicion("a settings file", VISIT, clock)
    security_log.note_suspicion("WordPress", Visit("192.0.2.2", ""), clock)
    assert _count(Happened.SUSPICIOUS_ADDRESS) == 2
    clock.advance(dt.timedelta(seconds=61))
    security_log.note_suspicion("WordPress", VISIT, clock)
    assert _count(Happened.SUSPICIOUS_ADDRESS) == 3


def test_the_letter_of_an_entry_that_is_deleted_is_not_sent(clock: Clock, mailbox: Mailbox, deliver: Deliver) -> None:
    (reference,) = add_trainees(clock, "Ruth Bello")
    _export(_person(reference), 600, clock)
    with writing() as session:
        for entry in session.scalars(select(SecurityEvent)):
            session.delete(entry)
    assert deliver() == 1
    assert mailbox.list_mails() == []
