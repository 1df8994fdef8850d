"""Routing rules as rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.routing import Rule
from portal.models.partner import Partner
from portal.models.routing_rule import RoutingRule, RulePartner

HIGHEST = 999_999_999


def find_by_priority(session: Session, priority: int) -> RoutingRule | None:
    """The rule with this priority."""
    if priority > HIGHEST:
        return None
    return session.scalars(select(RoutingRule).where(RoutingRule.priority == priority)).first()


def partners_of(session: Session, row: RoutingRule) -> tuple[str, ...]:
    """The codes of a rule's partners, in order."""
    chosen = select(Partner.code).join(RulePartner).where(RulePartner.rule_id == row.id).order_by(RulePartner.position)
    return tuple(session.scalars(chosen))


def partner_ids(session: Session) -> dict[str, int]:
    """The id of each partner, by code."""
    return {row.code: row.id for row in session.execute(select(Partner.code, Partner.id))}


def as_row(rule: Rule, reason: str, ids: Mapping[str, int]) -> RoutingRule:
    """A new row for the rule; `ids` gives the id of each of its partners by code."""
    row = RoutingRule()
    _fill(row, rule, reason)
    row.choices = _choices(rule, ids)
    return row


def put(session: Session, row: RoutingRule, rule: Rule, reason: str, ids: Mapping[str, int]) -> None:
    """Make a stored row say this rule."""
    _fill(row, rule, reason)
    session.execute(delete(RulePartner).where(RulePartner.rule_id == row.id))
    session.flush()
    for choice in _choices(rule, ids):
        choice.rule_id = row.id
        session.add(choice)
    session.flush()


def swap(session: Session, one: RoutingRule, other: RoutingRule) -> None:
    """Let two rules change places; the index that keeps priorities unique looks after each statement."""
    first, second = one.priority, other.priority
    for row, priority in ((one, -1), (other, first), (one, second)):
        row.priority = priority
        session.flush()


def remove(session: Session, row: RoutingRule) -> None:
    """Remove a rule and its list of partners."""
    session.execute(delete(RulePartner).where(RulePartner.rule_id == row.id))
    session.execute(delete(RoutingRule).where(RoutingRule.id == row.id))


def _fill(row: RoutingRule, rule: Rule, reason: str) -> None:
    row.priority, row.name, row.strategy, row.reason = rule.priority, rule.name, rule.strategy, reason
    row.regions, row.countries = ";".join(rule.regions), ";".join(rule.countries)
    row.interests, row.audience = ";".join(rule.interests), rule.audience or ""
    row.min_learners, row.max_learners = rule.min_learners, rule.max_learners


def _choices(rule: Rule, ids: Mapping[str, int]) -> list[RulePartner]:
    return [RulePartner(partner_id=ids[code], position=place) for place, code in enumerate(rule.partners, start=1)]
