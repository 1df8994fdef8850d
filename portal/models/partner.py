"""Partners: the training companies that enquiries are passed to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal

CONTACT = personal("contact", "partner-contact", given_by="the partner")


class Partner(Base):
    """One partner. `weekly_capacity` counts referrals in any seven days: empty is no limit, 0 is none."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("weekly_capacity >= 0", "capacity_is_not_negative"),
        CheckConstraint("role IN ('controller', 'joint_controller', 'processor')", "role"),
        CheckConstraint("nation IN ('england', 'wales', 'scotland', 'northern-ireland')", "nation"),
        Index("uq_partner_code", "code", unique=True),
        {"info": found_by("the contact's name or address, as the partner gave it"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    legal_name: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="", info=CONTACT)
    email: Mapped[str] = mapped_column(default="", info=CONTACT)
    backup_email: Mapped[str] = mapped_column(default="", info=CONTACT)
    website: Mapped[str] = mapped_column(default="")
    privacy_url: Mapped[str] = mapped_column(default="")
    weekly_capacity: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    paused_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    role: Mapped[str] = mapped_column(default="controller")
    agreement_on: Mapped[dt.date | None]
    country: Mapped[str] = mapped_column(default="GB")
    transfer_mechanism: Mapped[str] = mapped_column(default="")
    nation: Mapped[str] = mapped_column(default="england")
