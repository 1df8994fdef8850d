"""The ledger of money month by month: what was entered, and its entries one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.domain.ledger_months import Month
from portal.domain.orders import Entry
from portal.models.ledger import LedgerEntry
from portal.models.order import Order
from portal.records.paging import Values


def find_first(session: Session) -> dt.datetime | None:
    """When the first entry was made."""
    return session.scalar(select(func.min(LedgerEntry.entered_at)))


def sums_of(session: Session, months: Sequence[Month]) -> dict[Month, dict[Entry, int]]:
    """What the entries of each month add up to by kind, in pence. One query; the months follow one another."""
    sums: dict[Month, dict[Entry, int]] = {month: {} for month in months}
    if not months:
        return sums
    entered_at = LedgerEntry.entered_at
    number = case(*((entered_at >= month.since, place) for place, month in enumerate(months)))  # the newest first
    query = (
        select(number.label("number"), LedgerEntry.kind, func.sum(LedgerEntry.amount_pence))
        .where(entered_at >= months[-1].since, entered_at < months[0].until)
        .group_by("number", LedgerEntry.kind)
    )
    for place, kind, pence in session.execute(query):
        sums[months[place]][kind] = int(pence)
    return sums


def list_entries(session: Session, month: Month | None) -> Sequence[Values]:
    """Every entry of a month, or of all, with its order's reference, oldest first."""
    query = (
        select(
            *(LedgerEntry.entered_at, LedgerEntry.kind, LedgerEntry.amount_pence, LedgerEntry.currency),
            *(LedgerEntry.source, Order.reference),
        )
        .join(Order, Order.id == LedgerEntry.order_id)
        .order_by(LedgerEntry.entered_at, LedgerEntry.id)
    )
    if month:
        query = query.where(LedgerEntry.entered_at >= month.since, LedgerEntry.entered_at < month.until)
    return session.execute(query).all()
