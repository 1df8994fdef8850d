"""What has gone wrong elsewhere, by name: here it does not."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.domain import documents
from portal.domain.cancellation import Buyer
from portal.domain.documents import CreditNote
from portal.domain.errors import Refusal
from portal.domain.money import Line
from portal.domain.orders import EnrolmentState, Entry, OrderState, Seat, Trouble
from portal.gateways.deadline import Deadline
from portal.models.course import Course, VatStatus
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.payment import Checkout
from portal.models.session import reading, writing
from portal.records import ledger, orders, reductions, refunds, settlement
from portal.records.outbox import Handler
from portal.services import cancelling, refund_desk
from portal.services.cancelling import Holder
from portal.services.refund_desk import Wish
from portal.services.refunds import Refunds
from tests.services.test_refunds import RUTH, balance, entries, give_back, on_stripes_pages, refund, troubles
from tests.shop import Shop, session_of
from tests.together import VISIT, together

PAYMENT = "pi_of_the_test"


def place_order(shop: Shop, prices: list[int], payment: str = PAYMENT, *, short: int = 0) -> str:
    """A paid order of several courses, each for a learner of its own; answers its reference.

    So many pence of it were not paid, and staff took what came.
    """
    parts = shop.app.extensions["portal"]
    with shop.app.app_context(), writing() as session:
        now = parts.clock.now(session)
        course = session.scalars(select(Course).where(Course.code == "SAF-STREET")).one()
        lines = [Line(f"Course {number}", price, 20) for number, price in enumerate(prices, 1)]
        order = Order(
            **{name: f"{payment} {name}" for name in ("reference", "submission", "answers_digest")},
            **{"buyer": Buyer.ME, "full_name": "Priya Nair", "email": "p@n.example", "email_key": "p@n.example"},
            **{"receipt_email": "p@n.example", "region": "wales", "of_age": 16, "search_text": ""},
            **{"total_pence": sum(one.gross_pence for one in lines), "state": OrderState.OPEN, "ordered_at": now},
        )
        session.add(order)
        session.flush()
        for number, one in enumerate(lines, 1):
            learner = f"learner{number}.{payment}@people.example"
            session.add(
                OrderLine(
                    **{"order_id": order.id, "position": number, "course_id": course.id, "seat": Seat.HELD},
                    **{"description": one.description, "net_pence": one.net_pence, "vat_rate": 20},
                    **{"vat_status": VatStatus.STANDARD, "vat_pence": one.vat_pence, "gross_pence": one.gross_pence},
                    **{"learner_name": "Sam Lee", "course_email": learner, "course_email_key": learner},
                    is_payer=False,
                )
            )
        checkout = orders.begin_visit(session, order, 1, now, 30)
        checkout.payment_intent = payment
        session.flush()
        whole = orders.get_by_reference(session, order.reference, lock=True)
        ledger.enter(session, whole, Entry.PAID, whole.total_pence - short, payment, now)
        settlement.deliver(session, whole, now, parts.seller)
        if short:
            reductions.reduce(session, whole, short, "As rung", now, parts.seller)
        return whole.reference


def test_refund_of_a_duplicate_does_not_cancel_the_valid_order(shop: Shop) -> None:
    browser = shop.browser()
    session = session_of(shop.order(browser))
    shop.stripe.pay(session)
    shop.work()
    second_payment(shop)
    (found,) = shop.rows(select(OrderTrouble))
    assert (found.what, balance(shop)) == (Trouble.TWICE, -74400)
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        refund_desk.give_back_payment(shop.orders()[0].reference, found.about, "Paid twice", VISIT, parts.clock, RUTH)
    shop.work()
    assert shop.orders()[0].state == OrderState.PAID
    assert shop.rows(select(Enrolment))[0].state == EnrolmentState.WAITING_FOR_LEARNER
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.TAKEN]
    assert troubles(shop) == [("twice", True)]
    assert [one.kind for one in shop.rows(select(Document)) if one.kind == "credit_note"] == []


def second_payment(shop: Shop) -> None:
    """Two tabs: another page of the same order, that Stripe let somebody pay although the first was paid."""
    client = shop.stripe.client()
    order = shop.orders()[0]
    made = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "gbp", "unit_amount": 74400, "product_data": {"name": "Again"}},
                }
            ],
            "client_reference_id": order.reference,
            "metadata": {"order": order.reference, "attempt": "2"},
            "success_url": "http://localhost/orders/return?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://localhost/",
        }
    )
    with shop.app.app_context(), writing() as session:
        now = shop.app.extensions["portal"].clock.now(session)
        orders.begin_visit(session, orders.get_by_reference(session, order.reference), 2, now, 30)
    shop.stripe.pay(made.id)
    shop.work()


def test_a_partial_refund_leaves_the_other_courses(shop: Shop) -> None:
    reference = place_order(shop, [10000, 20000, 30000])
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        wish = Wish({2: 24000}, [2], "One learner fell ill")
        refund_desk.give_back(reference, wish, VISIT, parts.clock, parts.seller, RUTH)
    states = [one.state for one in shop.rows(select(Enrolment).order_by(Enrolment.id))]
    assert states == [
        EnrolmentState.WAITING_FOR_LEARNER,
        EnrolmentState.CANCELLED,
        EnrolmentState.WAITING_FOR_LEARNER,
    ]
    assert [one.seat for one in shop.rows(select(OrderLine).order_by(OrderLine.id))] == [
        Seat.TAKEN,
        Seat.RELEASED,
        Seat.TAKEN,
    ]
    assert shop.orders()[0].state == OrderState.PAID
    shop.work()
    (letter,) = shop.letters("Your place on Course 2 has ended")
    assert letter["to"] == [f"learner2.{PAYMENT}@people.example"]


def test_refund_and_webhook_racing_give_one_entry(shop: Shop) -> None:
    shop.buy()
    give_back(shop, 30000)
    with shop.app.app_context(), reading() as session:
        (one,) = refunds.list_of(session, orders.get_by_reference(session, shop.orders()[0].reference))
    handlers: dict[str, Handler] = shop.app.extensions["portal.handlers"]

    def ask() -> None:
        with Deadline(20) as deadline:
            handlers["refund"].deliver(one.id, "", deadline)

    def hear() -> None:
        parts = shop.app.extensions["portal"]
        desk = Refunds(parts.till.stripe, parts.clock, parts.seller)
        with Deadline(20) as deadline:
            for _ in range(4):
                desk.sync(one.payment_intent, deadline)

    together(shop.app, ask, hear, hear, hear)
    shop.work()
    assert entries(shop) == [("credited", 30000), ("refunded", 30000)]
    assert balance(shop) == 0
    assert refund(shop).asked_by == "Ruth Bello"
    assert len(shop.stripe.client().v1.refunds.list({"limit": 10}).data) == 1


def test_two_who_give_the_same_money_back_at_once_give_it_once(shop: Shop) -> None:
    shop.buy()
    reference = shop.orders()[0].reference
    parts = shop.app.extensions["portal"]

    def staff() -> None:
        refund_desk.give_back(reference, Wish({1: 74400}, [1], "As agreed"), VISIT, parts.clock, parts.seller, RUTH)

    def buyer() -> None:
        cancelling.cancel(reference, {1}, 74400, Holder(epoch=1), VISIT, parts.clock, parts.seller)

    ends = together(shop.app, staff, buyer, staff, buyer)
    assert sum(end is None for end in ends) == 1
    assert all(end is None or isinstance(end, Refusal) for end in ends), ends
    shop.work()
    assert [one.amount_pence for one in shop.rows(select(Refund))] == [74400]
    assert (shop.orders()[0].state, balance(shop)) == (OrderState.RETURNED, 0)


def test_refunded_is_not_still_enrolled(shop: Shop) -> None:
    shop.buy()
    on_stripes_pages(shop)
    shop.work()
    assert shop.rows(select(Enrolment))[0].state == EnrolmentState.CANCELLED


STEPS = st.lists(
    st.tuples(st.sampled_from(["staff", "cancel"]), st.integers(1, 3), st.integers(1, 4000), st.booleans()),
    min_size=1,
    max_size=8,
)
_round = iter(range(10**6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prices=st.lists(st.integers(1, 3000), min_size=3, max_size=3), steps=STEPS)
def test_whatever_goes_back_adds_up_to_the_penny(
    shop: Shop, prices: list[int], steps: list[tuple[str, int, int, bool]]
) -> None:
    payment = f"pi_round_{next(_round)}"
    reference = place_order(shop, prices, payment)
    for how, position, pence, ends in steps:
        _try(shop, reference, how, position, pence, ends=ends)
    with shop.app.app_context(), reading() as session:
        order = orders.get_by_reference(session, reference)
        made = refunds.list_of(session, order)
        kept = ledger.list_of(session, order)
        notes = session.scalars(select(Document).where(Document.order_id == order.id, Document.kind == "credit_note"))
        papers = [documents.from_json(one.snapshot) for one in notes]
        checkout = session.scalars(select(Checkout).where(Checkout.payment_intent == payment)).one()
    assert checkout.order_id == order.id
    back = sum(one.amount_pence for one in made)
    assert back <= order.total_pence
    assert back == ledger.total(kept, Entry.CREDITED) == -ledger.balance(kept)
    assert back == sum(one.gross_pence for one in papers if isinstance(one, CreditNote))
    for line in order.lines:
        parts = [part for one in made for part in one.parts if part.order_line_id == line.id]
        assert sum(part.gross_pence for part in parts) <= line.gross_pence
        assert sum(part.vat_pence for part in parts) <= line.vat_pence
        if sum(part.gross_pence for part in parts) == line.gross_pence:
            assert sum(part.vat_pence for part in parts) == line.vat_pence


def _try(shop: Shop, reference: str, how: str, position: int, pence: int, *, ends: bool) -> None:
    """One step; what is refused changes nothing."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        try:
            if how == "staff":
                wish = Wish({position: pence}, [position] if ends else [], "As agreed")
                refund_desk.give_back(reference, wish, VISIT, parts.clock, parts.seller, RUTH)
            else:
                cancelling.cancel(reference, {position}, 0, Holder(epoch=1), VISIT, parts.clock, parts.seller)
        except Refusal:
            return


def test_one_of_several_given_back_elsewhere_is_asked_about_and_explained(shop: Shop) -> None:
    shop.buy()
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, shop.orders()[0].reference)
        line = order.lines[0]
        line.net_pence, line.vat_pence, line.gross_pence = 31000, 6200, 37200
        names = [one.name for one in OrderLine.__table__.columns if one.name not in ("id", "position")]
        values = {name: getattr(line, name) for name in names}
        session.add(OrderLine(**values | {"position": 2, "course_email_key": "x@people.example"}))
    on_stripes_pages(shop, 10000)
    shop.work()
    assert troubles(shop) == [("refund_unknown", False)]
    assert (entries(shop), balance(shop)) == ([("refunded", 10000)], 10000)
    parts, key = shop.app.extensions["portal"], refund(shop).key
    with shop.app.app_context():
        wish = Wish({2: 10000}, [], "Goodwill")
        refund_desk.name_lines(shop.orders()[0].reference, key, wish, VISIT, parts.clock, parts.seller, RUTH)
    shop.work()
    assert troubles(shop) == [("refund_unknown", True)]
    assert balance(shop) == 0
    assert len(shop.letters("£100.00 goes back to you")) == 1
