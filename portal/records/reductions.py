"""What a price was reduced by, since staff took a payment that was too small: its credit note, and what it leaves.

It counts like money that was given back of the lines, in proportion to their prices. The caller holds the order's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from portal.domain import money
from portal.domain.documents import Seller
from portal.domain.orders import Entry
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.records import ledger, orders, papers


def reduce(session: Session, order: Order, pence: int, reason: str, now: dt.datetime, seller: Seller) -> str:
    """Credit so much of what was charged, VAT included; answers the number of the credit note."""
    shares = zip(order.lines, money.spread(pence, [line.gross_pence for line in order.lines]), strict=True)
    parts = [orders.priced(line).give_back(share) for line, share in shares if share]
    number = papers.credit_note(session, order, parts, reason, now, seller)
    ledger.enter(session, order, Entry.CREDITED, pence, number, now)
    return number


def of_lines(session: Session, order: Order, refunds: Iterable[Refund]) -> dict[int, int]:
    """What the price of each line was reduced by, in pence by its id: all that was credited for none of the refunds."""
    notes = {refund.credit_note for refund in refunds}
    credited = [one for one in ledger.list_of(session, order) if one.kind == Entry.CREDITED]
    pence = sum(one.amount_pence for one in credited if one.source not in notes)
    if not pence:
        return {}
    shares = money.spread(pence, [line.gross_pence for line in order.lines])
    return {line.id: share for line, share in zip(order.lines, shares, strict=True)}
