"""Accounts deleted, and people removed, while they are busy: kept whole or gone whole, and nobody waits for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.delivery import Kind, State
from portal.domain.equality import Answer
from portal.domain.errors import NotFound
from portal.domain.roles import Role
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.outbox import OutboxMessage
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.models.staff import Staff
from portal.records import unused_accounts as unused
from portal.services import (
    account_passwords,
    accounts,
    contacts,
    equality,
    staff,
    support,
    unused_accounts,
)
from tests.factories import PASSWORD
from tests.together import (
    ELSEWHERE,
    ROUNDS,
    VISIT,
    MakeOwner,
    count_rows,
    counted,
    in_turn,
    on_postgresql,
    together,
)

pytestmark = pytest.mark.usefixtures("catalogue", "context")
NEW = "new@odowd.example"
OLD_HASH, NEW_HASH = "the hash of now", "another hash"


def _make_old(email: str, clock: Clock) -> None:
    """Let the account lie unused so long that it may go: the letter was taken long ago."""
    with writing() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        account.last_used_at = clock.now(session) - dt.timedelta(days=900)
        session.flush()
        (warning,) = unused.warn(session, clock.now(session) - dt.timedelta(days=800), clock.now(session), 9)
        unused.handed_over(session, warning.id, clock.now(session) - dt.timedelta(days=40))


def test_what_is_saved_while_the_account_is_deleted_is_kept_with_it_or_gone_with_it(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    retention = app.extensions["portal.retention"]
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        equality.begin(owner, clock, vault)
        _make_old(owner.email, clock)
        ends = together(
            app,
            retention.purge_all,
            lambda owner=owner: support.save(owner, "Print", "Yes", prefers_not=False, clock=clock, vault=vault),  # type: ignore[misc]
            lambda owner=owner: equality.answer(owner, "sex", Answer("female"), clock, vault),  # type: ignore[misc]
        )
        kinds = counted(ends)
        assert not isinstance(ends[0], Exception)
        assert set(kinds) <= {"done", "NotFound"}
        retention.purge_all()
        assert [count_rows(name) for name in ("account", "support_need", "equality_subject")] == [0, 0, 0]


def test_whoever_comes_back_at_the_last_moment_is_kept_or_told(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    retention = app.extensions["portal.retention"]
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        _make_old(owner.email, clock)
        with reading() as session:
            account = session.scalars(select(Account).where(Account.email == owner.email)).one()
        said = (account.reference, account.versions, account.last_used_at)
        ends = together(
            app,
            retention.purge_all,
            lambda said=said: unused_accounts.keep(*said, VISIT, clock),  # type: ignore[misc]
            lambda email=owner.email: accounts.sign_in(email, PASSWORD, ELSEWHERE, clock, vault),  # type: ignore[misc]
        )
        assert not isinstance(ends[0], Exception)
        assert isinstance(ends[2], accounts.SignIn)
        is_there = accounts.find_person(owner.account_id, owner.epoch) is not None
        if ends[1] is None or ends[2].person:
            assert is_there
        else:
            assert isinstance(ends[1], NotFound)


@on_postgresql
def test_whoever_tries_to_get_in_while_the_account_goes_is_told_as_if_it_had_never_been(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    owner = make_owner()
    acts = (
        lambda: accounts.sign_in(owner.email, PASSWORD, VISIT, clock, vault),
        lambda: account_passwords.ask(owner.email, VISIT, clock, vault, may_write=True),
        lambda: contacts.ask_link(owner.email, VISIT, clock, vault, may_write=True),
    )
    ends = in_turn(app, acts, "DELETE FROM account WHERE reference = :reference", reference=owner.reference)
    assert ends == [accounts.SignIn(), None, None]
    with reading() as session:
        assert set(session.scalars(select(SecurityEvent.account_id))) == {None}


@on_postgresql
def test_nobody_is_deleted_who_signed_in_while_the_purge_waited(
    app: Flask, make_owner: MakeOwner, clock: Clock
) -> None:
    owner = make_owner()
    _make_old(owner.email, clock)
    signed_in = "UPDATE account SET last_used_at = now() WHERE reference = :reference"
    ends = in_turn(app, (app.extensions["portal.retention"].purge_all,), signed_in, reference=owner.reference)
    assert counted(ends) == {"done": 1}
    assert count_rows("account") == 1


def test_who_is_removed_from_the_staff_is_out_whatever_they_do_meanwhile(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    boss = make_owner("boss@people.example")
    staff.invite(boss.email, [Role.MANAGER], VISIT, clock)
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        staff.invite(owner.email, [Role.MANAGER], VISIT, clock)
        ends = together(
            app,
            lambda owner=owner: staff.remove(owner.reference, VISIT, clock, boss),  # type: ignore[misc]
            lambda owner=owner: staff.undertake(owner, VISIT, clock),  # type: ignore[misc]
            lambda owner=owner: account_passwords.change(owner, PASSWORD, NEW_HASH, VISIT, clock, vault),  # type: ignore[misc]
            lambda owner=owner: accounts.sign_out_everywhere(owner, VISIT, clock),  # type: ignore[misc]
        )
        assert set(counted(ends)) <= {"done", "NotFound"}
        assert ends[0] is ends[3] is None
        with reading() as session:
            member = session.scalars(select(Staff).where(Staff.account_id == owner.account_id)).one()
            assert member.removed_at
        assert accounts.find_person(owner.account_id, owner.epoch) is None


@on_postgresql
@pytest.mark.parametrize("hat", ["staff", "contact"])
def test_the_undertaking_and_the_removal_wait_for_each_other_in_one_order(
    app: Flask, make_owner: MakeOwner, clock: Clock, hat: str
) -> None:
    boss, owner = make_owner("boss@people.example"), make_owner()
    staff.invite(boss.email, [Role.MANAGER], VISIT, clock)
    if hat == "staff":
        staff.invite(owner.email, [Role.FINANCE], VISIT, clock)
        acts = (lambda: staff.undertake(owner, VISIT, clock), lambda: staff.remove(owner.reference, VISIT, clock, boss))
    else:
        contacts.invite("partner:LIN", "Aoife", owner.email, VISIT, clock, boss)
        acts = (
            lambda: contacts.undertake(owner, VISIT, clock),
            lambda: contacts.remove(owner.reference, "partner:LIN", VISIT, clock, boss),
        )
    held = f"SELECT 1 FROM {hat} WHERE account_id = :account_id FOR UPDATE"
    assert counted(in_turn(app, acts, held, account_id=owner.account_id)) == {"done": 2}


def test_of_two_managers_who_remove_each_other_one_stays(app: Flask, make_owner: MakeOwner, clock: Clock) -> None:
    for number in range(ROUNDS):
        pair = [make_owner(f"{name}{number}@people.example") for name in ("one", "other")]
        for one in pair:
            staff.invite(one.email, [Role.MANAGER], VISIT, clock)
        with writing() as session:
            for member in session.scalars(select(Staff).where(Staff.account_id.not_in([p.account_id for p in pair]))):
                member.removed_at = clock.now(session)
        ends = together(
            app,
            lambda pair=pair: staff.remove(pair[0].reference, VISIT, clock, pair[1]),  # type: ignore[misc]
            lambda pair=pair: staff.remove(pair[1].reference, VISIT, clock, pair[0]),  # type: ignore[misc]
        )
        assert counted(ends) == {"done": 1, "Refusal": 1}


def test_two_workers_that_look_at_once_write_one_letter(app: Flask, make_owner: MakeOwner, clock: Clock) -> None:
    make_owner()
    clock.advance(dt.timedelta(days=710))
    handler = app.extensions["portal.handlers"][Kind.WARN_UNUSED]
    ends = together(app, *[lambda: handler.deliver(0, "", None)] * 3)
    assert counted(ends) == {"done": 1, "NotNeeded": 2}
    with reading() as session:
        letters = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.ACCOUNT_UNUSED)).all()
        assert [one.state for one in letters] == [State.QUEUED]
