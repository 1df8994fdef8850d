"""The letters about orders that are cancelled, and about money that goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import cancellation, documents
from portal.domain.date_change import REASONS
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.links import Links
from portal.domain.money import pounds
from portal.domain.orders import EnrolmentState, Entry
from portal.domain.refunds import ALIVE
from portal.domain.selling import day
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.documents import Drawer
from portal.gateways.mail import Letter, Mailer
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.models.session import reading
from portal.records import accounts, enrolments, ledger, orders, papers, refunds
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]


@dataclass(frozen=True)
class RefundMail:
    """Makes the handlers. Answers to these letters go to `team_email`."""

    mailer: Mailer
    drawer: Drawer
    links: Links
    clock: Clock
    team_email: str

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind."""
        return {
            Kind.ORDER_CANCELLED: Handler(self._about_refund("order_cancelled")),
            Kind.ORDER_REFUND: Handler(self._about_refund("order_refund")),
            Kind.ORDER_REFUND_FAILED: Handler(self._failed),
            Kind.ORDER_ENDED: Handler(self._ended),
            Kind.PLACE_CANCELLED: Handler(self._place),
        }

    def _about_refund(self, template: str) -> Deliver:
        def deliver(refund_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                refund = refunds.get(session, refund_id)
                order = orders.get(session, refund.order_id)
                context = self._context(session, order) | _of(refund)
                note = papers.get(session, order, refund.credit_note).snapshot if refund.credit_note else ""
            enclosed = {}
            if note:
                enclosed[f"Credit note {refund.credit_note}.pdf"] = self.drawer.pdf(documents.from_json(note))
            self._send(template, order, key, context, deadline, enclosed)

        return deliver

    def _failed(self, refund_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            refund = refunds.get(session, refund_id)
            if refund.state in ALIVE:
                raise NotNeeded("Stripe has done it after all")
            order = orders.get(session, refund.order_id)
            context = self._context(session, order) | _of(refund)
        self._send("order_refund_failed", order, key, context, deadline)

    def _ended(self, order_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            order = orders.get(session, order_id)
            places = enrolments.list_of_order(session, order_id)
            entries = ledger.list_of(session, order)
            ended = [place.line.description for place in places if place.state == EnrolmentState.CANCELLED]
            context = self._context(session, order)
            context["lines"] = ended or [line.description for line in order.lines]
            context["was_paid"] = bool(ledger.total(entries, Entry.PAID))
            context["may_come"] = not places
        self._send("order_ended", order, key, context, deadline)

    def _place(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            place = enrolments.get(session, enrolment_id)
            line = place.line
            account = accounts.get(session, place.account_id) if place.account_id else None
        address = account.email if account else line.course_email
        if address is None or place.state != EnrolmentState.CANCELLED:
            raise NotNeeded("there is nobody to tell")
        name = (account.full_name if account else line.learner_name) or ""
        context = {
            "learner": name,
            "what": line.description,
            "payer": line.order.organisation or line.order.full_name,
        }
        letter = Letter("place_cancelled", address, key, context, to_name=name, reply_to=self.team_email)
        self.mailer.send(letter, deadline)

    def _context(self, session: Session, order: Order) -> dict[str, Any]:
        return {
            "order": order,
            "pounds": pounds,
            "link": self.links.order_page(order.reference, order.link_epoch, self.clock.now(session)),
        }

    def _send(
        self,
        template: str,
        order: Order,
        key: str,
        context: dict[str, Any],
        deadline: Deadline,
        enclosed: dict[str, bytes] | None = None,
    ) -> None:
        letter = Letter(
            template,
            order.receipt_email,
            key,
            context,
            to_name=order.full_name,
            reply_to=self.team_email,
            enclosed=enclosed or {},
        )
        self.mailer.send(letter, deadline)


def _of(refund: Refund) -> dict[str, Any]:
    """What a letter says of a refund: how much, of what, by when, and what ended with it."""
    return {
        "amount": pounds(refund.amount_pence),
        "refund": refund,
        "since": f"{refund.reason[0].lower()}{refund.reason[1:]}" if refund.reason in REASONS.values() else "",
        "parts": [(part.line.description, pounds(part.gross_pence), part.ends_place) for part in refund.parts],
        "ended": [part.line.description for part in refund.parts if part.ends_place],
        "by": day(cancellation.refund_by(refund.asked_at)),
    }
