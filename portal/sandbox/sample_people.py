"""People of the demo: trainees who registered over the last months, and how each kind of person signs in."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portal.domain import passwords
from portal.domain.places import REGIONS
from portal.domain.registration import HEARD_FROM, Answers, Errand
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Registration
from portal.models.session import reading
from portal.sandbox.past import FIRST, LAST, PLAIN, PastClock
from portal.services import registration

TRAINEES = 40
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


SIGN_INS = (SignIn("trainee", TRAINEE, PASSWORD),)


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
