"""The letters about a changed date: to whom each side's goes, and which one tells how it stands now."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.domain.date_change import Choice, Side, is_over
from portal.domain.delivery import Kind
from portal.domain.errors import NotFound
from portal.domain.orders import OVER
from portal.models.date_change import DateChoice
from portal.models.enrolment import Enrolment
from portal.records import accounts

ASKING = {Side.LEARNER: Kind.DATE_CHANGED, Side.PAYER: Kind.DATE_CHANGED_PAYER}
TELLING = {Side.LEARNER: Kind.DATE_CHOSEN, Side.PAYER: Kind.DATE_CHOSEN_PAYER}


def learner_of(session: Session, place: Enrolment) -> tuple[str, str]:
    """The learner's address and name; both empty where nobody is named."""
    if place.account_id is not None:
        account = accounts.get(session, place.account_id)
        return account.email, account.full_name or ""
    return place.line.course_email or "", place.line.learner_name or ""


def address_of(session: Session, place: Enrolment, side: Side) -> str:
    """Where the letter of a side goes. Raises NotFound for a learner whom nobody has named."""
    own, _ = learner_of(session, place)
    address = own if side == Side.LEARNER or place.line.is_payer else ""
    if not address and side == Side.LEARNER:
        raise NotFound("Nobody is named as the learner.")
    return address or place.line.order.receipt_email


def is_open(row: DateChoice, place: Enrolment, now: dt.datetime) -> bool:
    """True while there is something to choose."""
    if row.choice is not None or place.state in OVER:
        return False
    return not is_over(row.change.what, row.told_at, row.change.run.starts_on, now)


def find_kind(row: DateChoice, place: Enrolment, side: Side, now: dt.datetime) -> Kind | None:
    """The letter that tells a side how it stands now; None where there is nothing to choose and nothing was."""
    if is_open(row, place, now):
        return ASKING[side]
    is_kept = row.choice in (Choice.KEEP, Choice.MOVE) and place.state not in OVER
    return TELLING[side] if is_kept else None
