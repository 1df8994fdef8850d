"""The security log: who signed in, failed to, or changed what opens an account; from where; and when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.security import Happened
from portal.models.account import GUARDING
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal


class SecurityEvent(Base):
    """One entry. `mailbox` is a keyed digest of the address that was typed, so that tries at an address without an
    account are counted too and no mistyped address is kept."""

    __tablename__ = "security_event"
    __table_args__ = (
        Index("ix_security_event_happened_at", "happened_at"),
        Index("ix_security_event_account_id_happened_at", "account_id", "happened_at"),
        Index("ix_security_event_mailbox_happened_at", "mailbox", "happened_at"),
        Index("ix_security_event_network_happened_at", "network", "happened_at"),
        {"info": found_by("its account, or the digest of an address"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Happened] = mapped_column(
        one_of(Happened, "kind", grows=True), info=personal("security", GUARDING, given_by="seen by us")
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    mailbox: Mapped[str] = mapped_column(default="", info=personal("security", GUARDING, given_by="made by us"))
    network: Mapped[str] = mapped_column(info=personal("network", GUARDING, given_by="seen by us"))
    device: Mapped[str] = mapped_column(info=personal("security", GUARDING, given_by="seen by us"))
    detail: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[dt.datetime] = mapped_column(Moment, info=personal("security", GUARDING, given_by="seen by us"))
