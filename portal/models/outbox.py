"""The outbox: every side effect that can wait is a row here first, written in the transaction of its cause.

Why a table and no queue library: see docs/adr/002-outbox-table.md. A row holds a record's id and never rendered text,
so erasing the record erases the mail.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.delivery import Kind, State
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of


class OutboxMessage(Base):
    """One side effect. `key` is unique: writing the same cause twice is refused by the database.

    `uncertain`: some try ended without an answer, so the other side may have it although we never heard so.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("uq_outbox_message_key", "key", unique=True),
        Index("ix_outbox_message_lane_state_due_at", "lane", "state", "due_at"),
        Index("ix_outbox_message_kind_record_id", "kind", "record_id"),
        {"info": found_by("the record it points to"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind", grows=True))
    record_id: Mapped[int]
    lane: Mapped[str]
    key: Mapped[str]
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    due_at: Mapped[dt.datetime] = mapped_column(Moment)
    uncertain: Mapped[bool] = mapped_column(default=False)
    lease_token: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None] = mapped_column(Moment)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(default="")
