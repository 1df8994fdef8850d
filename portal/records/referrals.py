"""Referrals: how many each partner had, and how each partner stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.domain.routing import Standing
from portal.models.enquiry import Referral
from portal.models.partner import Partner

WEEK = dt.timedelta(days=7)

_REFERRAL = Referral.__table__
_COUNTED = (
    select(_REFERRAL.c.partner_id, func.count())
    .where(
        _REFERRAL.c.partner_id.in_(bindparam("partners", expanding=True)), _REFERRAL.c.referred_at > bindparam("since")
    )
    .group_by(_REFERRAL.c.partner_id)
)


def standings(
    session: Session, partners: Mapping[str, Partner], codes: Iterable[str], now: dt.datetime
) -> dict[str, Standing]:
    """How each of these partners stands at `now`, by code. One query, however many there are."""
    wanted = [partners[code] for code in codes]
    counts: dict[int, int] = {}
    if wanted:
        asked = {"partners": [partner.id for partner in wanted], "since": now - WEEK}
        counts = {row[0]: row[1] for row in session.connection().execute(_COUNTED, asked)}
    return {
        partner.code: Standing(obstacle(partner), partner.weekly_capacity, counts.get(partner.id, 0))
        for partner in wanted
    }


def obstacle(partner: Partner) -> str:
    """Why the partner can't take any enquiry, in staff's words; empty when it can."""
    if not partner.active:
        return "not active"
    if partner.paused_at is not None:
        return "paused"
    if not partner.privacy_url:
        return "has no privacy notice address"
    if not (partner.email or partner.backup_email):
        return "has no email address"
    return ""


def lock(session: Session, partner_ids: Iterable[int]) -> None:
    """Hold these partners until the transaction ends, so that nobody else counts their week meanwhile.

    SQLite needs nothing: its writer is alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        rows = select(Partner.id).where(Partner.id.in_(sorted(partner_ids))).order_by(Partner.id).with_for_update()
        session.execute(rows).all()
