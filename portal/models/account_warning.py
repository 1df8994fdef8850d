"""The letter that an account which nobody uses will be deleted: what became of it decides when that may be."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.account import KEEPING
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal


class AccountWarning(Base):
    """One letter about an account that lies unused since `idle_since`; when the account is used again it is void.

    `handed_over_at` is when the mail server took the letter, `failed_at` when the first round of tries was given up.
    """

    __tablename__ = "account_warning"
    __table_args__ = (
        Index("uq_account_warning_account_id", "account_id", unique=True),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    idle_since: Mapped[dt.datetime] = mapped_column(Moment, info=personal("security", KEEPING, given_by="seen by us"))
    written_at: Mapped[dt.datetime] = mapped_column(Moment)
    handed_over_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    failed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
