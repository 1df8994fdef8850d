"""Registering: four answers are kept until a mailed link proves their address, and then they become an account."""

from __future__ import annotations

import secrets

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.registration import Answers, Errand
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.account import Registration
from portal.models.session import hold, reading, writing
from portal.records import accounts, outbox, registrations
from portal.records.accounts import Person


def register(answers: Answers, errand: Errand, clock: Clock, *, may_write: bool) -> None:
    """Keep the answers and send the link.

    Whether the address has an account is not looked at here: the letter is another one then, and nobody who watches
    this page, its words or its time can tell. `may_write` is False when the address has had enough letters for a day.
    """
    with writing() as session:
        now = clock.now(session)
        registration = Registration(
            key=secrets.token_urlsafe(16),
            full_name=answers.full_name,
            email=answers.email,
            email_key=email_key(answers.email),
            region=answers.region,
            heard_from=answers.heard_from,
            of_age=answers.of_age,
            via=errand.via,
            errand=errand.path,
            registered_at=now,
        )
        session.add(registration)
        session.flush()
        if may_write:
            outbox.add(session, Kind.REGISTRATION_LINK, registration.id, now)


def get_waiting(key: str) -> Registration:
    """The registration that a link would confirm. Changes nothing. Raises NotFound when it is used or gone."""
    with reading() as session:
        return registrations.get_by_key(session, key)


def confirm(key: str, password_hash: str, visit: Visit, clock: Clock, vault: Vault) -> tuple[Person, str]:
    """Make the account; answers whom to sign in and the page they wanted to go on with.

    Raises NotFound when the link was used, AlreadyThere when the address has an account by now.
    """
    with writing() as session:
        hold(session, registrations.get_by_key(session, key).email_key)
        waiting = registrations.get_by_key(session, key, lock=True)
        answers = Answers(waiting.full_name, waiting.email, waiting.region, waiting.heard_from, waiting.of_age)
        now = clock.now(session)
        person = accounts.open_trainee(
            session, answers, waiting.email, password_hash, visit, vault, now, via=waiting.via
        )
        errand = waiting.errand
        registrations.forget(session, waiting.email_key)
        return person, errand
