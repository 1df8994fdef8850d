"""Routing rules as stored: lists as text with ";" between, so that one broken rule can never hide the others."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import NEVER_REUSE_IDS, Base, no_person
from portal.models.partner import Partner


class RoutingRule(Base):
    """One rule; docs/routing.md says what each column means. `reason` is the public sentence, may be empty."""

    __tablename__ = "routing_rule"
    __table_args__ = (
        Index("uq_routing_rule_priority", "priority", unique=True),
        {"info": no_person("a rule is about places and subjects"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    priority: Mapped[int]
    name: Mapped[str]
    regions: Mapped[str] = mapped_column(default="")
    countries: Mapped[str] = mapped_column(default="")
    interests: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    min_learners: Mapped[int | None]
    max_learners: Mapped[int | None]
    strategy: Mapped[str] = mapped_column(default="first")
    reason: Mapped[str] = mapped_column(default="")

    choices: Mapped[list[RulePartner]] = relationship(
        order_by="RulePartner.position", cascade="all, delete-orphan", lazy="raise", back_populates="rule"
    )


class RulePartner(Base):
    """One partner of a rule, in the order listed."""

    __tablename__ = "routing_rule_partner"
    __table_args__ = (
        Index("uq_routing_rule_partner_rule_id_position", "rule_id", "position", unique=True),
        {"info": no_person("a rule is about places and subjects"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("routing_rule.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    position: Mapped[int]

    rule: Mapped[RoutingRule] = relationship(lazy="raise", back_populates="choices")
    partner: Mapped[Partner] = relationship(lazy="raise")
