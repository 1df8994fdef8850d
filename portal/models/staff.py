"""Who works here, as what; and who at a partner or a sponsor may sign in for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.roles import Role
from portal.models.account import Account
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal
from portal.models.partner import Partner

WORKING = "work-here"


class Staff(Base):
    """A member of staff. Nothing opens before the confidentiality undertaking is accepted, in its present version."""

    __tablename__ = "staff"
    __table_args__ = (
        Index("uq_staff_account_id", "account_id", unique=True),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    reads_support_needs: Mapped[bool] = mapped_column(default=False)
    undertaking_version: Mapped[str | None]
    undertaking_accepted_at: Mapped[dt.datetime | None] = mapped_column(Moment, info=personal("work", WORKING))
    invited_at: Mapped[dt.datetime] = mapped_column(Moment)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class StaffRole(Base):
    """One role of a member of staff."""

    __tablename__ = "staff_role"
    __table_args__ = (
        Index("uq_staff_role_staff_id_role", "staff_id", "role", unique=True),
        {"info": found_by("its member of staff"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"), info=personal("work", WORKING, given_by="the company"))


class AccessReview(Base):
    """Somebody has looked through who can see what: who it was, and when."""

    __tablename__ = "access_review"
    __table_args__ = (
        Index("ix_access_review_account_id", "account_id"),
        {"info": found_by("the account of who looked"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(info=personal("identity", WORKING))
    made_at: Mapped[dt.datetime] = mapped_column(Moment)


class Contact(Base):
    """Somebody who signs in for a partner; several may for one. Sponsors' contacts come with sponsors."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("partner_id IS NOT NULL", "belongs_to_an_organisation"),
        Index("uq_contact_account_id_partner_id", "account_id", "partner_id", unique=True),
        Index("ix_contact_partner_id", "partner_id"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    undertaking_version: Mapped[str | None]
    undertaking_accepted_at: Mapped[dt.datetime | None] = mapped_column(Moment, info=personal("work", WORKING))
    invited_at: Mapped[dt.datetime] = mapped_column(Moment)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(lazy="raise")
    partner: Mapped[Partner] = relationship(lazy="raise")
