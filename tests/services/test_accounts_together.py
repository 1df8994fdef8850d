"""One account, or one address, changed from two sides at the same moment: nobody waits for ever, one outcome stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain import passwords
from portal.domain.errors import NotFound, WrongPassword
from portal.domain.invitation import Named
from portal.domain.roles import Role
from portal.domain.security import Happened, Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account, AddressChange, Registration
from portal.models.invitation import Invitation
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import (
    account_passwords,
    accounts,
    address_change,
    contacts,
    invitations,
    registration,
    staff,
    trainees,
)
from tests.factories import PASSWORD, SOMEBODY
from tests.together import (
    ELSEWHERE,
    HELD,
    ROUNDS,
    VISIT,
    MakeOwner,
    count_rows,
    counted,
    in_turn,
    on_postgresql,
    registered,
    together,
)

pytestmark = pytest.mark.usefixtures("catalogue", "context")
NEW = "new@odowd.example"
OLD_HASH, NEW_HASH = "the hash of now", "another hash"


def _moving(person: Person, email: str, clock: Clock, vault: Vault) -> str:
    """The key of a change of this account's address, which its old address has agreed to."""
    address_change.ask(person, email, PASSWORD, VISIT, clock, vault, may_write=False)
    with reading() as session:
        account_id = select(Account.id).where(Account.reference == person.reference).scalar_subquery()
        key = session.scalars(select(AddressChange.key).where(AddressChange.account_id == account_id)).one()
    address_change.agree(key, "old", VISIT, clock, vault)
    return key


def test_of_many_changes_of_one_password_at_once_one_is_made(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    owner = make_owner()

    def change() -> None:
        account_passwords.change(owner, PASSWORD, passwords.scramble("granite lantern walrus"), VISIT, clock, vault)

    ends = together(app, *[change] * 4)
    assert counted(ends) == {"done": 1, "WrongPassword": 3}
    with reading() as session:
        assert session.scalars(select(Account.password_version)).one() == 2


@on_postgresql
def test_whoever_waited_while_the_password_was_changed_does_not_get_in_with_the_old_one(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    owner, scrambled = make_owner(), passwords.scramble("granite lantern walrus")

    def change() -> object:
        return account_passwords.change(owner, PASSWORD, scrambled, VISIT, clock, vault)

    def ask() -> object:
        return address_change.ask(owner, NEW, PASSWORD, VISIT, clock, vault, may_write=False)

    tried = f"tries:{vault.mailbox(owner.email)}"
    changed, *others = in_turn(app, (change, change, ask), HELD, what=tried)
    assert isinstance(changed, Person)
    assert counted(others) == {"WrongPassword": 2}
    assert all(isinstance(other, WrongPassword) for other in others)
    assert count_rows("address_change") == 0


def test_tries_at_the_door_while_the_password_is_changed(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        email = owner.email

        def enter(password: str = PASSWORD, visit: Visit = ELSEWHERE, email: str = email) -> accounts.SignIn:
            return accounts.sign_in(email, password, visit, clock, vault)

        def change(owner: Person = owner) -> object:
            scrambled = passwords.scramble("granite lantern walrus")
            return account_passwords.change(owner, PASSWORD, scrambled, VISIT, clock, vault)

        wrong, right, changed, again = together(app, lambda enter=enter: enter("wrong"), enter, change, enter)  # type: ignore[misc]
        assert isinstance(changed, Person)
        assert isinstance(wrong, accounts.SignIn)
        assert wrong.person is None
        for end in (right, again):
            assert isinstance(end, accounts.SignIn)
            if end.person and end.person.epoch != changed.epoch:
                assert accounts.find_person(end.person.account_id, end.person.epoch) is None
        assert accounts.find_person(changed.account_id, changed.epoch)


def test_tries_after_an_address_has_changed_wait_for_each_other_in_order(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    """Proving a password under the old address and under the new one at once: each counts for its own."""
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        key = _moving(owner, f"new{number}@people.example", clock, vault)

        def prove(visit: Visit, owner: Person = owner) -> object:
            return address_change.ask(owner, "third@people.example", PASSWORD, visit, clock, vault, may_write=False)

        ends = together(
            app,
            lambda key=key: address_change.agree(key, "new", VISIT, clock, vault),  # type: ignore[misc]
            lambda prove=prove: prove(VISIT),  # type: ignore[misc]
            lambda prove=prove: prove(ELSEWHERE),  # type: ignore[misc]
        )
        assert counted(ends[1:]) == {"done": 2}
        assert ends[0] is True or isinstance(ends[0], NotFound)


def test_an_address_goes_to_who_changes_to_it_or_to_who_registers_it(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    for number in range(ROUNDS):
        email = f"wanted{number}@people.example"
        moving = _moving(make_owner(f"owner{number}@people.example"), email, clock, vault)
        waiting = registered(email, clock)
        ends = together(
            app,
            lambda key=moving: address_change.agree(key, "new", VISIT, clock, vault),  # type: ignore[misc]
            lambda key=waiting: registration.confirm(key, "scrambled", VISIT, clock, vault),  # type: ignore[misc]
        )
        assert counted(ends) == {"done": 1, "AlreadyThere": 1}
        with reading() as session:
            assert len(session.scalars(select(Account).where(Account.email == email)).all()) == 1


@on_postgresql
def test_capitals_in_an_own_address_while_the_same_address_is_invited(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    owner = make_owner()
    boss = make_owner("boss@people.example")
    key = _moving(owner, SOMEBODY.email.upper(), clock, vault)
    for invite in (
        lambda: staff.invite(SOMEBODY.email, [Role.FINANCE], VISIT, clock),
        lambda: contacts.invite("partner:LIN", "Aoife", SOMEBODY.email, VISIT, clock, boss),
    ):
        acts = (invite, lambda: address_change.agree(key, "new", VISIT, clock, vault))
        ends = in_turn(app, acts, HELD, what=SOMEBODY.email)
        assert counted(ends)["done"] >= 1
        assert set(counted(ends)) <= {"done", "NotFound"}
    assert (count_rows("staff"), count_rows("contact")) == (1, 1)


def test_an_address_that_is_invited_and_registered_gets_one_account(app: Flask, clock: Clock, vault: Vault) -> None:
    for number in range(ROUNDS):
        email = f"both{number}@people.example"
        invitations.invite(
            Named("Tom Bright", f"tom{number}@people.example"),
            [Named("Aoife O’Dowd", email)],
            clock,
            proved=True,
            errand="",
            may_write=lambda _: False,
        )
        with reading() as session:
            invited = session.scalars(select(Invitation.key).where(Invitation.email == email)).one()
        answers, first, second = replace(SOMEBODY, email=email), registered(email, clock), registered(email, clock)
        ends = together(
            app,
            lambda key=invited, said=answers: invitations.accept(key, said, "scrambled", VISIT, clock, vault),  # type: ignore[misc]
            lambda key=first: registration.confirm(key, "scrambled", VISIT, clock, vault),  # type: ignore[misc]
            lambda key=second: registration.confirm(key, "scrambled", VISIT, clock, vault),  # type: ignore[misc]
        )
        kinds = counted(ends)
        assert kinds["done"] == 1
        assert set(kinds) <= {"done", "AlreadyThere", "NotFound"}
        with reading() as session:
            assert len(session.scalars(select(Account).where(Account.email == email)).all()) == 1
            assert session.scalars(select(Registration)).all() == []


def test_whoever_signs_in_while_they_are_suspended_is_out(
    app: Flask, make_owner: MakeOwner, clock: Clock, vault: Vault
) -> None:
    boss = make_owner("boss@people.example")
    for number in range(ROUNDS):
        owner = make_owner(f"owner{number}@people.example")
        email, reference = owner.email, owner.reference
        ends = together(
            app,
            lambda reference=reference: trainees.suspend(reference, VISIT, clock, boss),  # type: ignore[misc]
            lambda email=email: accounts.sign_in(email, PASSWORD, ELSEWHERE, clock, vault),  # type: ignore[misc]
            lambda reference=reference: trainees.suspend(reference, VISIT, clock, boss),  # type: ignore[misc]
        )
        assert counted(ends) == {"done": 3}
        end = ends[1]
        assert isinstance(end, accounts.SignIn)
        assert end.person is None or accounts.find_person(end.person.account_id, end.person.epoch) is None
        with reading() as session:
            suspended = select(SecurityEvent).where(
                SecurityEvent.kind == Happened.SUSPENDED, SecurityEvent.account_id == owner.account_id
            )
            assert len(session.scalars(suspended).all()) == 1
