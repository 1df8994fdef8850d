"""Evidence of where a consumer is: a fact from each source, the first one that it gave."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.payments import Visit
from portal.models.order import Order
from portal.models.supply_fact import SupplyFact


def note(session: Session, order: Order, visit: Visit, now: dt.datetime) -> None:
    """Keep the countries that the order and Stripe name."""
    seen = {"declared": order.country, "billing": visit.billing_country, "card": visit.card_country}
    known = set(session.scalars(select(SupplyFact.source).where(SupplyFact.order_id == order.id)))
    for source, country in seen.items():
        if country and source not in known:
            session.add(SupplyFact(order_id=order.id, source=source, country=country, seen_at=now))
    session.flush()


def list_of(session: Session, order: Order) -> list[SupplyFact]:
    """The facts about an order."""
    return list(session.scalars(select(SupplyFact).where(SupplyFact.order_id == order.id).order_by(SupplyFact.id)))
