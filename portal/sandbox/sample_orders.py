"""Orders of the demo: some months of them, made through the use cases that people use, in every state that exists.

The payments are of the past: the demo's Stripe is told of each (sample_payments.py), and what it would have said of it
is taken in here.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from portal.domain.delivery import WAITING, Kind, Lane, State
from portal.domain.documents import Seller
from portal.domain.orders import Buyer, Entry, Purchase, Start, Trouble
from portal.domain.payments import Visit
from portal.domain.registration import Answers
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import enrolments, fulfilment, ledger, orders, settlement
from portal.records.accounts import Person
from portal.records.outbox import Handler
from portal.sandbox.past import FIRST, LAST, PLAIN, PastClock
from portal.sandbox.sample_payments import PastStripe
from portal.sandbox.sample_people import TRAINEE, VISIT, find
from portal.services import courses, outbox, places
from portal.services import orders as shop
from portal.services.course_opening import CourseOpening
from portal.services.orders import Full

ORDERS, DAYS, MINUTES = 60, 140, 31
FIRMS = ("Nair Fibre Ltd", "Marlow Networks", "Okoro Civils", "Finch & Daughters", "Northgate Broadband")
RECORDED, LIVE, FREE = "FIB-INTRO", "FIB-OTDR", "FIB-TASTE"
LETTERS = tuple(kind for kind in Kind if kind.startswith(("order_", "place_")) or kind == Kind.COURSE_OPEN)
NOBODY_KNOWS = "not a password"  # the sample learners’ accounts are never signed in to


def make(handlers: Mapping[Kind, Handler], vault: Vault, clock: Clock, seller: Seller, stripe: PastStripe) -> None:
    """Make it all; `handlers` note that letters arrived, without a letter of the past being sent now.

    `stripe` is the demo's: the payments stand there too.
    """
    made = _Orders(handlers, vault, clock, seller, stripe)
    made.months()
    made.of_priya()
    made.troubles()


class _Orders:
    """The shop of the past: what is sold in it, and a clock that says when."""

    def __init__(
        self, handlers: Mapping[Kind, Handler], vault: Vault, clock: Clock, seller: Seller, stripe: PastStripe
    ) -> None:
        self.stripe = stripe
        self.handlers, self.vault, self.seller = handlers, vault, seller
        self.chance = random.Random(20261126)  # noqa: S311 - a fixed seed, so that every demo is the same
        self.past = PastClock()
        self.now = self.past.moment + clock.offset()
        self.opening = CourseOpening(self.past).handlers()
        self.count = 0

    def months(self) -> None:
        """Most are paid and taken up; some were left unpaid, some wait for their learner, some cost nothing."""
        sold = [one.code for one in courses.offered() if one.price_pence and one.sold != "partners"]
        ages = sorted((self.chance.uniform(1, DAYS) for _ in range(ORDERS)), reverse=True)
        for number, age in enumerate(ages):
            self.past.moment = self.now - dt.timedelta(days=age)
            code = FREE if number % 12 == 5 else self.chance.choice(sold)
            for_firm = code != FREE and self.chance.random() < 0.4
            placed = self.order(code, for_firm=for_firm)
            if placed is None:
                continue
            self.past.moment += dt.timedelta(minutes=self.chance.uniform(2, 20))
            if code != FREE and number % 9 == 4:
                self.left(placed)
                continue
            if code != FREE:
                self.pays(placed)
            if age > 2:
                self.letters_arrive()
            if not for_firm and number % 7:
                self.taken_up(placed)

    def of_priya(self) -> None:
        """The trainee who signs in has one course open, and its order."""
        self.past.moment = self.now - dt.timedelta(days=26)
        priya = find(TRAINEE)
        placed = self.order(RECORDED, payer=priya)
        assert placed
        self.pays(placed)
        self.letters_arrive()

    def troubles(self) -> None:
        """One of each that only a person can settle, but for refunds."""
        self.past.moment = self.now - dt.timedelta(hours=34)
        full, twice, differs, disputed, supply = (
            self.order(code, **facts)
            for code, facts in (
                (LIVE, {"for_firm": True, "run": self.smallest_run(LIVE)}),
                *((RECORDED, {}),) * 3,
                (RECORDED, {"country": "IE"}),
            )
        )
        assert full
        assert twice
        assert differs
        assert disputed
        assert supply
        self.left(full)
        while (other := self.order(LIVE, for_firm=True, run=self.run_of(full))) is not None:
            self.past.moment += dt.timedelta(minutes=self.chance.uniform(5, 40))
            self.pays(other)
        self.pays(full)
        self.pays(twice)
        self.pays(twice, again=True)
        self.pays(differs, differs=-1000)
        self.pays(disputed)
        self.pays(supply, billing="FR", card="DE")
        with writing() as session:
            taken_back, now = orders.get_by_reference(session, disputed, lock=True), self.past.now(session)
            payment = orders.list_checkouts(session, taken_back)[0].payment_intent
            assert payment
            dispute = self.stripe.disputed(payment, now)
            ledger.enter(session, taken_back, Entry.DISPUTED, taken_back.total_pence, dispute, now)
            orders.raise_trouble(session, taken_back, Trouble.DISPUTED, now, dispute)

    def order(
        self,
        code: str,
        *,
        for_firm: bool = False,
        payer: Person | None = None,
        run: str = "",
        country: str = "",
    ) -> str | None:
        """Somebody orders a place; answers the order's reference, or None where no date has room."""
        self.count += 1
        offer = shop.offer(code, "", self.past, payments_on=True)
        free = [one.run.code for one in offer.runs if not one.is_full]
        if offer.runs and (not free or (run and run not in free)):
            return None
        run = run or (self.chance.choice(free) if free else "")
        offer = shop.offer(code, run, self.past, payments_on=True)
        purchase = self._purchase(code, run, for_firm=for_firm, country=country, starts=offer.starts)
        if payer:
            purchase = replace(
                purchase,
                full_name=payer.full_name,
                email=payer.email,
                learner_name=payer.full_name,
                course_email=payer.email,
                receipt_email=payer.email,
                region="west-midlands",
                start=Start.NOW,
            )
        try:
            placed = shop.place(
                purchase, f"sample-{self.count}", payer, self.past, self.seller, minutes=MINUTES, payments_on=True
            )
        except Full:
            return None
        return placed.reference

    def _purchase(self, code: str, run: str, *, for_firm: bool, country: str, starts: tuple[Start, ...]) -> Purchase:
        payer, learner = self._name(), self._name()
        name, email = learner if for_firm else payer
        return Purchase(
            course=code,
            run=run,
            buyer=Buyer.ORGANISATION if for_firm else Buyer.ME,
            full_name=payer[0],
            email=payer[1],
            region="outside-uk" if country else self.chance.choice(("west-midlands", "wales", "london", "scotland")),
            country=country or "GB",
            heard_from=self.chance.choice(("A colleague", "A search", "A trade show")),
            of_age=16,
            organisation=self.chance.choice(FIRMS) if for_firm else "",
            learner_name=name,
            course_email=email,
            receipt_email=payer[1],
            telephone=f"07700 900{self.chance.randrange(100, 1000)}" if for_firm else None,
            start=self.chance.choice(starts) if starts and not for_firm else None,
        )

    def _name(self) -> tuple[str, str]:
        first, last = self.chance.choice(FIRST), self.chance.choice(LAST)
        address = f"{first}.{last}{self.chance.randrange(10, 1000)}@mail.example"
        return f"{first} {last}", address.lower().translate(PLAIN)

    def smallest_run(self, code: str) -> str:
        """The code of the date with the fewest places left."""
        free = [one for one in shop.offer(code, "", self.past, payments_on=True).runs if one.left]
        return min(free, key=lambda one: one.left or 0).run.code

    def run_of(self, reference: str) -> str:
        """The code of the date that an order is for."""
        with reading() as session:
            run = orders.get_by_reference(session, reference).lines[0].run
        assert run
        return run.code

    def left(self, reference: str) -> None:
        """They left the payment page, and its time was over."""
        self._stripe_says(reference, "expired", is_paid=False)

    def pays(
        self, reference: str, *, again: bool = False, differs: int = 0, billing: str = "GB", card: str = "GB"
    ) -> None:
        """They pay; once more where there is an older page that was still open."""
        if again:
            with writing() as session:
                order = orders.get_by_reference(session, reference, lock=True)
                orders.begin_visit(session, order, 2, self.past.now(session), MINUTES)
        self._stripe_says(reference, "complete", is_paid=True, differs=differs, billing=billing, card=card)

    def _stripe_says(
        self, reference: str, status: str, *, is_paid: bool, differs: int = 0, billing: str = "", card: str = ""
    ) -> None:
        with writing() as session:
            order = fulfilment.hold_order(session, reference)
            checkout, now = orders.list_checkouts(session, order)[0], self.past.now(session)
            page, payment = self.stripe.opens(order, checkout, differs), ""
            if is_paid:
                payment = self.stripe.takes(page, order, billing, card, now)
            else:
                self.stripe.ends(page, now)
            said = Visit(
                session=page,
                reference=reference,
                attempt=checkout.attempt,
                url="",
                status=status,
                is_paid=is_paid,
                has_failed=False,
                amount_pence=order.total_pence + differs,
                currency=order.currency,
                live=False,
                payment_intent=payment,
                billing_address="1 Sample Street\nDudley\nDY1 1AA" if order.organisation else "",
                billing_country=billing,
                card_country=card,
                made_at=checkout.made_at,
            )
            settlement.take_in(session, order, checkout, said, now, self.seller, live=False)

    def letters_arrive(self) -> None:
        """Note the deliveries of what is due by now, and open the courses that may open."""
        self.past.moment += dt.timedelta(seconds=self.chance.uniform(3, 30))
        for _ in range(2):
            with writing() as session:
                now = self.past.now(session)
                query = select(OutboxMessage).where(
                    OutboxMessage.kind.in_(LETTERS), OutboxMessage.state.in_(WAITING), OutboxMessage.due_at <= now
                )
                for row in session.scalars(query.order_by(OutboxMessage.id)):
                    row.state, row.attempts, row.finished_at = State.SENT, 1, now
                    self.handlers[row.kind].sent(session, row.record_id, now)
            while outbox.work_once(Lane.COURSES, self.opening, self.past).worked:
                continue

    def taken_up(self, reference: str) -> None:
        """The learner takes the place up by the letter's link."""
        with reading() as session:
            (place,) = enrolments.list_of_order(session, orders.get_by_reference(session, reference).id)
        self.past.moment += dt.timedelta(minutes=self.chance.uniform(5, 400))
        line = place.line
        answers = Answers(line.learner_name or "", line.course_email or "", "west-midlands", "A colleague", 16)
        places.take_up(place.reference, place.link_epoch, answers, NOBODY_KNOWS, VISIT, self.past, self.vault)
        self.letters_arrive()
