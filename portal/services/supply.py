"""Asking a buyer where they live, where what we know does not settle whose VAT is due."""

from __future__ import annotations

from portal.domain import place_of_supply
from portal.gateways.clock import Clock
from portal.models.session import reading, writing
from portal.records import orders, settlement, supply_facts


def question(reference: str) -> str | None:
    """What to ask the buyer of this order, in plain words; None when there is nothing to ask. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        if order.settled_at is None:
            return None
        decision = supply_facts.judge(session, order)
    return place_of_supply.question(decision) if decision else None


def answer(reference: str, country: str, clock: Clock) -> None:
    """The buyer says where they live: two facts that agree settle it, otherwise a person does. Raises NotFound."""
    with writing() as session:
        order = orders.get_by_reference(session, reference, lock=True)
        if order.settled_at is None:
            return
        now = clock.now(session)
        supply_facts.declare(session, order, country, now)
        settlement.judge_supply(session, order, now)
