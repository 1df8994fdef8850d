"""The ledger of money: entries are added and summed up, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.domain.orders import OF_A_BANK, SIGNS, Entry
from portal.models.ledger import LedgerEntry
from portal.models.order import Order

SIGN = case(SIGNS, value=LedgerEntry.kind)
"""The sign of an entry, for adding up in the database."""


def enter(
    session: Session, order: Order, kind: Entry, pence: int, source: str, now: dt.datetime, currency: str = ""
) -> bool:
    """Add an entry, once for each cause; False when it stands there. The order is locked by the caller.

    `currency` is the order's own unless it is given.
    """
    known = select(LedgerEntry.id).where(LedgerEntry.kind == kind, LedgerEntry.source == source)
    if session.scalars(known).first() is not None:
        return False
    session.add(
        LedgerEntry(
            order_id=order.id,
            kind=kind,
            amount_pence=pence,
            currency=currency or order.currency,
            source=source,
            entered_at=now,
        )
    )
    session.flush()
    return True


def list_of(session: Session, order: Order) -> list[LedgerEntry]:
    """The order's entries, oldest first."""
    return list(session.scalars(select(LedgerEntry).where(LedgerEntry.order_id == order.id).order_by(LedgerEntry.id)))


def balance(entries: Iterable[LedgerEntry]) -> int:
    """What the buyer still owes, in pence: nought when all is settled, less when we owe them."""
    return sum(SIGNS[entry.kind] * entry.amount_pence for entry in entries)


def balance_with_us(entries: Iterable[LedgerEntry]) -> int:
    """The same without what a bank took by a dispute: more than nought, we gave back more than was owed."""
    return balance(entry for entry in entries if entry.kind not in OF_A_BANK)


def total(entries: Iterable[LedgerEntry], *kinds: Entry) -> int:
    """What the entries of these kinds add up to, in pence."""
    return sum(entry.amount_pence for entry in entries if entry.kind in kinds)


def is_foreign(order: Order, entries: Iterable[LedgerEntry]) -> bool:
    """True when something was paid in another currency than the order's, or in play money."""
    return any(entry.currency != order.currency for entry in entries)


def unbalanced(session: Session) -> dict[int, int]:
    """The orders whose entries do not come to nought, with what each still owes, in pence."""
    owed = func.sum(LedgerEntry.amount_pence * SIGN)
    rows = session.execute(select(LedgerEntry.order_id, owed).group_by(LedgerEntry.order_id).having(owed != 0))
    return {row[0]: int(row[1]) for row in rows}
