"""An order on its owner's page: where it is, its timeline, its papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import documents, order_story
from portal.domain.cancelling import Way, way_of
from portal.domain.delivery import Kind, Lane
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound
from portal.domain.held_up import is_had
from portal.domain.order_story import Facts, Story, Waits
from portal.domain.orders import OVER, TO_PAY, EnrolmentState, Entry, Trouble
from portal.gateways.clock import Clock
from portal.gateways.documents import Drawer
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import date_changes, fulfilment, ledger, orders, outbox, papers, settlement
from portal.records.accounts import Person
from portal.records.paging import Page

NEW_LINK_EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Shown:
    """The page: order, places, papers, story, what was paid, given back and is owed in pence, and the time.

    `obstacle` is why an order that nobody paid can't be paid any more; empty while it can.
    """

    order: Order
    places: list[Enrolment]
    papers: list[Document]
    story: Story
    balance_pence: int
    paid_pence: int
    returned_pence: int
    obstacle: str
    now: dt.datetime

    @property
    def can_be_paid(self) -> bool:
        """True when nothing is paid, nothing is on its way, and what was ordered can still be had."""
        return self.order.state in TO_PAY and not self.obstacle

    @property
    def can_cancel(self) -> bool:
        """True while something of it can be cancelled, or asked about."""
        has_places = any(place.state != EnrolmentState.CANCELLED for place in self.places)
        return way_of(self.order.state, has_places=has_places, is_had=is_had(self.troubles)) != Way.OVER

    @property
    def paid_twice(self) -> bool:
        """True while a second payment waits to go back."""
        return Trouble.TWICE in self.troubles

    @property
    def troubles(self) -> list[Trouble]:
        """What a person has still to settle."""
        return [one.what for one in self.order.troubles if one.settled_at is None]


def open_for_guest(reference: str, epoch: int, clock: Clock) -> Shown:
    """For whoever holds the mailed link. Changes nothing. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        if order.link_epoch != epoch:
            raise NotFound("This link has been revoked.")
        return _shown(session, order, clock)


def open_for_owner(reference: str, account_id: int, clock: Clock) -> Shown:
    """For the account that ordered. Changes nothing. Raises NotFound for anybody else's."""
    with reading() as session:
        return _shown(session, _of(session, reference, account_id), clock)


def list_of(person: Person, clock: Clock, page: int = 1) -> tuple[Page[Order], dt.datetime]:
    """A page of somebody's orders, newest first, and the time: also those that a guest made with their address."""
    with reading() as session:
        found = orders.page_of_payer(session, person.account_id, email_key(person.email), page)
        return found, clock.now(session)


def find_by_session(session_id: str, clock: Clock) -> Shown:
    """For whoever comes back from Stripe's page, whose session's long name only they know. Raises NotFound."""
    with reading() as session:
        checkout = orders.find_checkout(session, session_id)
        if checkout is None:
            raise NotFound("There is no such payment.")
        return _shown(session, orders.get(session, checkout.order_id), clock)


def paper(reference: str, number: str, drawer: Drawer, *, epoch: int | None, account_id: int | None) -> bytes:
    """One of the order's documents, drawn: for its link's holder, or its owner. Raises NotFound or Undrawable."""
    with reading() as session:
        if account_id is not None:
            order = _of(session, reference, account_id)
        else:
            order = orders.get_by_reference(session, reference)
            if order.link_epoch != epoch:
                raise NotFound("This link has been revoked.")
        snapshot = documents.from_json(papers.get(session, order, number).snapshot)
    return drawer.pdf(snapshot)


def send_new_link(reference: str, clock: Clock) -> None:
    """Mail a new link to the address on file, if there is such an order, at most one in an hour."""
    with writing() as session:
        try:
            order = orders.get_by_reference(session, reference)
        except NotFound:
            return
        now = clock.now(session)
        last = outbox.find(session, Kind.ORDER_LINK, order.id)
        if last is None or last.created_at <= now - NEW_LINK_EVERY:
            outbox.add_once(session, Kind.ORDER_LINK, order.id, now, key=f"{now:%Y-%m-%dT%H:%M}", lane=Lane.MAIL)


def email_of(reference: str) -> str:
    """The address that the order's letters go to; empty when there is no such order."""
    with reading() as session:
        try:
            return orders.get_by_reference(session, reference).receipt_email
        except NotFound:
            return ""


def _of(session: Session, reference: str, account_id: int) -> Order:
    order = orders.get_by_reference(session, reference)
    if order.payer_id != account_id:
        raise NotFound(f"There is no order {reference} of this account.")
    return order


def _shown(session: Session, order: Order, clock: Clock) -> Shown:
    places = fulfilment.list_shown(session, order)
    entries = ledger.list_of(session, order)
    issued = papers.list_of(session, order)
    events = [(entry.kind, entry.amount_pence, entry.entered_at) for entry in entries]
    troubles = [trouble.what for trouble in order.troubles if trouble.settled_at is None]
    now = clock.now(session)
    facts = _facts(session, order, places, now)
    story = order_story.tell(order.state, order.ordered_at, events, troubles, facts)
    paid, balance = ledger.total(entries, Entry.PAID), ledger.balance(entries)
    back = ledger.total(entries, Entry.REFUNDED) - ledger.total(entries, Entry.REFUND_FAILED, Entry.SENT_BACK)
    return Shown(order, places, issued, story, balance, paid, back, facts.obstacle, now)


def _facts(session: Session, order: Order, places: list[Enrolment], now: dt.datetime) -> Facts:
    obstacle = settlement.find_obstacle(session, order, now) if order.state in TO_PAY else ""
    return Facts(
        waits=_waits(places),
        changed=next((row.change.what for row in date_changes.list_to_choose(session, places, now)), None),
        is_off=orders.is_off(order),
        has_ended=bool(places) and all(place.state in OVER for place in places),
        obstacle=obstacle,
    )


def _waits(places: list[Enrolment]) -> Waits | None:
    """For whom the order's places wait, the one without a name first; None when every place is taken up."""
    lines = [place.line for place in places if place.state == EnrolmentState.WAITING_FOR_LEARNER]
    if not lines:
        return None
    if any(line.course_email is None for line in lines):
        return Waits.NAME
    return Waits.YOU if all(line.is_payer for line in lines) else Waits.LEARNER
