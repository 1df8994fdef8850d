"""Sponsors: the employers, trade bodies and other groups that pay for learners or follow how they get on."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.content import SPONSOR_KINDS
from portal.models.base import NEVER_REUSE_IDS, Base, no_person


class Sponsor(Base):
    """One sponsor. While it is not active, nobody signs in for it."""

    __tablename__ = "sponsor"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, SPONSOR_KINDS))})", "kind"),
        Index("uq_sponsor_code", "code", unique=True),
        {"info": no_person("organisations; who signs in for one stands in contact"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    privacy_notice: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
