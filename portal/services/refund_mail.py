"""The letters to whoever ordered about orders that are cancelled, and about money that goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.domain import cancellation, documents
from portal.domain.date_change import REASONS, SINCE
from portal.domain.delivery import Kind
from portal.domain.ended_place import By, Ended, to_buyer
from portal.domain.errors import NotNeeded
from portal.domain.money import pounds
from portal.domain.orders import OVER, EnrolmentState, Entry
from portal.domain.refunds import ALIVE, BY_BUYER, BY_US
from portal.domain.selling import day, short_day
from portal.domain.working_days import london_day
from portal.gateways.deadline import Deadline
from portal.gateways.documents import Drawer
from portal.gateways.payer_mail import PayerMail
from portal.models.ledger import Refund
from portal.models.session import reading
from portal.records import ended_places, enrolments, ledger, orders, papers, refunds
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]


@dataclass(frozen=True)
class RefundMail:
    """Makes the handlers."""

    payer: PayerMail
    drawer: Drawer

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind."""
        return {
            Kind.ORDER_CANCELLED: Handler(self._about_refund("order_cancelled")),
            Kind.ORDER_REFUND: Handler(self._about_refund("order_refund")),
            Kind.ORDER_REFUND_FAILED: Handler(self._failed),
            Kind.ORDER_REPAID: Handler(self._repaid),
            Kind.ORDER_ENDED: Handler(self._ended),
            Kind.ORDER_PLACE_ENDED: Handler(self._place_ended),
        }

    def _about_refund(self, template: str) -> Deliver:
        def deliver(refund_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                refund = refunds.get(session, refund_id)
                order = orders.get(session, refund.order_id)
                context = self.payer.context(session, order) | _of(refund)
                places = enrolments.list_of_order(session, order.id)
                context["keeps_place"] = any(place.state not in OVER for place in places)
                note = papers.get(session, order, refund.credit_note).snapshot if refund.credit_note else ""
            enclosed = {}
            if note:
                enclosed[f"Credit note {refund.credit_note}.pdf"] = self.drawer.pdf(documents.from_json(note))
            self.payer.send(template, order, key, context, deadline, enclosed)

        return deliver

    def _failed(self, refund_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            refund = refunds.get(session, refund_id)
            if refund.state in ALIVE:
                raise NotNeeded("Stripe has done it after all")
            order = orders.get(session, refund.order_id)
            context = self.payer.context(session, order) | _of(refund)
        self.payer.send("order_refund_failed", order, key, context, deadline)

    def _repaid(self, refund_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            refund = refunds.get(session, refund_id)
            order = orders.get(session, refund.order_id)
            context = self.payer.context(session, order) | _of(refund)
        paid_on = short_day(london_day(refund.ended_at or refund.asked_at))
        context |= {"how": f"{refund.reason[:1].lower()}{refund.reason[1:]}", "on": paid_on}
        self.payer.send("order_repaid", order, key, context, deadline)

    def _ended(self, order_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            order = orders.get(session, order_id)
            places = enrolments.list_of_order(session, order_id)
            entries = ledger.list_of(session, order)
            ended = [place for place in places if place.state == EnrolmentState.CANCELLED]
            said = [(ended_places.how(session, place), place.line) for place in ended]
            said = said or [(Ended(By.BUYER), line) for line in order.lines]
            context = self.payer.context(session, order)
            context["said"] = [to_buyer(how, line.description, line.learner_name or "") for how, line in said]
            context["is_cancelled"] = all(how.by == By.BUYER and not how.since for how, _ in said)
            context["was_paid"] = bool(ledger.total(entries, Entry.PAID))
            context["may_come"] = not places and order.total_pence > 0
        self.payer.send("order_ended", order, key, context, deadline)

    def _place_ended(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            place = enrolments.get(session, enrolment_id)
            order = orders.get(session, place.line.order_id)
            context = self.payer.context(session, order) | {"what": place.line.description}
        self.payer.send("order_place_ended", order, key, context, deadline)


def _of(refund: Refund) -> dict[str, Any]:
    """What a letter says of a refund: how much, of what, by when, and what ended with it."""
    since = next((SINCE[what] for what, reason in REASONS.items() if reason == refund.reason), "")
    return {
        "amount": pounds(refund.amount_pence),
        "refund": refund,
        "since": since,
        "why": refund.reason if refund.asked_by == BY_US or (refund.asked_by and refund.credit_note) else "",
        "told": bool(since) and refund.asked_by != BY_BUYER,
        "parts": [(part.line.description, pounds(part.gross_pence), part.ends_place) for part in refund.parts],
        "ended": [part.line.description for part in refund.parts if part.ends_place],
        "by": day(cancellation.refund_by(refund.asked_at)),
    }
