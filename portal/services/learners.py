"""Naming another learner for a place that nobody has taken up: by whoever ordered it, or by staff who were asked to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound, Refusal
from portal.domain.orders import EnrolmentState
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.models.enrolment import Enrolment
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import accounts, enrolments, fulfilment, orders, outbox, security_log
from portal.records.accounts import Person

LETTERS = (Kind.PLACE_OFFER, Kind.PLACE_REMINDER, Kind.PLACE_LAPSED)


@dataclass(frozen=True)
class Named:
    """Who is to learn."""

    full_name: str
    email: str


@dataclass(frozen=True)
class Who:
    """Whose order it may be: of an account, of a link's holder (its epoch), or anybody's for a member of staff."""

    account_id: int | None = None
    epoch: int | None = None
    staff: Person | None = None

    def may(self, order: Order) -> bool:
        """True when they may name the learners of this order."""
        if self.staff is not None:
            return True
        if self.account_id is not None:
            return order.payer_id == self.account_id
        return order.link_epoch == self.epoch


def list_waiting(reference: str, who: Who) -> list[Enrolment]:
    """The places of the order that wait for their learner. Raises NotFound for anybody else's."""
    with reading() as session:
        order = _order(session, reference, who)
        return [place for place in enrolments.list_of_order(session, order.id) if _waits(place, who)]


def name(reference: str, place: str, named: Named, who: Who, visit: Visit, clock: Clock) -> None:
    """Offer the place to this learner, with a link of their own and all its days; the link before is dead.

    One who has the course already is offered it like any other, so that no payer learns of another's place: they hear
    of it themselves when they take the place up. Staff are told here, and so is who names the address of their account.

    Raises NotFound for anybody else's order or place, Refusal when somebody has taken it up, and AlreadyThere to those
    who may be told.
    """
    key = email_key(named.email)
    with writing() as session:
        fulfilment.hold_learners(session, reference, key)
        order, now = _order(session, reference, who, lock=True), clock.now(session)
        enrolment = enrolments.get_by_reference(session, place, lock=True)
        if enrolment.line.order_id != order.id:
            raise NotFound(f"There is no place {place} in this order.")
        if not _waits(enrolment, who):
            raise Refusal("Somebody has taken this place up, or it has ended.")
        if _may_be_told(session, who, key):
            fulfilment.check_free(session, enrolment, key)
        _rename(order, enrolment, named, key, now)
        outbox.cancel(session, LETTERS, enrolment.id, now)
        outbox.add(session, Kind.PLACE_OFFER, enrolment.id, now, key=str(enrolment.link_epoch))
        by = who.staff.account_id if who.staff else who.account_id
        detail = f"{order.reference}: {enrolment.reference}"
        security_log.add(session, Happened.LEARNER_NAMED, visit, now, account_id=by, detail=detail)


def _order(session: Session, reference: str, who: Who, *, lock: bool = False) -> Order:
    order = orders.get_by_reference(session, reference, lock=lock)
    if not who.may(order):
        raise NotFound(f"There is no order {reference} of theirs.")
    return order


def _waits(place: Enrolment, who: Who) -> bool:
    """What cost nothing is ordered anew instead: else anybody could ask here, free of charge, who has the course."""
    is_theirs = who.staff is not None or place.line.gross_pence > 0
    return is_theirs and place.state == EnrolmentState.WAITING_FOR_LEARNER


def _may_be_told(session: Session, who: Who, key: str) -> bool:
    """True for staff, and for an account whose own address this is."""
    account = accounts.get(session, who.account_id) if who.account_id is not None else None
    return who.staff is not None or (account is not None and account.email_key == key)


def _rename(order: Order, enrolment: Enrolment, named: Named, key: str, now: dt.datetime) -> None:
    """What was known of the learner before goes; so does what they accepted, if it is somebody else."""
    line = enrolment.line
    if line.course_email_key != key:
        line.telephone, enrolment.terms_version, enrolment.terms_accepted_at = None, "", None
    line.learner_name, line.course_email, line.course_email_key = named.full_name, named.email, key
    line.is_payer = key == order.email_key
    enrolment.offered_at = now
    enrolment.link_epoch += 1
