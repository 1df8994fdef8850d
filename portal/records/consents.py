"""The consent ledger: adding an entry is all that can be done."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import ColumnElement, delete, select, true
from sqlalchemy.orm import Session

from portal.models.consent import AccountConsentSubject, ConsentEntry, ConsentSubject


def give(
    session: Session, enquiry_id: int, *, purpose: str, recipient: str, wording: str, form: str, now: dt.datetime
) -> None:
    """Write down that an enquirer said yes to `wording`, under a new subject key of their own."""
    key = secrets.token_hex(16)
    session.add(ConsentSubject(subject_key=key, enquiry_id=enquiry_id))
    session.add(
        ConsentEntry(
            subject_key=key,
            purpose=purpose,
            recipient=recipient,
            given=True,
            wording=wording,
            form=form,
            said_at=now,
        )
    )


def find_standing(session: Session, enquiry_id: int, purpose: str) -> ConsentEntry | None:
    """The yes to this purpose that was given with this enquiry, unless it has been taken back."""
    last = session.scalars(
        select(ConsentEntry)
        .join(ConsentSubject, ConsentSubject.subject_key == ConsentEntry.subject_key)
        .where(ConsentSubject.enquiry_id == enquiry_id, ConsentEntry.purpose == purpose)
        .order_by(ConsentEntry.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and last.given else None


def give_for_account(
    session: Session, account_id: int, *, purpose: str, wording: str, form: str, now: dt.datetime, recipient: str = ""
) -> None:
    """Write down that somebody with an account said yes to `wording`, under the account's one subject key.

    The caller holds the account, since the first yes makes the key.
    """
    own = select(AccountConsentSubject.subject_key).where(AccountConsentSubject.account_id == account_id)
    key = session.scalars(own).first()
    if key is None:
        key = secrets.token_hex(16)
        session.add(AccountConsentSubject(subject_key=key, account_id=account_id))
    session.add(
        ConsentEntry(
            subject_key=key,
            purpose=purpose,
            recipient=recipient,
            given=True,
            wording=wording,
            form=form,
            said_at=now,
        )
    )


def keep_for_account(
    session: Session, account_id: int, *, purpose: str, wording: str, form: str, now: dt.datetime
) -> None:
    """As `give_for_account`, unless the account's yes to the very same `wording` stands already."""
    standing = find_standing_of_account(session, account_id, purpose)
    if standing is None or standing.wording != wording:
        give_for_account(session, account_id, purpose=purpose, wording=wording, form=form, now=now)


def find_standing_of_account(
    session: Session, account_id: int, purpose: str, recipient: str = ""
) -> ConsentEntry | None:
    """This account's yes to a purpose (and a recipient), unless it has been taken back."""
    last = session.scalars(
        select(ConsentEntry)
        .join(AccountConsentSubject, AccountConsentSubject.subject_key == ConsentEntry.subject_key)
        .where(
            AccountConsentSubject.account_id == account_id,
            ConsentEntry.purpose == purpose,
            ConsentEntry.recipient == recipient,
        )
        .order_by(ConsentEntry.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and last.given else None


def stands_for(account_id: ColumnElement[int], purpose: str) -> ColumnElement[bool]:
    """True in a query's row when the account of this column has said yes to a purpose and not taken it back."""
    last = (
        select(ConsentEntry.given)
        .join(AccountConsentSubject, AccountConsentSubject.subject_key == ConsentEntry.subject_key)
        .where(
            AccountConsentSubject.account_id == account_id,
            ConsentEntry.purpose == purpose,
            ConsentEntry.recipient == "",
        )
        .order_by(ConsentEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return last == true()


def take_back(session: Session, entry: ConsentEntry, *, wording: str, form: str, now: dt.datetime) -> None:
    """Write down that the person of a yes has said no since; `wording` is what the button said."""
    session.add(
        ConsentEntry(
            subject_key=entry.subject_key,
            purpose=entry.purpose,
            recipient=entry.recipient,
            given=False,
            wording=wording,
            form=form,
            said_at=now,
        )
    )


def forget(session: Session, enquiry_id: int) -> None:
    """Delete the link between the ledger's entries and this enquirer; the entries stay, and are nobody's."""
    session.execute(delete(ConsentSubject).where(ConsentSubject.enquiry_id == enquiry_id))
