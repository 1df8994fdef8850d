"""The consent ledger: append-only. Triggers refuse every UPDATE, DELETE, overwriting INSERT and TRUNCATE.

An entry holds a random subject key and nobody's name. Erasure deletes the ConsentSubject that links key and person.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, no_person, personal


class ConsentSubject(Base):
    """Whose consents stand under a subject key."""

    __tablename__ = "consent_subject"
    __table_args__ = (
        Index("uq_consent_subject_subject_key", "subject_key", unique=True),
        {"info": found_by("its enquiry"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(info=personal("marketing", "marketing", given_by="made by us"))
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))


class AccountConsentSubject(Base):
    """Whose consents stand under a subject key, for somebody who has an account."""

    __tablename__ = "account_consent_subject"
    __table_args__ = (
        Index("uq_account_consent_subject_subject_key", "subject_key", unique=True),
        Index("uq_account_consent_subject_account_id", "account_id", unique=True),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(
        info=personal("agreements", "support", "optional-profile", given_by="made by us")
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))


class ConsentEntry(Base):
    """One thing somebody said: a consent given or withdrawn, with the exact wording and when."""

    __tablename__ = "consent_entry"
    __table_args__ = (
        Index("ix_consent_entry_subject_key_purpose", "subject_key", "purpose"),
        {"info": no_person("a random key stands for the person until the link is deleted"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    purpose: Mapped[str]
    recipient: Mapped[str]
    given: Mapped[bool]
    wording: Mapped[str]
    form: Mapped[str]
    said_at: Mapped[dt.datetime] = mapped_column(Moment)
