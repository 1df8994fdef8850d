"""How places ended: read from what was chosen about a changed date, and from the refunds that ended them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.date_change import SINCE, Choice, Side
from portal.domain.ended_place import By, Ended
from portal.domain.refunds import BY_BUYER
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund, RefundPart
from portal.records import date_changes


def how(session: Session, place: Enrolment) -> Ended:
    """How this place ended. What nobody gave money back for was given up on the order's page, by whoever ordered."""
    row = date_changes.find_last_choice(session, place.id)
    if row is not None and row.choice == Choice.BACK:
        by = By.LEARNER if row.chosen_by == Side.LEARNER else By.BUYER
        told = date_changes.find_recorded(session, place.line.order_id, row)
        return Ended(by, SINCE[row.change.what], told is not None)
    ended = select(RefundPart.refund_id).where(
        RefundPart.order_line_id == place.order_line_id, RefundPart.ends_place.is_(True)
    )
    query = select(Refund.asked_by).where(Refund.id.in_(ended)).order_by(Refund.id).limit(1)
    asked_by = session.scalars(query).first()
    return Ended(By.BUYER if asked_by in (None, BY_BUYER) else By.STAFF)
