"""Whatever staff, buyer, bank and Stripe do with one order, in any order: what is owed has a name, and sums agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.delivery import Kind
from portal.domain.errors import DeliveryError, GiveUp, NotNeeded, Refusal, TryAgain
from portal.domain.orders import Entry, OrderState, RefundState, Trouble
from portal.domain.payments import Disputed, Returned
from portal.domain.refunds import OtherWay
from portal.gateways.deadline import Deadline
from portal.models.ledger import Refund
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import fulfilment, ledger, orders, refunds, returns
from portal.services import cancelling, refund_desk, repayments
from portal.services.cancelling import Holder
from portal.services.refund_desk import Wish
from portal.services.refunds import Refunds
from portal.services.repayments import PaidOtherwise
from tests.factories import in_days
from tests.services.test_incidents import place_order
from tests.services.test_refunds import RUTH
from tests.shop import Shop
from tests.together import VISIT

BEYOND = {Trouble.BACK_TWICE, Trouble.REFUND_UNKNOWN}
_round = iter(range(10**6))


@dataclass
class Bank:
    """One payment at Stripe: what was given back of it, and its dispute. `mood`: works, lost (its answer) or down."""

    payment: str
    paid_pence: int
    refunds: list[Returned] = field(default_factory=list)
    dispute: Disputed | None = None
    mood: str = "works"
    live = False

    def list_refunds(self, _payment: str, _deadline: Deadline) -> list[Returned]:
        """All of them."""
        return list(self.refunds)

    def get_dispute(self, _dispute: str, _deadline: Deadline) -> Disputed:
        """The one there is."""
        assert self.dispute
        return self.dispute

    def refund(self, key: str, _payment: str, pence: int, _reference: str, _deadline: Deadline) -> Returned:
        """Give so much back, if so much is there."""
        if self.mood == "down":
            raise TryAgain("Nobody answers.")
        made = self.give(key, pence)
        if made is None:
            raise GiveUp("That can't be given back.")
        if self.mood == "lost":
            raise TryAgain("The answer was lost.")
        return made

    def give(self, key: str, pence: int) -> Returned | None:
        """The new refund, or None where there is not so much left."""
        gone = sum(one.amount_pence for one in self.refunds if one.status == "succeeded")
        taken = self.dispute is not None and self.dispute.status != "won"
        if taken or pence > self.paid_pence - gone:
            return None
        moment = Walk.now
        made = Returned(f"re_{len(self.refunds)}_{self.payment}", key, self.payment, pence, "gbp", "succeeded", moment)
        self.refunds.append(made)
        return made


class Walk:
    """One order and everybody who does something to it."""

    now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)

    def __init__(self, shop: Shop, prices: list[int], short: int) -> None:
        self.parts, payment = shop.app.extensions["portal"], f"pi_walk_{next(_round)}"
        self.reference = place_order(shop, prices, payment, short=short)
        with reading() as session:
            total = orders.get_by_reference(session, self.reference).total_pence
        self.bank = Bank(payment, total - short)
        self.worker = Refunds(self.bank, self.parts.clock, self.parts.seller)  # type: ignore[arg-type]
        self.us = (VISIT, self.parts.clock)

    def step(self, what: str, pence: int, number: int) -> None:
        """One step; what is refused changes nothing."""
        act: Callable[[int, int], object] = getattr(self, what)
        try:
            act(pence, number)
        except (Refusal, NotNeeded):
            return
        except DeliveryError:
            assert what in ("send", "hear")

    def staff(self, pence: int, number: int) -> None:
        wish = Wish({1 + number % 2: pence}, [1] if number > 1 else [], "As agreed")
        refund_desk.give_back(self.reference, wish, *self.us, self.parts.seller, RUTH)

    def cancel(self, _pence: int, number: int) -> None:
        positions = {1, 2} if number > 1 else {1}
        cancelling.cancel(self.reference, positions, 0, Holder(epoch=1), *self.us, self.parts.seller)

    def pages(self, pence: int, number: int) -> None:
        self.bank.give("", self.bank.paid_pence if number > 2 else pence)
        self.hear(0, 0)

    def hear(self, _pence: int, _number: int) -> None:
        with Deadline(10) as deadline:
            self.worker.sync(self.bank.payment, deadline)

    def send(self, _pence: int, number: int) -> None:
        asked = next((one for one in self._refunds() if one.state == RefundState.ASKED), None)
        if asked is None:
            return
        self.bank.mood, handler = ("works", "works", "lost", "down")[number], self.worker.handlers()[Kind.REFUND]
        try:
            with Deadline(10) as deadline:
                handler.deliver(asked.id, "", deadline)
        except NotNeeded:
            return
        except (GiveUp, TryAgain):
            with writing() as session:  # tried for days, in vain
                handler.failed(session, asked.id, self.parts.clock.now(session))

    def fail(self, _pence: int, number: int) -> None:
        done = [place for place, one in enumerate(self.bank.refunds) if one.status == "succeeded"]
        if done:
            place = done[number % len(done)]
            self.bank.refunds[place] = replace(self.bank.refunds[place], status="failed")
            self.hear(0, 0)

    def transfer(self, _pence: int, number: int) -> None:
        failed = self._failed(number)
        paid = PaidOtherwise(OtherWay.BANK_TRANSFER, in_days(0), "By bank")
        repayments.enter(self.reference, failed.key, paid, *self.us, RUTH)

    def again(self, _pence: int, number: int) -> None:
        refund_desk.again(self.reference, self._failed(number).key, *self.us, RUTH)

    def explain(self, _pence: int, _number: int) -> None:
        unknown = refund_desk.show(self.reference, self.parts.clock).unknown
        if unknown:
            wish = Wish({1: unknown[0].amount_pence}, [], "Goodwill")
            refund_desk.name_lines(self.reference, unknown[0].key, wish, *self.us, self.parts.seller, RUTH)

    def dispute(self, _pence: int, number: int) -> None:
        if self.bank.dispute is None:
            took = Disputed(f"du_{self.bank.payment}", self.bank.payment, self.bank.paid_pence, "needs_response")
        else:
            took = replace(self.bank.dispute, status="won" if number else "lost")
        if self.bank.dispute is None or self.bank.dispute.status == "needs_response":
            self.bank.dispute = took
        with writing() as session:
            order, now = fulfilment.hold_order(session, self.reference), self.parts.clock.now(session)
            returns.dispute(session, order, self.bank.dispute, now)

    def _refunds(self) -> list[Refund]:
        with reading() as session:
            return refunds.list_of(session, orders.get_by_reference(session, self.reference))

    def _failed(self, number: int) -> Refund:
        owed = refund_desk.show(self.reference, self.parts.clock).failed
        if not owed:
            raise Refusal("Nothing failed.")
        return owed[number % len(owed)]

    def judge(self) -> None:
        """What is beyond and what is owed each have a name that somebody reads; the books agree with Stripe."""
        self.hear(0, 0)
        with reading() as session:
            order = orders.get_by_reference(session, self.reference)
            entries, made = ledger.list_of(session, order), refunds.list_of(session, order)
            open_ones = {one.what for one in orders.list_troubles(session, order) if one.settled_at is None}
            owed = refunds.owed(session, order, made)
        assert ledger.balance_with_us(entries) <= 0 or open_ones & BEYOND, (entries, open_ones)
        kept = refunds.kept_pence(ledger.balance(entries), made)
        assert kept <= 0 or open_ones, "we keep their money, and nobody is told"
        assert all(Trouble.REFUND_FAILED in open_ones for _ in owed)
        _agrees_with_stripe(order, made, self.bank)
        for line in order.lines:
            parts = {one.credit_note: part for one in made for part in one.parts if part.order_line_id == line.id}
            assert sum(part.gross_pence for part in parts.values()) <= line.gross_pence
            assert sum(part.vat_pence for part in parts.values()) <= line.vat_pence
        if order.state == OrderState.RETURNED:
            assert ledger.balance(entries) == 0
        back = ledger.total(entries, Entry.REFUNDED) - ledger.total(entries, Entry.REFUND_FAILED)
        assert back == sum(
            one.amount_pence for one in made if one.state in (RefundState.SUCCEEDED, RefundState.PAID_OTHERWISE)
        )


def _agrees_with_stripe(order: Order, made: list[Refund], bank: Bank) -> None:
    ours = sorted((one.stripe_refund, one.amount_pence, str(one.state)) for one in made if one.stripe_refund)
    assert ours == sorted((one.refund, one.amount_pence, one.status) for one in bank.refunds), order.reference


ACTS = ("staff", "cancel", "pages", "hear", "send", "send", "fail", "transfer", "again", "explain", "dispute")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 3000), st.integers(0, 3)), min_size=2, max_size=14)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, prices=st.lists(st.integers(500, 2000), min_size=1, max_size=2), short=st.sampled_from([0, 0, 100]))
def test_whatever_crosses_no_penny_is_lost_or_doubled_unseen(
    shop: Shop, steps: list[tuple[str, int, int]], prices: list[int], short: int
) -> None:
    with shop.app.app_context():
        walk = Walk(shop, prices, short)
        for what, pence, number in steps:
            walk.step(what, pence, number)
        walk.judge()
