"""The consent ledger: adding an entry is all that can be done."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.models.consent import ConsentEntry, ConsentSubject


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


def forget(session: Session, enquiry_id: int) -> None:
    """Delete the link between the ledger's entries and this enquirer; the entries stay, and are nobody's."""
    session.execute(delete(ConsentSubject).where(ConsentSubject.enquiry_id == enquiry_id))
