"""Payments of an order as the ledger has them: which one was charged, and what can still go back of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.orders import HELD_UP_BY, Entry
from portal.domain.refunds import ALIVE
from portal.models.ledger import LedgerEntry, Refund
from portal.models.order import Order
from portal.records import ledger, orders


@dataclass(frozen=True)
class Payment:
    """A payment of an order, and what can still go back of it. One `is_charged` that the order's invoice is about.

    `surplus_pence` of what is left was never charged: all of it, or what was paid beyond the price.
    """

    source: str
    paid_pence: int
    left_pence: int
    surplus_pence: int
    is_charged: bool

    @property
    def price_pence(self) -> int:
        """What is left of what was charged."""
        return self.left_pence - self.surplus_pence


def list_of(session: Session, order: Order, refunds: Sequence[Refund]) -> list[Payment]:
    """The order's payments, oldest first, with what is left of each: less what is asked for, and what a bank took."""
    entries = ledger.list_of(session, order)
    paid = [entry for entry in entries if entry.kind == Entry.PAID]
    charged = _charged(session, order, entries)
    disputed = ledger.total(entries, Entry.DISPUTED) - ledger.total(entries, Entry.DISPUTE_WON)
    taken_from = charged or (paid[0].source if paid else "")
    price = ledger.total(entries, Entry.CHARGED)
    return [
        _payment(one, refunds, price, disputed if one.source == taken_from else 0, is_charged=one.source == charged)
        for one in paid
    ]


def find(session: Session, order: Order, source: str, refunds: Sequence[Refund]) -> Payment | None:
    """The payment of this order with this source."""
    return next((one for one in list_of(session, order, refunds) if one.source == source), None)


def find_charged(session: Session, order: Order, refunds: Sequence[Refund]) -> Payment | None:
    """The payment that the order's invoice is about; None while nothing was charged."""
    return next((one for one in list_of(session, order, refunds) if one.is_charged), None)


def is_overdrawn(session: Session, order: Order, refunds: Iterable[Refund], source: str) -> bool:
    """True when more has gone back of this payment, or is asked to, than was paid: one of them is done already."""
    entries = (one for one in ledger.list_of(session, order) if one.source == source)
    return _gone(refunds, source) > ledger.total(entries, Entry.PAID)


def _charged(session: Session, order: Order, entries: Sequence[LedgerEntry]) -> str:
    """Which payment the invoice is about: of those before it the first that nothing was wrong with, or else the first.

    A payment that comes later was never charged, whatever became of the first.
    """
    charged = next((entry.id for entry in entries if entry.kind == Entry.CHARGED), 0)
    before = [entry.source for entry in entries if entry.kind == Entry.PAID and entry.id < charged]
    wrong = {trouble.about for trouble in orders.list_troubles(session, order) if trouble.what in HELD_UP_BY}
    return next((source for source in before if source not in wrong), before[0] if before else "")


def _payment(
    entry: LedgerEntry, refunds: Sequence[Refund], price_pence: int, disputed_pence: int, *, is_charged: bool
) -> Payment:
    source, paid = entry.source, entry.amount_pence
    left = max(0, paid - _gone(refunds, source) - disputed_pence)
    of_surplus = [one for one in refunds if not one.credit_note]
    surplus = max(0, paid - price_pence - _gone(of_surplus, source)) if is_charged else left
    return Payment(source, paid, left, min(left, surplus), is_charged)


def _gone(refunds: Iterable[Refund], source: str) -> int:
    return sum(one.amount_pence for one in refunds if one.payment_intent == source and one.state in ALIVE)
