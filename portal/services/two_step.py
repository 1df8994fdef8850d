"""Turning the second step of signing in on and off."""

from __future__ import annotations

import datetime as dt

from portal.domain import two_step
from portal.domain.delivery import Kind
from portal.domain.errors import Refusal, WrongCode
from portal.domain.security import Happened, Visit
from portal.domain.vault import CanNotOpen, Vault
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import accounts, outbox, recovery_codes, security_log, tries
from portal.records.accounts import Person


def count_recovery_codes(person: Person) -> int:
    """How many recovery codes are left."""
    with reading() as session:
        return recovery_codes.count_unused(session, person.account_id)


def offer(person: Person, vault: Vault, secret: str = "") -> str:
    """A secret for this person's app, a new one unless the demo gives one; locked, since nobody keeps it yet."""
    return vault.lock(f"totp for {person.reference}", secret or two_step.new_secret())


def offered(person: Person, locked: str, vault: Vault) -> str:
    """The secret that was offered to this person. Raises WrongCode when it was not."""
    try:
        return vault.open(f"totp for {person.reference}", locked)
    except CanNotOpen:
        raise WrongCode("Begin again: this page was open for too long") from None


def turn_on(person: Person, locked: str, code: str, visit: Visit, clock: Clock, vault: Vault) -> list[str]:
    """Ask for a code from now on; answers the recovery codes, which are shown this once.

    `locked` is the offer that the app was set up with. Raises WrongCode.
    """
    secret = offered(person, locked, vault)
    step = two_step.matching_step(secret, code, dt.datetime.now(dt.UTC), None)
    if step is None:
        raise WrongCode("This is not the code of this half minute; enter the newest")
    codes = two_step.new_recovery_codes()
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        account.totp_secret, account.totp_step = vault.lock(two_step.VAULT, secret), step
        recovery_codes.replace(session, account.id, codes, vault)
        now = clock.now(session)
        entry = security_log.add(session, Happened.SECOND_STEP_ON, visit, now, account_id=account.id)
        outbox.add(session, Kind.SECOND_STEP_CHANGED, entry, now)
    return codes


def turn_off(person: Person, password: str, visit: Visit, clock: Clock, vault: Vault) -> None:
    """Ask for no code any more. Raises WrongPassword or TriedTooOften; wrong tries count as those at the door."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference)
        now = clock.now(session)
        refusal = tries.prove(session, account, password, visit, vault, now)
        if refusal is None:
            account.totp_secret = account.totp_step = None
            recovery_codes.replace(session, account.id, (), vault)
            entry = security_log.add(session, Happened.SECOND_STEP_OFF, visit, now, account_id=account.id)
            outbox.add(session, Kind.SECOND_STEP_CHANGED, entry, now)
    if refusal:
        raise refusal


def take_off(reference: str, visit: Visit, clock: Clock, vault: Vault, by: Person) -> None:
    """A manager turns it off for somebody who has lost the app and the recovery codes, and has shown who they are.

    Every sign-in of theirs ends, and they are written to. Nobody does it for themselves. Raises NotFound or Refusal.
    """
    with writing() as session:
        account = accounts.get_by_reference(session, reference, lock=True)
        if account.id == by.account_id:
            raise Refusal("Nobody takes off their own second step here: ask another manager.")
        if account.totp_secret is None:
            return
        account.totp_secret = account.totp_step = None
        account.session_epoch += 1
        recovery_codes.replace(session, account.id, (), vault)
        now = clock.now(session)
        detail = f"by {by.reference}"
        entry = security_log.add(session, Happened.SECOND_STEP_OFF, visit, now, account_id=account.id, detail=detail)
        outbox.add(session, Kind.SECOND_STEP_CHANGED, entry, now)
