"""People for use cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.registration import Errand
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Registration
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import registration
from tests.factories import SOMEBODY


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
        answers = replace(SOMEBODY, email=f"person{len(made)}@people.example", region=region)
        registration.register(answers, Errand(), clock, may_write=False)
        with reading() as session:
            key = session.scalars(select(Registration.key)).one()
        person, _ = registration.confirm(key, "scrambled", Visit("192.0.2.1", "Firefox"), clock, vault)
        made.append(person)
        return person

    return make
