"""Somebody starts an account for somebody else: who does, kept apart from whom they name."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal

INVITING = "invite"


class Registrant(Base):
    """Who invites. Nothing is sent to anybody they name before their own address is proved."""

    __tablename__ = "registrant"
    __table_args__ = (
        Index("uq_registrant_key", "key", unique=True),
        Index("ix_registrant_invited_at", "invited_at"),
        {"info": found_by("email_key of the registrant"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    full_name: Mapped[str] = mapped_column(info=personal("identity", INVITING))
    email: Mapped[str] = mapped_column(info=personal("contact", INVITING))
    email_key: Mapped[str] = mapped_column(info=personal("contact", INVITING, given_by="made by us"))
    errand: Mapped[str] = mapped_column(default="", info=personal("profile", INVITING, given_by="seen by us"))
    invited_at: Mapped[dt.datetime] = mapped_column(Moment)
    proved_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class Invitation(Base):
    """One invited person. What was said of them is gone as soon as they have answered, or nobody has for 30 days."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "answered_at IS NULL OR coalesce(full_name, email, email_key) IS NULL", "answered_means_nothing_is_kept"
        ),
        Index("uq_invitation_key", "key", unique=True),
        Index("ix_invitation_registrant_id", "registrant_id"),
        Index("ix_invitation_email_key", "email_key"),
        {"info": found_by("email_key of the invitation"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    registrant_id: Mapped[int] = mapped_column(ForeignKey("registrant.id", ondelete="CASCADE"))
    position: Mapped[int]
    full_name: Mapped[str | None] = mapped_column(info=personal("identity", INVITING, given_by="who invites"))
    email: Mapped[str | None] = mapped_column(info=personal("contact", INVITING, given_by="who invites"))
    email_key: Mapped[str | None] = mapped_column(info=personal("contact", INVITING, given_by="made by us"))
    taken_up: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    registrant: Mapped[Registrant] = relationship(lazy="raise")
