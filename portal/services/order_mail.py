"""The letters about orders, to whoever ordered. The learner's own are in `place_mail`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import documents, held_up, selling, working_days
from portal.domain.cancellation import Buyer
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.links import Links
from portal.domain.money import pounds
from portal.domain.orders import OVER, EnrolmentState, OrderState, Paper, Seat
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.documents import Drawer
from portal.gateways.payer_mail import PayerMail
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderTrouble
from portal.models.session import reading
from portal.records import enrolments, free_dates, fulfilment, orders, papers, payments, refunds, settlement
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]
FILES = {Paper.CONFIRMATION: "Your order", Paper.INVOICE: "Invoice", Paper.CREDIT_NOTE: "Credit note"}

SUPPLY = (
    "One question about your order",
    "We need to know which country you live in, so that we charge the right VAT for {what}.",
    "Answer it on the page of your order; it takes a moment, and your place does not wait for it.",
)
"""The subject, the point, and what happens next, where only the buyer knows."""
MOST_DATES = 5


@dataclass(frozen=True)
class OrderMail:
    """Makes the handlers."""

    payer: PayerMail
    drawer: Drawer
    links: Links
    clock: Clock

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind about orders."""
        return {
            Kind.ORDER_CONFIRMATION: Handler(self._confirmation, sent=_confirmed),
            Kind.ORDER_AWAITING: Handler(self._about_order("order_awaiting", OrderState.AWAITING)),
            Kind.ORDER_NOT_PAID: Handler(self._about_order("order_not_paid", OrderState.FAILED)),
            Kind.ORDER_LINK: Handler(self._about_order("order_link", None)),
            Kind.ORDER_TROUBLE: Handler(self._trouble),
            Kind.PLACE_LAPSED: Handler(self._lapsed),
        }

    def _confirmation(self, order_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            order = orders.get(session, order_id)
            places = [place for place in fulfilment.list_shown(session, order) if place.state not in OVER]
            kept = [(row.kind, row.number, documents.from_json(row.snapshot)) for row in papers.list_of(session, order)]
            context, now = self.payer.context(session, order), self.clock.now(session)
            charged = payments.find_charged(session, order, refunds.list_of(session, order))
        if not places and not charged:
            raise NotNeeded("every place has ended since, and nothing was paid")
        enclosed = {f"{FILES[kind]} {number}.pdf": self.drawer.pdf(one) for kind, number, one in kept}
        if not places:
            self.payer.send("order_papers", order, key, context, deadline, enclosed)
            return
        is_off = orders.is_off(order)
        own = None if is_off else next((place for place in places if _is_own(order, place)), None)
        contract = next(one for _, _, one in kept if isinstance(one, documents.Confirmation))
        context |= {
            "paid": pounds(charged.paid_pence) if charged else "",
            "credit_note": next((number for kind, number, _ in kept if kind == Paper.CREDIT_NOTE), ""),
            "invoice": next((number for kind, number, _ in kept if kind == Paper.INVOICE), ""),
            "opens": _opens(places, now, is_own=own is not None),
            "is_off": is_off,
            "right": contract.right_to_cancel,
            "has_form": contract.cancel_until is not None,
            "link_is_place": own is not None,
            "order_link": context["link"] if own else "",
            "learner_words": _learner_words(order, places),
        }
        if own:
            context["link"] = self.links.place_page(own.reference, own.link_epoch, own.offered_at)
        self.payer.send("order_confirmation", order, key, context, deadline, enclosed)

    def _about_order(self, template: str, only_when: OrderState | None) -> Deliver:
        def deliver(order_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                order = orders.get(session, order_id)
                if only_when is not None and order.state != only_when:
                    raise NotNeeded(f"the order is {order.state} by now")
                context = self.payer.context(session, order) | self._unpaid(session, order)
            self.payer.send(template, order, key, context, deadline)

        return deliver

    def _unpaid(self, session: Session, order: Order) -> dict[str, Any]:
        """Whether what was ordered, and is not paid, can still be had: as it is now."""
        course = order.lines[0].course
        return {
            "is_off": orders.is_off(order),
            "is_kept": all(line.seat == Seat.HELD for line in order.lines),
            "obstacle": settlement.find_obstacle(session, order, self.clock.now(session)),
            "course_link": self.links.page(f"/courses/{course.code}" if course.active else "/courses"),
        }

    def _trouble(self, trouble_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            trouble = session.get_one(OrderTrouble, trouble_id)
            if trouble.settled_at is not None:
                raise NotNeeded("it is settled by now")
            order = orders.get(session, trouble.order_id)
            context = self.payer.context(session, order)
            subject, point, following = self._words_of(session, order, trouble)
        said = {"total": context["total"], "what": context["what"]}
        context |= {"subject": subject, "point": point.format(**said), "next": following}
        self.payer.send("order_trouble", order, key, context, deadline)

    def _words_of(self, session: Session, order: Order, trouble: OrderTrouble) -> tuple[str, str, str]:
        """The subject, the point, and what happens next: what is true now."""
        open_ones = [one.what for one in order.troubles if one.settled_at is None]
        case = held_up.case_of(trouble.what, order.state, open_ones, is_off=orders.is_off(order))
        if case is None:
            return SUPPLY
        following = held_up.NEXT.get(case) or held_up.no_place(self._free_dates(session, order))
        return *held_up.LETTERS[case], following

    def _free_dates(self, session: Session, order: Order) -> list[str]:
        """The next dates that the place may be on instead."""
        today = working_days.london_day(self.clock.now(session))
        dated = [line for line in order.lines if line.run is not None][:1]
        found = [one for line in dated for one in free_dates.list_with_own(session, order, line, today)]
        return [free_dates.described(one.run) for one in found[:MOST_DATES]]

    def _lapsed(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            enrolment = enrolments.get(session, enrolment_id)
            given_back = enrolment.state == EnrolmentState.CANCELLED and not enrolment.line.gross_pence
            waits = enrolment.state == EnrolmentState.WAITING_FOR_LEARNER
            if enrolment.line.course_email or not (waits or given_back):
                raise NotNeeded("the place has a learner by now")
            order = orders.get(session, enrolment.line.order_id)
            context = self.payer.context(session, order)
        run = enrolment.run
        is_off = run is not None and run.cancelled_at is not None
        context |= {"what": enrolment.line.description, "given_back": given_back, "is_off": is_off}
        self.payer.send("place_lapsed", order, key, context, deadline)


def _is_own(order: Order, place: Enrolment) -> bool:
    """True when the receipt's address is the learner's own, so that the letter may hold their link."""
    waits = place.state == EnrolmentState.WAITING_FOR_LEARNER
    return waits and place.line.is_payer and place.line.course_email == order.receipt_email


def _learner_words(order: Order, places: list[Enrolment]) -> str:
    if all(place.account_id is not None for place in places):
        return "You find it in your account." if order.buyer == Buyer.ME else "The learner finds it in their account."
    names = " and ".join(place.line.learner_name for place in places if place.line.learner_name)
    return f"We have written to {names or 'the learner'}, who takes the place up with a link of their own."


def _opens(places: list[Enrolment], now: dt.datetime, *, is_own: bool) -> str:
    """When the course opens, after the sentence on how it is reached."""
    latest = max(place.opens_at for place in places)
    if latest > now:
        return f"The course opens on {selling.day(working_days.london_day(latest))}."
    if is_own:
        return "The course opens at once then."
    return (
        "The course opens within a minute."
        if all(place.account_id for place in places)
        else "The course opens as soon as they have."
    )


def _confirmed(session: Session, order_id: int, now: dt.datetime) -> None:
    order = orders.get(session, order_id)
    order.confirmed_at = order.confirmed_at or now  # sent again, it confirms nothing that was not confirmed before
