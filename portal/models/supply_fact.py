"""Where a consumer is, for the VAT of what is sold across a border: facts that agree or not, without an IP address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, personal
from portal.models.order import BOOKS


class SupplyFact(Base):
    """One piece of evidence: what says so (declared, billing, card, network), which country, and when it was seen."""

    __tablename__ = "supply_fact"
    __table_args__ = (
        Index("uq_supply_fact_order_id_source", "order_id", "source", unique=True),
        {"info": found_by("its order"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    source: Mapped[str]
    country: Mapped[str] = mapped_column(info=personal("payment", BOOKS, given_by="seen by us"))
    seen_at: Mapped[dt.datetime] = mapped_column(Moment)
