"""Accounts: who can sign in, what makes somebody a trainee, and registrations that wait for their address's proof."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.domain.searching import search_text
from portal.models.base import LOCKED, NEVER_REUSE_IDS, SORTED, Base, Moment, found_by, personal

KEEPING = "keep-account"
REGISTERING = "register"
GUARDING = "guard-accounts"


class Account(Base):
    """Somebody who can sign in. What they may do there, other rows say: a trainee's, a role's.

    `session_epoch` ends every sign-in when it rises, `password_version` every mailed link.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_reference", "reference", unique=True),
        Index("uq_account_email_key", "email_key", unique=True),
        Index("ix_account_last_used_at", "last_used_at"),
        Index("ix_account_search_text", "search_text"),
        {"info": found_by("email_key of the account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    full_name: Mapped[str] = mapped_column(info=personal("identity", KEEPING))
    email: Mapped[str] = mapped_column(info=personal("contact", KEEPING))
    email_key: Mapped[str] = mapped_column(info=personal("contact", KEEPING, given_by="made by us"))
    search_text: Mapped[str] = mapped_column(
        SORTED, default="", info=personal("identity", KEEPING, given_by="made by us")
    )
    password_hash: Mapped[str | None] = mapped_column(info=personal("credentials", KEEPING))
    password_version: Mapped[int] = mapped_column(default=1)
    session_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    last_used_at: Mapped[dt.datetime] = mapped_column(
        Moment, info=personal("security", GUARDING, KEEPING, given_by="seen by us")
    )
    suspended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[str | None] = mapped_column(
        info=LOCKED | personal("credentials", KEEPING, given_by="made by us")
    )
    totp_step: Mapped[int | None]

    @property
    def versions(self) -> str:
        """What a mailed link that signs in is bound to: it dies with the sign-ins and with the links before it."""
        return f"{self.session_epoch}.{self.password_version}"

    @validates("full_name", "email")
    def _follow(self, name: str, value: str) -> str:
        """What is searched and sorted by follows the name and the address, whoever changes them."""
        known = {"full_name": self.full_name or "", "email": self.email or ""} | {name: value}
        self.search_text = search_text(known["full_name"], known["email"])
        return value


class RecoveryCode(Base):
    """A code that opens the second step once, when the app that makes codes is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        Index("ix_recovery_code_account_id", "account_id"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    locked_code: Mapped[str] = mapped_column(info=LOCKED | personal("credentials", KEEPING, given_by="made by us"))
    used_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class AddressChange(Base):
    """A change of an account's address that waits until both addresses, the old one and the new, have agreed."""

    __tablename__ = "address_change"
    __table_args__ = (
        Index("uq_address_change_key", "key", unique=True),
        Index("uq_address_change_account_id", "account_id", unique=True),
        Index("ix_address_change_asked_at", "asked_at"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(info=personal("contact", KEEPING))
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    old_agreed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    new_agreed_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class Trainee(Base):
    """What makes an account a trainee's: the answers that registering needs.

    `details_confirmed_at` is when they last said that their details are right, at first by registering. None, of those
    who registered before it was noted: not since the account was made.
    """

    __tablename__ = "trainee"
    __table_args__ = (
        CheckConstraint("of_age >= 13", "of_age_is_an_age"),
        Index("uq_trainee_account_id", "account_id", unique=True),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    region: Mapped[str] = mapped_column(info=personal("profile", KEEPING))
    heard_from: Mapped[str] = mapped_column(info=personal("profile", "know-what-works"))
    of_age: Mapped[int] = mapped_column(info=personal("profile", KEEPING))
    via: Mapped[str] = mapped_column(default="", info=personal("profile", KEEPING, given_by="an agent or reseller"))
    details_confirmed_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class Registration(Base):
    """A registration whose address is not proved yet. It becomes an account, or is gone after some days."""

    __tablename__ = "registration"
    __table_args__ = (
        Index("uq_registration_key", "key", unique=True),
        Index("ix_registration_email_key", "email_key"),
        Index("ix_registration_registered_at", "registered_at"),
        {"info": found_by("email_key of the registration"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    full_name: Mapped[str] = mapped_column(info=personal("identity", REGISTERING))
    email: Mapped[str] = mapped_column(info=personal("contact", REGISTERING))
    email_key: Mapped[str] = mapped_column(info=personal("contact", REGISTERING, given_by="made by us"))
    region: Mapped[str] = mapped_column(info=personal("profile", REGISTERING))
    heard_from: Mapped[str] = mapped_column(info=personal("profile", REGISTERING))
    of_age: Mapped[int] = mapped_column(info=personal("profile", REGISTERING))
    via: Mapped[str] = mapped_column(default="", info=personal("profile", REGISTERING, given_by="an agent or reseller"))
    errand: Mapped[str] = mapped_column(default="", info=personal("profile", REGISTERING, given_by="seen by us"))
    registered_at: Mapped[dt.datetime] = mapped_column(Moment)
