"""Starting an account for somebody else: they are told who did, and decide; nobody consents for them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import AlreadyThere
from portal.domain.invitation import Named
from portal.domain.registration import Answers
from portal.domain.security import Visit
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.invitation import Invitation as Invitation  # pages name its type
from portal.models.invitation import Registrant
from portal.models.session import hold, reading, writing
from portal.records import accounts, invitations, outbox, registrations
from portal.records.accounts import Person

MayWrite = Callable[[str], bool]


@dataclass(frozen=True)
class Sent:
    """The page of somebody who invites: who they are, and of each invitation only whether it was taken up."""

    registrant: Registrant
    taken_up: list[bool]


def invite(
    registrant: Named, people: Sequence[Named], clock: Clock, *, proved: bool, errand: str, may_write: MayWrite
) -> Registrant:
    """Keep the invitations and send them, if the registrant is signed in (`proved`).

    Otherwise a letter first asks the registrant: nobody is written to in the name of an address that is not proved.
    """
    with writing() as session:
        now = clock.now(session)
        row = Registrant(
            key=secrets.token_urlsafe(16),
            full_name=registrant.full_name,
            email=registrant.email,
            email_key=email_key(registrant.email),
            errand=errand,
            invited_at=now,
        )
        session.add(row)
        session.flush()
        session.add_all(
            Invitation(
                key=secrets.token_urlsafe(16),
                registrant_id=row.id,
                position=position,
                full_name=person.full_name,
                email=person.email,
                email_key=email_key(person.email),
            )
            for position, person in enumerate(people, 1)
        )
        session.flush()
        if proved:
            _send(session, row, clock, may_write)
        elif may_write(registrant.email):
            outbox.add(session, Kind.INVITATION_PROOF, row.id, now)
        return row


def get_sent(key: str) -> Sent:
    """The page of somebody who invites. Changes nothing. Raises NotFound."""
    with reading() as session:
        registrant = invitations.get_registrant_by_key(session, key)
        return Sent(registrant, [one.taken_up for one in invitations.list_of(session, registrant)])


def prove(key: str, clock: Clock, may_write: MayWrite) -> None:
    """The registrant's address is proved: send their invitations, once. Raises NotFound."""
    with writing() as session:
        registrant = invitations.get_registrant_by_key(session, key, lock=True)
        if registrant.proved_at is None:
            _send(session, registrant, clock, may_write)


def get_invitation(key: str) -> Invitation:
    """What was said of somebody, and who said it. Changes nothing. Raises NotFound when it is answered or gone."""
    with reading() as session:
        return invitations.get_by_key(session, key)


def decline(key: str, clock: Clock) -> None:
    """Delete what was said; who invited sees "not taken up", as before. Raises NotFound."""
    with writing() as session:
        invitation = invitations.get_by_key(session, key, lock=True)
        invitations.answer(invitation, clock.now(session), taken_up=False)


def accept(
    key: str, answers: Answers, password_hash: str, visit: Visit, clock: Clock, vault: Vault
) -> tuple[Person, str]:
    """Make the account of the invited person, with what they say themselves; answers them and where they go on.

    Raises NotFound when it is answered or gone, AlreadyThere when the address has an account: then it is taken up too.
    """
    with writing() as session:
        hold(session, invitations.get_by_key(session, key).email_key or "")
        invitation = invitations.get_by_key(session, key, lock=True)
        now, registrant = clock.now(session), invitation.registrant
        known = accounts.find_by_email(session, invitation.email_key or "")
        refused = known is not None and not accounts.may_register(session, known)
        address = invitation.email or ""
        invitations.answer(invitation, now, taken_up=True)
        outbox.add(session, Kind.INVITATION_TAKEN_UP, invitation.id, now)
        if not refused:
            person = accounts.open_trainee(session, answers, address, password_hash, visit, vault, now)
            registrations.forget(session, email_key(address))
    if refused:
        raise AlreadyThere("This address has an account already.")
    return person, registrant.errand


def _send(session: Session, registrant: Registrant, clock: Clock, may_write: MayWrite) -> None:
    now = clock.now(session)
    registrant.proved_at = now
    for invitation in invitations.list_of(session, registrant):
        if may_write(invitation.email or ""):
            outbox.add(session, Kind.INVITATION, invitation.id, now)
