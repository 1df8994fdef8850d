"""Putting right the address that an order's letters go to; the links before are dead."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.domain.delivery import WAITING, Kind, Lane, State
from portal.domain.enquiry import email_key
from portal.domain.orders import EnrolmentState, OrderState
from portal.domain.searching import search_text
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.models.enrolment import Enrolment
from portal.models.order import Order as Order  # pages name this type
from portal.models.session import reading, writing
from portal.records import enrolments, fulfilment, orders, outbox, security_log
from portal.records.accounts import Person

TO_THE_PAYER = (Kind.ORDER_CONFIRMATION, Kind.ORDER_LINK)
TO_THE_LEARNER = (Kind.PLACE_OFFER, Kind.PLACE_REMINDER)
UNSENT = (*WAITING, State.FAILED)


def get(reference: str) -> Order:
    """The order. Raises NotFound."""
    with reading() as session:
        return orders.get_by_reference(session, reference)


def change(reference: str, address: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Send the order's letters there from now on, with new links; those before open nothing any more.

    The confirmation goes out once more where the address is another, since nobody had it; the law's moment of it is
    then. A guest who mistyped their own address is put right with it, and so is the place that waits for them there.
    The same address again ends links that got about, and mails a new one.

    Raises NotFound, or AlreadyThere where that person has the course already.
    """
    key = email_key(address)
    with writing() as session:
        order, now = fulfilment.hold_order(session, reference, key), clock.now(session)
        is_another = key != email_key(order.receipt_email)
        waiting = [one for one in enrolments.list_of_order(session, order.id) if _is_own(order, one)]
        if is_another:
            _put_right(session, order, waiting, address, key)
        order.link_epoch += 1
        for place in waiting:
            place.link_epoch, place.offered_at = place.link_epoch + 1, now
        session.flush()
        _write(session, order, waiting, now, is_another=is_another)
        detail = order.reference
        security_log.add(session, Happened.ORDER_READDRESSED, visit, now, account_id=by.account_id, detail=detail)


def _is_own(order: Order, place: Enrolment) -> bool:
    """True for a place that waits for the payer, whose link was in the letters to this address."""
    waits = place.state == EnrolmentState.WAITING_FOR_LEARNER
    return waits and fulfilment.is_told_by_confirmation(order, place.line)


def _put_right(session: Session, order: Order, waiting: list[Enrolment], address: str, key: str) -> None:
    if order.payer_id is None and order.email_key == email_key(order.receipt_email):
        order.email, order.email_key = address, key
        order.search_text = search_text(order.reference, order.full_name, address, order.organisation)
        for place in waiting:
            fulfilment.check_free(session, place, key)
            place.line.course_email, place.line.course_email_key = address, key
    order.receipt_email, order.confirmed_at = address, None


def _write(session: Session, order: Order, waiting: list[Enrolment], now: dt.datetime, *, is_another: bool) -> None:
    outbox.cancel(session, TO_THE_PAYER, order.id, now, states=UNSENT)
    gave = order.state in (OrderState.PAID, OrderState.FREE)
    kind = Kind.ORDER_CONFIRMATION if gave and order.confirmed_at is None else Kind.ORDER_LINK
    key = f"address:{order.link_epoch}"
    outbox.add_once(session, kind, order.id, now, key=key, lane=Lane.MAIL)
    for place in waiting:
        outbox.cancel(session, TO_THE_LEARNER, place.id, now, states=UNSENT)
        if kind == Kind.ORDER_LINK or not fulfilment.is_told_by_confirmation(order, place.line):
            outbox.add(session, Kind.PLACE_OFFER, place.id, now, key=str(place.link_epoch))
