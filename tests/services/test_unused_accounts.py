"""An account that nobody uses: one letter, thirty days, and then it goes; never sooner, never without the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.delivery import Kind, Lane, State
from portal.domain.roles import Role
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.domain.working_days import full_day
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.account_warning import AccountWarning
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records.accounts import Person
from portal.sandbox.mailbox import Mailbox
from portal.services import accounts, contacts, deliveries, outbox, staff, trainees
from tests.factories import PASSWORD, SOMEBODY, Deliver
from tests.together import MakeOwner

pytestmark = pytest.mark.usefixtures("catalogue", "context", "mailbox")
VISIT = Visit("192.0.2.1", "Firefox on Windows")
Days = Callable[[float], None]
SUBJECT = "Do you want to keep your account at Meridian?"


@pytest.fixture
def night(app: Flask, clock: Clock) -> Callable[[], None]:
    """What the worker's lane of timed work does in a day."""
    retention, handlers = app.extensions["portal.retention"], app.extensions["portal.handlers"]

    def work() -> None:
        retention.plan()
        while outbox.work_once(Lane.TIME, handlers, clock).worked:
            pass

    return work


@pytest.fixture
def days(clock: Clock, night: Callable[[], None], deliver: Deliver) -> Days:
    """Let days go by in which the worker runs, the last of them worked to its end."""

    def pass_(count: float) -> None:
        clock.advance(dt.timedelta(days=count))
        night()
        deliver()

    return pass_


def _accounts() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def _letters(mailbox: Mailbox) -> int:
    return sum(mail["subject"] == SUBJECT for mail in mailbox.list_mails())


def _sign_in(clock: Clock, vault: Vault, email: str = SOMEBODY.email) -> None:
    assert accounts.sign_in(email, PASSWORD, VISIT, clock, vault).person


def test_one_letter_comes_30_days_before_and_the_account_goes_when_its_time_is_over(
    make_owner: MakeOwner, days: Days, mailbox: Mailbox
) -> None:
    make_owner()
    days(699)
    assert _letters(mailbox) == 0
    days(3)
    assert _letters(mailbox) == 1
    for _ in range(28):
        days(1)
    assert (_accounts(), _letters(mailbox)) == (1, 1)
    days(2)
    assert (_accounts(), _letters(mailbox)) == (0, 1)


def test_the_letter_names_the_last_use_and_the_day_of_the_end(
    make_owner: MakeOwner, days: Days, mailbox: Mailbox
) -> None:
    make_owner()
    with reading() as session:
        used_at = session.scalars(select(Account.last_used_at)).one()
    days(705)
    with reading() as session:
        named = session.scalars(select(AccountWarning.handed_over_at)).one() + dt.timedelta(days=30)
    mail = mailbox.list_mails()[-1]
    for part in (mail["text"], mail["html"]):
        for words in (full_day(used_at), full_day(named), "/keep-account/", "Aoife O’Dowd"):
            assert words in part
    assert mail["to"] == [SOMEBODY.email]


def test_who_signs_in_is_kept_and_written_to_again_only_when_it_lies_unused_again(
    make_owner: MakeOwner, clock: Clock, vault: Vault, days: Days, mailbox: Mailbox
) -> None:
    make_owner()
    days(705)
    _sign_in(clock, vault)
    days(40)
    days(500)
    assert (_accounts(), _letters(mailbox)) == (1, 1)
    with reading() as session:
        assert session.scalars(select(AccountWarning)).all() == []
    days(180)
    assert (_accounts(), _letters(mailbox)) == (1, 2)
    days(31)
    assert _accounts() == 0


def test_years_without_a_worker_do_not_let_the_purge_outrun_the_letter(
    make_owner: MakeOwner, clock: Clock, night: Callable[[], None], deliver: Deliver, mailbox: Mailbox
) -> None:
    make_owner()
    clock.advance(dt.timedelta(days=2000))
    night()
    assert _accounts() == 1
    clock.advance(dt.timedelta(days=100))  # the letter is written, and no worker delivers it
    night()
    assert (_accounts(), _letters(mailbox)) == (1, 0)
    deliver()
    assert _letters(mailbox) == 1
    clock.advance(dt.timedelta(days=29, hours=23))
    night()
    assert _accounts() == 1
    clock.advance(dt.timedelta(days=1, hours=2))
    night()
    assert _accounts() == 0


def test_a_letter_that_is_given_up_gives_60_days_and_sending_it_again_begins_30_of_its_own(
    make_owner: MakeOwner, clock: Clock, days: Days
) -> None:
    make_owner("bounce@people.example")
    days(705)
    with reading() as session:
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.ACCOUNT_UNUSED)).one()
        assert message.state == State.FAILED
    days(31)
    assert _accounts() == 1
    deliveries.send_again(message.id, clock)
    days(28)
    deliveries.set_aside(message.id, clock)
    assert _accounts() == 1
    days(2)
    assert _accounts() == 0


def test_a_letter_that_arrives_at_the_second_round_gives_30_days_from_then(
    make_owner: MakeOwner, clock: Clock, days: Days, mailbox: Mailbox
) -> None:
    make_owner("bounce@people.example")
    days(705)
    with reading() as session:
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.ACCOUNT_UNUSED)).one()
    with writing() as session:
        session.scalars(select(Account)).one().email = "aoife@people.example"  # staff found out the right one
    clock.advance(dt.timedelta(days=58))
    deliveries.send_again(message.id, clock)
    days(0)
    assert _letters(mailbox) == 1
    days(29)
    assert _accounts() == 1
    days(2)
    assert _accounts() == 0


def test_a_suspended_account_gets_no_letter_and_goes_when_its_time_is_over(
    make_owner: MakeOwner, clock: Clock, days: Days, mailbox: Mailbox
) -> None:
    owner, boss = make_owner(), make_owner("boss@people.example")
    trainees.suspend(owner.reference, VISIT, clock, boss)
    days(705)
    assert [mail["to"] for mail in mailbox.list_mails()] == [["boss@people.example"]]
    days(26)
    assert _accounts() == 1


@pytest.mark.parametrize("meanwhile", [0, 5])
@pytest.mark.one_database("postgresql")
def test_one_that_opens_again_is_written_to_before_it_goes(
    make_owner: MakeOwner,
    clock: Clock,
    night: Callable[[], None],
    deliver: Deliver,
    days: Days,
    mailbox: Mailbox,
    meanwhile: int,
) -> None:
    owner, boss = make_owner(), make_owner("boss@people.example")
    clock.advance(dt.timedelta(days=705))
    night()
    trainees.suspend(owner.reference, VISIT, clock, boss)
    deliver()
    assert [mail["to"] for mail in mailbox.list_mails()] == [["boss@people.example"]]
    if meanwhile:
        days(meanwhile)
    trainees.resume(owner.reference, VISIT, clock, boss)
    days(24)
    assert _letters(mailbox) == 2
    days(29)
    with reading() as session:
        assert session.scalars(select(Account.reference)).all() == [owner.reference]
    days(2)
    assert _accounts() == 0


@pytest.mark.parametrize("hat", ["staff", "partner:LIN", "sponsor:ACME"])
@pytest.mark.one_database("postgresql")
def test_staff_and_contacts_who_do_not_learn_here_get_no_letter(
    make_owner: MakeOwner, clock: Clock, days: Days, mailbox: Mailbox, hat: str
) -> None:
    boss = make_owner("boss@people.example")
    _invite(hat, clock, boss)
    days(705)
    assert [mail["to"] for mail in mailbox.list_mails() if mail["subject"] == SUBJECT] == [["boss@people.example"]]
    days(26)
    assert _accounts() == 1


@pytest.mark.parametrize("hat", ["staff", "partner:LIN", "sponsor:ACME"])
@pytest.mark.one_database("sqlite")
def test_a_trainee_gets_the_letter_whatever_else_they_are(
    make_owner: MakeOwner, clock: Clock, days: Days, mailbox: Mailbox, hat: str
) -> None:
    owner = make_owner()
    _invite(hat, clock, owner)
    days(705)
    assert _letters(mailbox) == 1
    days(26)
    assert _accounts() == 1
    days(5)
    assert _accounts() == 0


def _invite(hat: str, clock: Clock, by: Person) -> None:
    if hat == "staff":
        staff.invite(SOMEBODY.email, [Role.FINANCE], VISIT, clock)
    else:
        contacts.invite(hat, "Aoife", SOMEBODY.email, VISIT, clock, by)


@pytest.mark.parametrize("hat", ["staff", "partner:LIN"])
@pytest.mark.one_database("sqlite")
def test_an_invitation_is_not_deleted_with_the_old_account_that_it_went_to(
    make_owner: MakeOwner, clock: Clock, vault: Vault, days: Days, hat: str
) -> None:
    boss = make_owner("boss@people.example")
    make_owner()
    days(705)
    days(29)
    _sign_in(clock, vault, "boss@people.example")
    _invite(hat, clock, boss)
    days(20)
    assert _accounts() == 2


def test_who_worked_here_once_and_learns_here_still_gets_it(
    make_owner: MakeOwner, clock: Clock, days: Days, mailbox: Mailbox
) -> None:
    boss = make_owner("boss@people.example")
    owner = make_owner()
    for email in (SOMEBODY.email, "boss@people.example"):
        staff.invite(email, [Role.MANAGER], VISIT, clock)
    staff.remove(owner.reference, VISIT, clock, boss)
    days(705)
    assert [SOMEBODY.email] in [mail["to"] for mail in mailbox.list_mails() if mail["subject"] == SUBJECT]


def test_many_are_written_to_and_each_once(
    make_owner: MakeOwner, days: Days, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.unused_accounts.BATCH", 2)
    monkeypatch.setattr("portal.services.retention.BATCH", 2)
    for number in range(5):
        make_owner(f"owner{number}@people.example")
    days(705)
    days(1)
    assert sorted(mail["to"][0] for mail in mailbox.list_mails()) == [f"owner{n}@people.example" for n in range(5)]
    days(30)
    assert _accounts() == 0
