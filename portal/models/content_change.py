"""The history of partners, sponsors, courses, their dates and rules: who changed what, and when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal
from portal.models.staff import WORKING


class ContentChange(Base):
    """One change. `what` is "partner", "sponsor", "course", "run" (a date) or "rule", `code` which of them, `changes`
    JSON: a list of [field, before, after]. Values that name a person are not written down, only that they changed."""

    __tablename__ = "content_change"
    __table_args__ = (
        Index("ix_content_change_what_code", "what", "code"),
        Index("ix_content_change_changed_at", "changed_at"),
        {"info": found_by("the account of who made it"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    code: Mapped[str]
    changes: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(info=personal("identity", WORKING))
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
