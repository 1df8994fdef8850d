"""Whatever happens in whatever order: no place too many, one enrolment each, and the money is Stripe's."""

from __future__ import annotations

import dataclasses
from collections import Counter
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.domain.cancellation import Buyer
from portal.domain.delivery import Lane
from portal.domain.errors import Unfit
from portal.domain.orders import Entry, OrderState, Purchase, Seat
from portal.gateways.deadline import Deadline
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import courses, ledger, seats
from portal.sandbox import stripe_checkout, stripe_payments
from portal.sandbox.stripe_payments import Payer, Settled
from portal.sandbox.stripe_refusals import Refused
from portal.services import orders, outbox
from portal.services.payments import NothingToPay
from tests import payments
from tests.factories import in_days
from tests.payments import FIBRE, Dying, Killed
from tests.proofs.scale import scaled
from tests.shop import Shop

PLACES, LEARNERS = 3, 2
EXAMPLES, STEPS = scaled(150, 6), 25
ALIVE = (Seat.HELD, Seat.TAKEN)
AT_STRIPE = {
    "pay": lambda work, id_: stripe_payments.pay(work, id_, PAYER),
    "decline": lambda work, id_: stripe_payments.decline(work, id_, PAYER),
    "pay_later": lambda work, id_: stripe_payments.pay_later(work, id_, PAYER),
    "arrive": stripe_payments.arrive,
    "fail": stripe_payments.fail,
    "expire": stripe_checkout.expire,
}
PAYER = Payer("payer@mail.example", "Alex Payer")
_runs = count()
some = strategies.integers(0, 30)


class Buying(RuleBasedStateMachine):
    """Some learners, two places on one date, one Stripe; everything in any order."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.parts = self.shop.app.extensions["portal"]
        self.run = f"ANY-{next(_runs)}"
        self.references: list[str] = []
        self.seats_let_go: Counter[str] = Counter()
        with self.shop.app.app_context(), writing() as session:
            course = courses.find_by_code(session, FIBRE)
            assert course
            on = in_days(300)
            run = CourseRun(course_id=course.id, code=self.run, starts_on=on, ends_on=on, capacity=PLACES)
            session.add(run)
            session.flush()
            self.run_id = run.id

    def _sessions(self) -> list[str]:
        """Every page at Stripe of this example, also those whose answer was lost."""
        with self.shop.stripe.state.working() as work:
            found = work.list_objects(stripe_checkout.KIND)
        return [one["id"] for one in found if one["client_reference_id"] in self.references][::-1]

    @rule(learner=strategies.integers(0, LEARNERS - 1))
    def place(self, learner: int) -> None:
        """Somebody orders; whoever finds no place is told before paying."""
        name, email = f"Learner {learner}", f"learner-{learner}@{self.run.lower()}.example"
        purchase = Purchase(
            **{"course": FIBRE, "run": self.run, "buyer": Buyer.ME, "full_name": name, "email": email},
            **{"region": "london", "country": "GB", "heard_from": "", "of_age": 16, "organisation": "", "start": None},
            **{"learner_name": name, "course_email": email, "receipt_email": email, "telephone": None},
        )
        submission = f"{self.run}-{len(self.references)}"
        with self.shop.app.app_context():
            try:
                placed = orders.place(
                    purchase, submission, None, self.parts.clock, self.parts.seller, minutes=31, payments_on=True
                )
            except orders.Full:
                assert self._filled() == PLACES
                return
        self.references.append(placed.reference)

    @rule(learner=strategies.integers(0, LEARNERS - 1), act=strategies.sampled_from(["pay", "pay", "pay", "pay_later"]))
    def buy(self, learner: int, act: str) -> None:
        """All of it at once, but for hearing of it."""
        before = len(self.references)
        self.place(learner)
        if len(self.references) > before:
            self.begin(before, dies=False)
            self.at_stripe(len(self._sessions()) - 1, act)

    @precondition(lambda self: self.references)
    @rule(which=some, dies=strategies.sampled_from([False, False, False, True]))
    def begin(self, which: int, dies: bool) -> None:
        """On to Stripe's page; now and then the process dies before it hears the answer."""
        till = dataclasses.replace(self.parts.till, stripe=Dying(self.parts.till.stripe)) if dies else self.parts.till
        with self.shop.app.app_context(), suppress(NothingToPay, Unfit, Killed):
            till.begin(self.references[which % len(self.references)])

    @rule(which=some, act=strategies.sampled_from([*AT_STRIPE, "pay", "pay", "arrive"]))
    def at_stripe(self, which: int, act: str) -> None:
        """The payer, or the bank, does something; what can't be done is not."""
        if found := self._sessions():
            with suppress(Settled, Refused), self.shop.stripe.state.working() as work:
                AT_STRIPE[act](work, found[which % len(found)])

    @rule(which=some)
    def settle(self, which: int) -> None:
        """Somebody comes back."""
        if found := self._sessions():
            payments.settle(self.shop, found[which % len(found)])

    @rule()
    def hear(self) -> None:
        """Stripe's messages arrive, and the worker looks."""
        self.shop.stripe.deliver_now()
        self._work()

    @rule()
    def wait(self) -> None:
        """Every page ends; the worker looks at those that should have."""
        payments.time_passes(self.shop)
        with self.shop.app.app_context():
            self.parts.till.plan()
        self._work()

    @rule(which=some)
    def let_go(self, which: int) -> None:
        """A place is let go although its page is open: clocks that disagree."""
        with self.shop.app.app_context(), reading() as session:
            known = set(session.scalars(select(payments.Checkout.session).where(payments.Checkout.state == "open")))
        if found := [one for one in self._sessions() if one in known]:
            payments.let_go(self.shop, found[which % len(found)])

    def _work(self) -> None:
        with self.shop.app.app_context():
            handlers = self.shop.app.extensions["portal.handlers"]
            while outbox.work_once(Lane.STRIPE, handlers, self.parts.clock).worked:
                pass

    def _filled(self) -> int:
        with reading() as session:
            return seats.filled(session, self.run_id)

    def _rows(self) -> list[Any]:
        """(order, its state, its seat, its enrolments, its learner) of this example."""
        query = (
            select(Order.id, Order.state, OrderLine.seat, func.count(Enrolment.id), Order.email)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .outerjoin(Enrolment, Enrolment.order_line_id == OrderLine.id)
            .where(OrderLine.course_run_id == self.run_id)
            .group_by(Order.id, Order.state, OrderLine.seat, Order.email)
        )
        with reading() as session:
            return list(session.execute(query))

    def _money(self) -> tuple[int, int]:
        """What our books say came in, and what Stripe has."""
        with self.shop.app.app_context(), reading() as session:
            query = select(func.sum(LedgerEntry.amount_pence)).join(Order, Order.id == LedgerEntry.order_id)
            ours = session.scalar(query.where(LedgerEntry.kind == Entry.PAID, Order.reference.in_(self.references)))
        with self.shop.stripe.state.working() as work:
            charges = work.list_objects("charge")
        mine = [one for one in charges if one["metadata"].get("order") in self.references]
        return int(ours or 0), sum(one["amount"] for one in mine if one["status"] == "succeeded")

    @invariant()
    def no_place_too_many(self) -> None:
        """And a place that is given is a place that is paid for, once for each learner."""
        with self.shop.app.app_context():
            assert self._filled() <= PLACES
            rows = self._rows()
        for _, state, seat, enrolled, _ in rows:
            given = state == OrderState.PAID
            assert (seat == Seat.TAKEN, enrolled) == (given, int(given))
            if state in (OrderState.FAILED, OrderState.EXPIRED, OrderState.HELD_UP):
                assert seat == Seat.RELEASED
        taken = Counter(email for _, state, _, _, email in rows if state == OrderState.PAID)
        assert set(taken.values()) <= {1}

    @invariant()
    def no_place_is_let_go_while_a_page_is_open(self) -> None:
        """Whoever is at a page to pay on has a place, whatever became of the page before."""
        query = select(Order.state, OrderLine.seat).join(OrderLine, OrderLine.order_id == Order.id)
        query = query.join(payments.Checkout, payments.Checkout.order_id == Order.id)
        waiting = query.where(payments.Checkout.state.in_(("making", "open")), OrderLine.course_run_id == self.run_id)
        with self.shop.app.app_context(), reading() as session:
            found = session.execute(waiting).all()
        assert {state for state, seat in found if seat == Seat.RELEASED} <= {OrderState.HELD_UP}

    @invariant()
    def never_more_than_stripe_has(self) -> None:
        """What stands in our books has come in."""
        ours, theirs = self._money()
        assert ours <= theirs

    def teardown(self) -> None:
        """At the end of the day the books are Stripe's, and nothing is held for nobody."""
        self.hear()
        self.wait()
        self.hear()
        ours, theirs = self._money()
        assert ours == theirs
        with self.shop.app.app_context():
            rows = self._rows()
            with reading() as session:
                unbalanced = set(ledger.unbalanced(session)) & {row[0] for row in rows}
                troubled = set(session.scalars(select(OrderTrouble.order_id)))
                failed = list(session.scalars(select(OutboxMessage.last_error).where(OutboxMessage.state == "failed")))
            with Deadline(30) as deadline:
                differences = self.shop.app.extensions["portal.reconciliation"].compare(300, deadline).differences
        assert unbalanced == troubled & {row[0] for row in rows}
        assert {state for _, state, seat, _, _ in rows if seat == Seat.HELD} <= {OrderState.AWAITING}
        assert OrderState.OPEN not in {state for _, state, *_ in rows}
        assert (failed, [str(one) for one in differences if one.reference in self.references]) == ([], [])


@pytest.mark.timeout(scaled(1500, 240))
@pytest.mark.one_database("postgresql")
def test_buying_in_any_order(shop: Shop) -> None:
    class Here(Buying):
        pass

    Here.shop = shop
    shop.stripe.switches(reorder="shuffled")
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
