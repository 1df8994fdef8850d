"""Asking a buyer where they live, where what we know does not settle whose VAT is due."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain import place_of_supply
from portal.gateways.clock import Clock
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import orders, settlement, supply_facts


def question(reference: str) -> str | None:
    """What to ask the buyer of this order, in plain words; None when there is nothing to ask. Raises NotFound."""
    with reading() as session:
        return _question(session, orders.get_by_reference(session, reference))


def answer(reference: str, country: str, clock: Clock) -> None:
    """The buyer says where they live: two facts that agree settle it, otherwise a person does. Raises NotFound.

    What nobody asks is not taken: the evidence of whose VAT was due stays as it was.
    """
    with writing() as session:
        order = orders.get_by_reference(session, reference, lock=True)
        if _question(session, order) is None:
            return
        now = clock.now(session)
        supply_facts.declare(session, order, country, now)
        settlement.judge_supply(session, order, now)


def _question(session: Session, order: Order) -> str | None:
    decision = supply_facts.judge(session, order) if order.settled_at else None
    return place_of_supply.question(decision) if decision else None
