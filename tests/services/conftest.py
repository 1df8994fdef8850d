"""People for use cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.domain import passwords
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.records.accounts import Person
from portal.services import registration
from tests.factories import PASSWORD, SOMEBODY
from tests.together import VISIT, MakeOwner, registered


@pytest.fixture
def vault(app: Flask) -> Vault:
    made = app.extensions["portal"].vault
    assert isinstance(made, Vault)
    return made


@pytest.fixture
def make_person(context: Flask, clock: Clock, vault: Vault) -> Callable[..., Person]:
    """Make a trainee of a region; each has an address of their own."""
    made: list[Person] = []

    def make(region: str = "london") -> Person:
        key = registered(f"person{len(made)}@people.example", clock, region=region)
        person, _ = registration.confirm(key, "scrambled", VISIT, clock, vault)
        made.append(person)
        return person

    return make


@pytest.fixture
def make_owner(clock: Clock, vault: Vault) -> MakeOwner:
    """Make a trainee who can sign in, at this address."""

    def make(email: str = SOMEBODY.email) -> Person:
        scrambled = passwords.scramble(PASSWORD)
        return registration.confirm(registered(email, clock), scrambled, VISIT, clock, vault)[0]

    return make
