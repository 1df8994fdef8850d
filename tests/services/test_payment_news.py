"""What Stripe says, however late, old, strange or out of its order: the books and the places stay right."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from portal.domain.delivery import Kind, State
from portal.domain.orders import OrderState, Seat, Trouble
from portal.domain.payments import Visit
from portal.gateways.deadline import Deadline
from portal.models.order import OrderLine
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout, StripeEvent
from portal.models.session import reading, writing
from tests import payments
from tests.payments import FIBRE, LATE, OTHER, SOON, books, come_back, one_place, settle
from tests.shop import Shop


@pytest.mark.parametrize("changes", [{"amount_total": 74399}, {"currency": "eur"}, {"livemode": True}], ids=str)
def test_another_sum_currency_or_mode_gives_no_place(shop: Shop, changes: dict[str, object]) -> None:
    """What was paid is not what was asked, or is play money: it is written down, and a person looks at it."""
    session = shop.session(shop.browser())
    payments.alter(shop, session, **changes)
    shop.stripe.pay(session)
    payments.alter(shop, session, **changes)
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled, found.troubles) == ([OrderState.HELD_UP], 0, [Trouble.DIFFERS])
    assert len(found.entries) == 1
    assert len(shop.letters("needs a look")) == 1


@pytest.mark.parametrize("kind", ["payout.paid", "customer.created", "a.kind.of.tomorrow"])
def test_a_kind_we_do_not_know_is_kept_and_answered(shop: Shop, kind: str) -> None:
    """A message that is answered with an error is sent again for three days, and then the whole hook is shut."""
    assert payments.send(shop, kind, {"id": "obj_1", "object": "thing"}) == 200
    assert payments.send(shop, kind, {"id": "obj_1", "object": "thing"}) == 200
    assert [(one.kind, one.outcome) for one in shop.rows(select(StripeEvent))] == [(kind, "")]
    assert shop.rows(select(OutboxMessage)) == []


def test_a_session_of_another_shop_changes_nothing(shop: Shop) -> None:
    """One Stripe account, two sites: each hears of the other's payments."""
    made = shop.stripe.client().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "gbp", "unit_amount": 500, "product_data": {"name": "A mug"}},
                }
            ],
            "success_url": "https://mugs.example/thanks",
        }
    )
    shop.stripe.pay(made.id)
    shop.work()
    assert books(shop).entries == []
    outcomes = shop.rows(select(StripeEvent.outcome).where(StripeEvent.kind == "checkout.session.completed"))
    assert outcomes == ["no order of ours"]
    assert come_back(shop, made.id).status_code == 404


def test_a_session_that_names_our_order_but_no_visit_of_it(shop: Shop) -> None:
    """Somebody copies an order's reference into a session of their own: that pays for nothing."""
    shop.session(shop.browser())
    reference = shop.orders()[0].reference
    strange = {"id": "cs_test_strange", "object": "checkout.session", "client_reference_id": reference}
    assert payments.send(shop, "checkout.session.completed", strange) == 200
    shop.work()
    assert books(shop).entries == []
    (message,) = shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.SETTLE_CHECKOUT))
    assert message.state == State.FAILED  # staff see that Stripe spoke of what it does not know


def test_failed_comes_before_completed(shop: Shop) -> None:
    """Messages overtake each other: "the bank refused" is here before "the buyer has finished"."""
    payments.places(shop, 1)
    session = shop.session(shop.browser(), FIBRE, run=SOON)
    shop.stripe.switches(reorder="newest")
    shop.stripe.pay_later(session)
    shop.stripe.fail(session)
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled, found.entries) == ([OrderState.FAILED], 0, [])
    assert payments.filled(shop) == 0
    assert len(shop.letters("did not arrive")) == 1
    assert shop.letters("waiting for your bank") == []


def test_an_arrival_comes_before_completed(shop: Shop) -> None:
    """The other way round: "the money is here" overtakes "the buyer has finished"."""
    session = shop.session(shop.browser())
    shop.stripe.switches(reorder="newest", duplicate=2)
    shop.stripe.pay_later(session)
    shop.stripe.arrive(session)
    one_place(shop)


def test_a_place_is_let_go_exactly_once(shop: Shop) -> None:
    """A page ends, its place goes to somebody else, and the news of the end comes again: the other's place stays."""
    payments.places(shop, 1)
    session = shop.session(shop.browser(), FIBRE, run=SOON)
    shop.stripe.expire(session)
    shop.work()
    assert payments.filled(shop) == 0
    shop.buy(course=FIBRE, run=SOON, **OTHER)
    over = payments.object_of(shop, session)
    for number in range(3):
        payments.send(shop, "checkout.session.expired", over, f"evt_again_{number}")
    payments.time_passes(shop)
    payments.sweep(shop)
    shop.work()
    assert payments.filled(shop) == 1
    assert [one.seat for one in shop.rows(select(OrderLine).order_by(OrderLine.id))] == [Seat.RELEASED, Seat.TAKEN]


def test_a_place_is_kept_as_long_as_its_page_is_open(shop: Shop) -> None:
    """The hold must outlive the page: were it let go first, two could pay for one place."""
    payments.places(shop, 1)
    shop.session(shop.browser(), FIBRE, run=SOON)
    with shop.app.app_context(), reading() as session:
        one = session.scalars(select(Checkout)).one()
        page = payments.object_of(shop, one.session or "")
    assert page["expires_at"] <= one.expires_at.timestamp()
    payments.time_passes(shop, one.expires_at - one.made_at - (LATE / 40))
    payments.sweep(shop)
    assert payments.filled(shop) == 1


def test_an_answer_that_is_older_than_what_we_know_opens_nothing(shop: Shop) -> None:
    """Somebody read "open" from Stripe, was slow, and writes it down after the page has ended."""
    session = shop.session(shop.browser())
    with Deadline(10) as deadline:
        old = payments.till(shop).stripe.get_checkout(session, deadline)
    shop.stripe.pay(session)
    assert settle(shop, session) == OrderState.PAID

    @dataclass
    class Slow:
        live = False

        def get_checkout(self, _session: str, _deadline: Deadline) -> Visit:
            return old

    slow = dataclasses.replace(payments.till(shop), stripe=Slow())  # type: ignore[arg-type]
    with shop.app.app_context(), Deadline(10) as deadline:
        assert slow.settle(session, deadline) == OrderState.PAID
    assert [one.state for one in shop.rows(select(Checkout))] == ["complete"]
    one_place(shop)


def test_one_page_that_stripe_does_not_know_keeps_no_other_waiting(shop: Shop) -> None:
    """A clean-up that stops at the first thing it can't read leaves everybody behind it waiting for ever."""
    payments.lose_messages(shop)
    unknown = shop.session(shop.browser(), **OTHER)
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    with shop.app.app_context(), writing() as books_:
        books_.scalars(select(Checkout).where(Checkout.session == unknown)).one().session = "cs_test_unknown"
    payments.time_passes(shop)
    payments.sweep(shop)
    assert [one.state for one in shop.orders()] == [OrderState.OPEN, OrderState.PAID]


def test_waiting_for_many_banks_keeps_no_ended_page_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Awaited payments take days; the looks at them must not use up every turn of the pages that have ended."""
    monkeypatch.setattr("portal.services.payments.SWEPT_AT_ONCE", 1)
    waits, ends = (shop.session(shop.browser(), **who) for who in (OTHER, {}))
    shop.stripe.pay_later(waits)
    shop.work()
    payments.lose_messages(shop)
    payments.time_passes(shop)
    payments.sweep(shop)
    assert [one.state for one in shop.orders()] == [OrderState.AWAITING, OrderState.EXPIRED]
    assert shop.rows(select(func.count()).select_from(Checkout).where(Checkout.state == "open")) == [0]
    assert ends


def test_each_payment_that_fails_writes_one_letter_and_one_only(shop: Shop) -> None:
    """The bank refuses, they pay again by bank, and it refuses once more: two letters, however often we hear of it."""
    first = shop.session(browser := shop.browser())
    _fails(shop, first)
    assert len(shop.letters("did not arrive")) == 1
    second = payments.pay_again(shop, browser)
    _fails(shop, second)
    assert (len(shop.letters("did not arrive")), len(shop.letters("waiting for your bank"))) == (2, 2)
    for session in (first, second, first):
        settle(shop, session)
    shop.work()
    assert len(shop.letters("did not arrive")) == 2
    assert books(shop).states == [OrderState.FAILED]


def test_old_news_of_a_failure_changes_nothing_for_the_payment_that_is_on_its_way(shop: Shop) -> None:
    """Whoever looks at every visit looks at the failed one too, while the next payment is still awaited."""
    payments.places(shop, 1)
    first = shop.session(browser := shop.browser(), FIBRE, run=SOON)
    _fails(shop, first)
    second = payments.pay_again(shop, browser)
    shop.stripe.pay_later(second)
    shop.work()
    assert settle(shop, first) == OrderState.AWAITING
    assert payments.filled(shop) == 1
    shop.stripe.arrive(second)
    shop.work()
    assert (books(shop).states, len(shop.letters("did not arrive"))) == ([OrderState.PAID], 1)


def _fails(shop: Shop, session: str) -> None:
    """They choose to pay by bank, and the bank refuses days later."""
    shop.stripe.pay_later(session)
    shop.work()
    shop.stripe.fail(session)
    shop.work()
