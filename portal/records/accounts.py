"""Accounts and the trainees among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import CursorResult, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.models.account import Account, Trainee
from portal.models.session import Source

TRAINEE = "trainee"

_PERSON = select(
    Account.id,
    Account.session_epoch,
    Account.reference,
    Account.full_name,
    Account.email,
    Account.totp_secret.is_not(None).label("has_two_steps"),
    exists().where(Trainee.account_id == Account.id).label("is_trainee"),
).where(Account.id == bindparam("id"), Account.session_epoch == bindparam("epoch"), Account.suspended_at.is_(None))


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: whose account it is, and as what they may act (`hats`)."""

    account_id: int
    epoch: int
    reference: str
    full_name: str
    email: str
    hats: frozenset[str]
    has_two_steps: bool


def find_person(source: Source, account_id: int, epoch: int) -> Person | None:
    """The person of a sign-in; None when it was ended, or the account is suspended or gone."""
    row = source.execute(_PERSON, {"id": account_id, "epoch": epoch}).first()
    if row is None:
        return None
    hats = frozenset({TRAINEE} if row.is_trainee else ())
    return Person(row.id, row.session_epoch, row.reference, row.full_name, row.email, hats, row.has_two_steps)


def find_by_email(session: Session, key: str) -> Account | None:
    """The account with this email key."""
    return session.scalars(select(Account).where(Account.email_key == key)).first()


def get(session: Session, account_id: int) -> Account:
    """The account. Raises NotFound."""
    account = session.get(Account, account_id, with_for_update=False)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Account:
    """The account; `lock` holds it until the transaction ends. Raises NotFound."""
    query = select(Account).where(Account.reference == reference)
    account = session.scalars(query.with_for_update() if lock else query).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def get_trainee(session: Session, account_id: int) -> Trainee:
    """The trainee of an account. Raises NotFound."""
    trainee = session.scalars(select(Trainee).where(Trainee.account_id == account_id)).first()
    if trainee is None:
        raise NotFound("This account is no trainee's.")
    return trainee


def count_unused_since(session: Session, limit: dt.datetime) -> int:
    """How many accounts were last used before `limit`."""
    return session.scalar(select(func.count()).select_from(Account).where(Account.last_used_at < limit)) or 0


def delete_unused_since(session: Session, limit: dt.datetime, most: int) -> int:
    """Delete up to `most` accounts last used before `limit`, with what belongs to them."""
    oldest = select(Account.id).where(Account.last_used_at < limit).order_by(Account.id).limit(most)
    deleted = session.execute(
        delete(Account).where(Account.id.in_(oldest)).execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    return deleted.rowcount
