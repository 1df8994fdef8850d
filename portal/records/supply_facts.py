"""Evidence of where a consumer is: a fact from each source, the first one that it gave."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import cancellation
from portal.domain.cancellation import Buyer, Content
from portal.domain.payments import Visit
from portal.domain.place_of_supply import Decision, Evidence, Source, decide
from portal.models.order import Order
from portal.models.supply_fact import SupplyFact


def note(session: Session, order: Order, visit: Visit, now: dt.datetime) -> None:
    """Keep the countries that the order and Stripe name."""
    seen = {
        Source.DECLARED: order.country,
        Source.BILLING: visit.billing_country,
        Source.CARD: visit.card_country,
    }
    known = set(session.scalars(select(SupplyFact.source).where(SupplyFact.order_id == order.id)))
    for source, country in seen.items():
        if country and source not in known:
            session.add(SupplyFact(order_id=order.id, source=source, country=country, seen_at=now))
    session.flush()


def list_of(session: Session, order: Order) -> list[SupplyFact]:
    """The facts about an order."""
    return list(session.scalars(select(SupplyFact).where(SupplyFact.order_id == order.id).order_by(SupplyFact.id)))


def declare(session: Session, order: Order, country: str, now: dt.datetime) -> None:
    """The buyer says where they live; of what they said before, the last counts."""
    fact = next((one for one in list_of(session, order) if one.source == Source.DECLARED), None)
    if fact is None:
        session.add(SupplyFact(order_id=order.id, source=Source.DECLARED, country=country, seen_at=now))
    elif fact.country != country:
        fact.country, fact.seen_at = country, now
    session.flush()


def judge(session: Session, order: Order) -> Decision | None:
    """Where the order is supplied to; None where nothing hangs on it: for organisations, and with somebody teaching."""
    is_digital = any(cancellation.content_of(line.course.delivery) is Content.RECORDED for line in order.lines)
    if order.buyer != Buyer.ME or not is_digital or not order.total_pence:
        return None
    facts = [Evidence(Source(one.source), one.country) for one in list_of(session, order)]
    return decide(facts, digital=True, business=False, vat_number_valid=False)
