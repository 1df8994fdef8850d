"""Giving money back through Stripe, and hearing of refunds and disputes. Stripe is read anew each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, NotNeeded, TryAgain
from portal.domain.orders import RefundState
from portal.domain.reconciliation import Difference
from portal.domain.refunds import ALIVE
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.payments import Payments
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.models.payment import StripeEvent
from portal.models.session import reading, writing
from portal.records import fulfilment, orders, payments, refunds, returns, stripe_events
from portal.records.outbox import Handler

UNHEARD_FOR = dt.timedelta(hours=2)  # a page is open for half an hour, and looked at when every word of it is lost
NOT_OURS = "no payment of ours"


@dataclass(frozen=True)
class Refunds:
    """Makes the handlers of everything that goes back."""

    stripe: Payments
    clock: Clock
    seller: Seller

    def handlers(self) -> dict[Kind, Handler]:
        """What the worker does about money that goes back."""
        return {
            Kind.REFUND: Handler(self._refund, failed=self._given_up),
            Kind.SYNC_REFUND: Handler(self._sync_event),
            Kind.NOTE_DISPUTE: Handler(self._note_dispute),
        }

    def sync(self, payment_intent: str, deadline: Deadline) -> bool:
        """Take in every refund of a payment as Stripe has it now; False for a payment that we do not know.

        Called by Stripe's messages, before a refund is asked for, and by the comparison with Stripe: any number of
        times, at once, in any order. Raises a DeliveryError.
        """
        found = self.stripe.list_refunds(payment_intent, deadline)

        def take_in(session: Session, order: Order, now: dt.datetime) -> None:
            for returned in sorted(found, key=lambda one: (one.made_at, one.refund)):
                returns.take_in(session, order, returned, now, self.seller)

        return self._with_order(payment_intent, take_in)

    def take_in(self, missed: Difference, deadline: Deadline) -> bool:
        """Take in a refund or a dispute of which no message came; False for a payment that we do not know.

        Raises a DeliveryError.
        """
        return self._dispute(missed.dispute, deadline) if missed.dispute else self.sync(missed.payment, deadline)

    def _refund(self, refund_id: int, _key: str, deadline: Deadline) -> None:
        """Ask Stripe, unless it has been asked: a key of Stripe's is forgotten after a day, and we try for three."""
        with reading() as session:
            payment_intent = refunds.get(session, refund_id).payment_intent
        self.sync(payment_intent, deadline)
        with writing() as session:
            refund = self._still_wanted(session, refund_id)
        if refund is None:
            raise NotNeeded("Stripe has done it, or refused it")
        made = self.stripe.refund(refund.key, payment_intent, refund.amount_pence, refund.order.reference, deadline)
        self._with_order(
            payment_intent, lambda session, order, now: returns.take_in(session, order, made, now, self.seller)
        )

    def _still_wanted(self, session: Session, refund_id: int) -> Refund | None:
        """The refund, if Stripe has not heard of it. One whose forerunner turned out to be done is dropped."""
        order = fulfilment.hold_order(session, refunds.get(session, refund_id).order.reference)
        known = refunds.list_of(session, order)
        refund = refunds.get(session, refund_id)
        if refund.stripe_refund is not None or refund.state != RefundState.ASKED:
            return None
        same = [one for one in known if one.credit_note == refund.credit_note and one.id != refund.id]
        is_done = bool(refund.credit_note) and any(one.state in ALIVE for one in same)
        if is_done or payments.is_overdrawn(session, order, known, refund.payment_intent):
            returns.drop(session, order, refund, self.clock.now(session))
            return None
        return refund

    def _given_up(self, session: Session, refund_id: int, now: dt.datetime) -> bool:
        refund = refunds.get(session, refund_id)
        order = fulfilment.hold_order(session, refund.order.reference)
        returns.refuse(session, order, refunds.get(session, refund_id), now)
        return False

    def _sync_event(self, event_id: int, _key: str, deadline: Deadline) -> None:
        with reading() as session:
            facts = stripe_events.facts(session, event_id)
        payment_intent = str(facts.get("payment_intent", ""))
        if not payment_intent and facts.get("object") == "refund":
            payment_intent = self.stripe.get_refund(str(facts["id"]), deadline).payment_intent
        known = bool(payment_intent) and self.sync(payment_intent, deadline)
        self._end(event_id, known=known)

    def _note_dispute(self, event_id: int, _key: str, deadline: Deadline) -> None:
        with reading() as session:
            dispute = stripe_events.about(session, event_id)
        self._end(event_id, known=self._dispute(dispute, deadline))

    def _dispute(self, dispute: str, deadline: Deadline) -> bool:
        found = self.stripe.get_dispute(dispute, deadline)
        return self._with_order(
            found.payment_intent, lambda session, order, now: returns.dispute(session, order, found, now)
        )

    def _with_order(self, payment_intent: str, act: Callable[[Session, Order, dt.datetime], None]) -> bool:
        """Do it with the order of a payment, held as every other does; False when there is none."""
        with writing() as session:
            checkout = orders.find_by_payment(session, payment_intent)
            if checkout is None:
                return False
            act(session, fulfilment.hold_order(session, checkout.order.reference), self.clock.now(session))
            return True

    def _end(self, event_id: int, *, known: bool) -> None:
        """Note what became of a message. One may overtake the word of its payment, so a young one is tried again."""
        with writing() as session:
            now = self.clock.now(session)
            event = session.get(StripeEvent, event_id)
            if event is None:
                raise NotFound("There is no such message.")
            if not known and now - event.received_at < UNHEARD_FOR:
                raise TryAgain("We have not heard of this payment yet.")
            stripe_events.end(session, event_id, "taken in" if known else NOT_OURS, now)
