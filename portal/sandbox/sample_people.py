"""People of the demo: trainees who registered over the last months, and how each kind of person signs in."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyotp
from sqlalchemy import select

from portal.domain import passwords
from portal.domain.places import REGIONS
from portal.domain.registration import HEARD_FROM, Answers, Errand
from portal.domain.roles import Role
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Account, Registration
from portal.models.session import looking, reading
from portal.records import accounts
from portal.records.accounts import Person
from portal.sandbox.past import FIRST, LAST, PLAIN, PastClock
from portal.services import contacts, registration, staff, two_step

TRAINEES = 40
CONTACT, SPONSOR_CONTACT = "carol@lindum.example", "dev@northgate.example"
PASSWORD = "otter-lantern-granite"  # noqa: S105 - printed by the demo
TRAINEE = "priya.nair@mail.example"
VISIT = Visit("192.0.2.10", "Firefox on Windows")


@dataclass(frozen=True)
class SignIn:
    """How somebody of the demo signs in; no password where a mailed link is used."""

    role: str
    email: str
    password: str | None
    totp_secret: str | None = None


# One for each role, with what their apps share with the portal: known to everybody, for the demo alone.
STAFF = {
    Role.MANAGER: ("Ruth Bello", "ruth@meridian.example", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    Role.ENQUIRIES: ("Imran Asante", "imran@meridian.example", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"),
    Role.FINANCE: ("Siân Prys", "sian@meridian.example", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"),
    Role.REPORTS: ("Kofi Marlow", "kofi@meridian.example", "NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE"),
    Role.PRIVACY: ("Hannah Lin", "hannah@meridian.example", "ONSWG4TFOQQGW3TPONSWG4TFOQQGW3TP"),
}
SIGN_INS = (
    SignIn("trainee", TRAINEE, PASSWORD),
    SignIn("partner contact", CONTACT, None),
    SignIn("sponsor contact", SPONSOR_CONTACT, None),
    *(SignIn(role.value, email, PASSWORD, secret) for role, (_, email, secret) in STAFF.items()),
)


def make(vault: Vault, clock: Clock) -> None:
    """Register them through the use cases that people use, at times of the past; one is Priya, who signs in."""
    chance = random.Random(20261123)  # noqa: S311 - a fixed seed, so that every demo is the same
    scrambled = passwords.scramble(PASSWORD)
    past = PastClock()
    now = past.moment + clock.offset()
    for answers in _people(chance):
        past.moment = now - dt.timedelta(days=chance.uniform(1, 120))
        registration.register(answers, Errand(), past, may_write=False)
        past.moment += dt.timedelta(minutes=chance.uniform(1, 300))
        with reading() as session:
            key = session.scalars(select(Registration.key).order_by(Registration.id.desc())).first()
        assert key
        registration.confirm(key, scrambled, VISIT, past, vault)
    past.moment = now - dt.timedelta(days=150)
    for role in STAFF:
        _employ(role, scrambled, past, vault)
    manager = find(STAFF[Role.MANAGER][1])
    contacts.invite("partner:P01", "Carol Ames", CONTACT, VISIT, past, manager)
    contacts.invite("sponsor:S01", "Dev Rao", SPONSOR_CONTACT, VISIT, past, manager)


def find(email: str) -> Person:
    """The person with this address, as if signed in."""
    with looking() as connection:
        row = connection.execute(select(Account.id, Account.session_epoch).where(Account.email == email)).one()
        person = accounts.find_person(connection, row.id, row.session_epoch)
    assert person
    return person


def _employ(role: Role, scrambled: str, past: PastClock, vault: Vault) -> None:
    """Invited, joined, second step on, undertaking given: as everybody who works here."""
    name, email, secret = STAFF[role]
    staff.invite(email, {role}, VISIT, past)
    with reading() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
    person = staff.join(account.reference, account.password_version, name, scrambled, VISIT, past, vault)
    locked = two_step.offer(person, vault, secret)
    two_step.turn_on(person, locked, pyotp.TOTP(secret).now(), VISIT, past, vault)
    staff.undertake(person, VISIT, past)


def _people(chance: random.Random) -> Iterator[Answers]:
    names = [(first, last) for first in FIRST for last in LAST if (first, last) != ("Priya", "Nair")]
    for first, last in [("Priya", "Nair"), *chance.sample(names, TRAINEES - 1)]:
        yield Answers(
            full_name=f"{first} {last}",
            email=f"{first}.{last}@mail.example".lower().translate(PLAIN),
            region="west-midlands" if last == "Nair" else chance.choice(list(REGIONS)),
            heard_from=chance.choice(HEARD_FROM),
            of_age=16,
        )


def printed() -> list[Mapping[str, str | None]]:
    """The sign-ins as sign-ins.json holds them."""
    return [vars(one) for one in SIGN_INS]
