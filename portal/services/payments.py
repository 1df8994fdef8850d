"""Taking payments: to Stripe's page and back. One function settles, whoever finds out first that there is news."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.cancellation import Buyer
from portal.domain.delivery import Kind, Lane
from portal.domain.documents import Seller
from portal.domain.errors import GiveUp, NotNeeded, Refusal, Unfit
from portal.domain.held_places import Visitor
from portal.domain.links import Links
from portal.domain.orders import TO_PAY, OrderState
from portal.domain.orders import Checkout as CheckoutState
from portal.domain.payments import WORK, Asked, Message
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.payments import Payments
from portal.models.order import Order
from portal.models.payment import Checkout
from portal.models.session import reading, writing
from portal.records import fulfilment, held_places, orders, outbox, settlement, stripe_events
from portal.records.outbox import Handler

log = logging.getLogger("portal.payments")

SECONDS_FOR_A_PAGE = 15.0
UNANSWERED_FOR = dt.timedelta(seconds=30)
GRACE = dt.timedelta(minutes=2)
SWEPT_AT_ONCE = 50
TEN_MINUTES = 10


class NothingToPay(Refusal):
    """The order is paid, or on its way to be, or free; or another page is open by now."""


@dataclass(frozen=True)
class Till:
    """Where payments are taken: with Stripe, our clock, our links, and the minutes for which a page stays open."""

    stripe: Payments
    clock: Clock
    links: Links
    seller: Seller
    minutes: int

    def handlers(self) -> dict[Kind, Handler]:
        """What the worker does about payments."""
        return {
            Kind.SETTLE_CHECKOUT: Handler(self._settle_event),
            Kind.SETTLE_VISIT: Handler(self._settle_visit),
            Kind.CHECK_CHECKOUTS: Handler(self._sweep),
        }

    def plan(self) -> None:
        """Plan the next look at pages that should have ended: a message of Stripe's may be lost."""
        with reading() as session:
            now = self.clock.now(session)
            slot = f"{now:%Y-%m-%dT%H}:{now.minute // TEN_MINUTES}0"
            if outbox.find_by_key(session, f"{Kind.CHECK_CHECKOUTS}:0:{slot}") is not None:
                return
        with writing() as session:
            outbox.add_once(session, Kind.CHECK_CHECKOUTS, 0, now, key=slot, lane=Lane.STRIPE)

    def begin(self, reference: str, visitor: Visitor | None = None) -> str:
        """The address of Stripe's page for this order, open and for this order alone.

        Raises NotFound, NothingToPay, Unfit when its place or its offer has gone meanwhile or a `visitor` holds too
        many places, or a DeliveryError when Stripe is not to be had: the order stays, and can be paid later.
        """
        with Deadline(SECONDS_FOR_A_PAGE) as deadline:
            if over := self._overdue(reference):
                self.settle(over, deadline)
            with writing() as session:
                order = orders.get_by_reference(session, reference, lock=True)
                checkout = self._visit(session, order, visitor)
                if checkout.url:
                    return checkout.url
                asked = self._asked(order, checkout)
            made = self.stripe.open_checkout(asked, deadline)
            with writing() as session:
                order = fulfilment.hold_order(session, reference)
                current = orders.list_checkouts(session, order)[0]
                if current.attempt != asked.attempt:
                    raise NothingToPay("Stripe took so long that another page was opened meanwhile.")
                settlement.take_in(session, order, current, made, self.clock.now(session), self.seller, live=self.live)
            if not made.url:
                raise NothingToPay("This page is closed; the order says how it ended.")
            return made.url

    def end_others(self, submission: str, digest: str) -> str:
        """End the pages of the orders that the same form made with other answers, so that only one can be paid.

        Answers the reference of one that turns out to be paid, or empty. Raises a DeliveryError.
        """
        with reading() as session:
            others = [
                (order.reference, one.session)
                for order in orders.list_of_submission(session, submission)
                if order.answers_digest != digest
                for one in orders.list_checkouts(session, order)
                if one.state == CheckoutState.OPEN and one.session
            ]
        with Deadline(SECONDS_FOR_A_PAGE) as deadline:
            for reference, session_id in others:
                self.stripe.end_checkout(session_id, deadline)
                if self.settle(session_id, deadline) not in (OrderState.EXPIRED, OrderState.OPEN):
                    return reference
        return ""

    def end_pages(self, reference: str) -> None:
        """End every page at which the order could still be paid, and take in how each ended. Raises a DeliveryError."""
        with reading() as session:
            order = orders.get_by_reference(session, reference)
            open_ones = [one for one in orders.list_checkouts(session, order) if one.state == CheckoutState.OPEN]
        with Deadline(SECONDS_FOR_A_PAGE) as deadline:
            for one in open_ones:
                if one.session:
                    self.stripe.end_checkout(one.session, deadline)
                    self.settle(one.session, deadline)

    @property
    def live(self) -> bool:
        """True when our key moves real money."""
        return self.stripe.live

    def settle(self, session_id: str, deadline: Deadline) -> OrderState | None:
        """Ask Stripe how the visit stands and take it in; answers the order's state, or None for a session not ours.

        Called by Stripe's messages, the page people come back to, the worker's own looks and `portal reconcile`: any
        number of times, at once, in any order. Raises a DeliveryError.
        """
        visit = self.stripe.get_checkout(session_id, deadline)
        with writing() as session:
            found = orders.find_checkout(session, visit.session, visit.reference, visit.attempt)
            if found is None:
                return None
            order = fulfilment.hold_order(session, found.order.reference)
            session.refresh(found)
            settlement.take_in(session, order, found, visit, self.clock.now(session), self.seller, live=self.live)
            return order.state

    def receive(self, message: Message) -> bool:
        """Keep a message of Stripe's and what it makes us look at; False when it has been here before."""
        with writing() as session:
            now = self.clock.now(session)
            event_id = stripe_events.add_once(session, message, now)
            if event_id is None:
                return False
            if kind := WORK.get(message.kind):
                outbox.add(session, kind, event_id, now, lane=Lane.STRIPE)
            return True

    def _overdue(self, reference: str) -> str:
        """The session of a page whose time is over although we have not heard of its end."""
        with reading() as session:
            order = orders.get_by_reference(session, reference)
            visits = orders.list_checkouts(session, order)
            now = self.clock.now(session)
        ended = visits and visits[0].state == CheckoutState.OPEN and visits[0].expires_at <= now + GRACE
        return (visits[0].session or "") if ended else ""

    def _visit(self, session: Session, order: Order, visitor: Visitor | None) -> Checkout:
        """The visit that can be paid, or a new one to ask Stripe for."""
        if order.state not in TO_PAY:
            raise NothingToPay("There is nothing to pay for this order.")
        if orders.is_off(order):
            raise Unfit("run", settlement.OFF)  # also while a page of Stripe's is open
        now = self.clock.now(session)
        newest = next(iter(orders.list_checkouts(session, order)), None)
        if newest is not None and newest.state == CheckoutState.OPEN and newest.expires_at > now:
            return newest
        if newest is not None and newest.state == CheckoutState.MAKING:
            if now - newest.made_at < UNANSWERED_FOR:
                return newest
            newest.state = CheckoutState.EXPIRED  # nobody was sent there, since its answer never came
        settlement.take_up_again(order, now)
        if not settlement.hold_seats(session, order):
            raise Unfit("run", settlement.GONE)
        if visitor:
            held_places.begin(session, order, visitor, now)
        order.state = OrderState.OPEN
        return orders.begin_visit(session, order, newest.attempt + 1 if newest else 1, now, self.minutes)

    def _asked(self, order: Order, checkout: Checkout) -> Asked:
        return Asked(
            reference=order.reference,
            attempt=checkout.attempt,
            lines=[(line.description, line.gross_pence) for line in order.lines],
            currency=order.currency,
            email=order.receipt_email,
            expires_at=checkout.expires_at,
            success_url=self.links.return_address(),
            cancel_url=self.links.order_page(order.reference, order.link_epoch, checkout.made_at),
            needs_address=order.buyer == Buyer.ORGANISATION,
        )

    def _settle_event(self, event_id: int, _key: str, deadline: Deadline) -> None:
        with reading() as session:
            session_id = stripe_events.about(session, event_id)
        state = self.settle(session_id, deadline)
        with writing() as session:
            stripe_events.end(session, event_id, str(state or "no order of ours"), self.clock.now(session))

    def _settle_visit(self, checkout_id: int, _key: str, deadline: Deadline) -> None:
        with reading() as session:
            checkout = session.get(Checkout, checkout_id)
        if checkout is None or checkout.session is None:
            raise NotNeeded("the visit is gone")
        self.settle(checkout.session, deadline)

    def _sweep(self, _record_id: int, _key: str, deadline: Deadline) -> None:
        """Look at the pages that should have ended, and at payments that are awaited."""
        with reading() as session:
            limit = self.clock.now(session) - GRACE
            open_ones = (Checkout.state.in_((CheckoutState.MAKING, CheckoutState.OPEN))) & (Checkout.expires_at < limit)
            awaited = (Checkout.state == CheckoutState.COMPLETE) & orders.awaits_a_bank()
            by_chance = (awaited, func.random())  # the awaited last, and none of them always behind the others
            query = select(Checkout).join(Checkout.order).where(open_ones | awaited).order_by(*by_chance)
            found = [(one.id, one.session) for one in session.scalars(query.limit(SWEPT_AT_ONCE))]
        if not found:
            raise NotNeeded("every page has ended as it should")
        for checkout_id, session_id in found:
            if session_id is None:
                self._give_up(checkout_id)
                continue
            try:
                self.settle(session_id, deadline)
            except GiveUp as unknown:  # the others must not wait for it; `portal reconcile` names it
                log.warning("checkout_not_to_be_had", extra={"error": str(unknown)})

    def _give_up(self, checkout_id: int) -> None:
        with writing() as session:
            checkout = session.get_one(Checkout, checkout_id)
            order = orders.get_by_reference(session, orders.get(session, checkout.order_id).reference, lock=True)
            session.refresh(checkout)
            if checkout.session is None:
                settlement.give_up(session, order, checkout, self.clock.now(session))


class NoTill:
    """Where nothing is sold: what the outbox holds of a time when something was, waits for a person."""

    KINDS = (
        *(Kind.SETTLE_CHECKOUT, Kind.SETTLE_VISIT, Kind.CHECK_CHECKOUTS, Kind.RECONCILE),
        *(Kind.REFUND, Kind.SYNC_REFUND, Kind.NOTE_DISPUTE),
    )

    def handlers(self) -> dict[Kind, Handler]:
        """One refusal for everything about payments."""
        return dict.fromkeys(self.KINDS, Handler(self._refuse))

    @staticmethod
    def _refuse(_record_id: int, _key: str, _deadline: Deadline) -> None:
        raise GiveUp("Payments are switched off.")
