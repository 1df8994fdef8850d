"""Who works here, as what; and who at a partner or a sponsor may sign in for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.organisation import Organisation, Side
from portal.domain.roles import Role
from portal.models.account import Account
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal
from portal.models.partner import Partner
from portal.models.sponsor import Sponsor

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
    """Somebody who signs in for one partner or one sponsor; several may for one, and one person for several."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("(partner_id IS NULL) <> (sponsor_id IS NULL)", "belongs_to_one_organisation"),
        Index("uq_contact_account_id_partner_id", "account_id", "partner_id", unique=True),
        Index("uq_contact_account_id_sponsor_id", "account_id", "sponsor_id", unique=True),
        Index("ix_contact_partner_id", "partner_id"),
        Index("ix_contact_sponsor_id", "sponsor_id"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"))
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("sponsor.id", ondelete="CASCADE"))
    undertaking_version: Mapped[str | None]
    undertaking_accepted_at: Mapped[dt.datetime | None] = mapped_column(Moment, info=personal("work", WORKING))
    invited_at: Mapped[dt.datetime] = mapped_column(Moment)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(lazy="raise")
    partner: Mapped[Partner | None] = relationship(lazy="raise")
    sponsor: Mapped[Sponsor | None] = relationship(lazy="raise")

    @property
    def organisation(self) -> Partner | Sponsor:
        """For whom they sign in."""
        found = self.partner or self.sponsor
        assert found
        return found

    @property
    def named(self) -> Organisation:
        """The same, as pages and forms name it."""
        return Organisation(Side.PARTNER if self.partner else Side.SPONSOR, self.organisation.code)
