"""Documents as they were issued, and the gap-free numbers of those that the law numbers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.orders import Paper
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, no_person, one_of, personal
from portal.models.order import BOOKS, BUYING


class Document(Base):
    """One document. `snapshot` is JSON of everything on it, so that it is drawn the same for ever."""

    __tablename__ = "document"
    __table_args__ = (
        Index("uq_document_number", "number", unique=True),
        Index("ix_document_order_id", "order_id"),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    kind: Mapped[Paper] = mapped_column(one_of(Paper, "kind", grows=True))
    number: Mapped[str]
    snapshot: Mapped[str] = mapped_column(info=personal("payment", BUYING, BOOKS, given_by="made by us"))
    issued_at: Mapped[dt.datetime] = mapped_column(Moment)


class DocumentCounter(Base):
    """The next number of a series. Whoever takes it holds the row until their transaction ends: no gap, no double."""

    __tablename__ = "document_counter"
    __table_args__ = (
        Index("uq_document_counter_name", "name", unique=True),
        {"info": no_person("a counter is not about anybody"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    following: Mapped[int] = mapped_column(default=1)
