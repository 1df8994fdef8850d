"""Money that moves where nobody here asked for it: on Stripe's own pages, at a bank, or for an order that is over."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.domain.delivery import NAMES, Kind, Lane
from portal.domain.errors import Refusal
from portal.domain.orders import OrderState, RefundState, Trouble
from portal.models.ledger import Refund
from portal.models.order import OrderTrouble
from portal.models.outbox import OutboxMessage
from portal.models.session import writing
from portal.records import orders, returns
from portal.services import cancelling, order_desk, refund_desk
from portal.services.cancelling import Holder
from tests import payments
from tests.payments import books
from tests.services.test_incidents import second_payment
from tests.services.test_refunds import RUTH, balance, give_back, held_up, on_stripes_pages, refund, troubles
from tests.shop import Shop, session_of
from tests.together import VISIT

SPLICE = 57600


def give_back_payment(shop: Shop) -> None:
    """Ruth gives back what is left of the payment that a trouble is about."""
    parts, (trouble, *_) = shop.app.extensions["portal"], shop.rows(select(OrderTrouble))
    with shop.app.app_context():
        refund_desk.give_back_payment(shop.orders()[-1].reference, trouble.about, "Full", VISIT, parts.clock, RUTH)


def test_a_part_of_a_payment_that_gave_no_place_leaves_the_rest_owed(shop: Shop) -> None:
    held_up(shop)
    on_stripes_pages(shop, 1000)
    shop.work()
    assert troubles(shop) == [("full", False)]
    assert (shop.orders()[-1].state, balance(shop)) == (OrderState.HELD_UP, 1000 - SPLICE)
    give_back_payment(shop)
    shop.work()
    assert (shop.orders()[-1].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert [one.amount_pence for one in shop.rows(select(Refund).order_by(Refund.id))] == [1000, SPLICE - 1000]


def test_all_of_it_given_back_there_settles_it_and_the_buyer_is_told(shop: Shop) -> None:
    held_up(shop)
    on_stripes_pages(shop)
    shop.work()
    assert troubles(shop) == [("full", True)]
    assert (shop.orders()[-1].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert len(shop.letters("goes back to you")) == 1


def test_what_a_bank_took_of_a_payment_without_a_place_is_not_given_back_as_well(shop: Shop) -> None:
    held_up(shop)
    charge = str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id)
    shop.stripe.dispute(charge)
    shop.work()
    assert balance(shop) == 0
    with pytest.raises(Refusal):
        give_back_payment(shop)
    assert shop.rows(select(Refund)) == []


def test_a_payment_for_an_order_whose_money_went_back_goes_back_by_itself(shop: Shop) -> None:
    shop.buy()
    give_back(shop, 74400, ends=True)
    shop.work()
    assert shop.orders()[0].state == OrderState.RETURNED
    second_payment(shop)
    shop.work()
    assert (shop.orders()[0].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert (books(shop).enrolled, troubles(shop)) == (0, [])
    assert shop.letters("You have paid twice") == []
    assert len(shop.letters("goes back to you")) == 2


def test_a_refund_that_failed_before_anybody_explained_it_needs_no_explaining(shop: Shop) -> None:
    shop.buy()
    reference = shop.orders()[0].reference
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, reference, lock=True)
        found = Refund(
            **{"order_id": order.id, "key": "REF-A", "stripe_refund": "re_a", "payment_intent": "pi_a"},
            **{"amount_pence": 1000, "state": RefundState.PENDING, "asked_at": order.ordered_at},
        )
        session.add(found)
        orders.raise_trouble(session, order, Trouble.REFUND_UNKNOWN, order.ordered_at, "REF-A")
        parts = shop.app.extensions["portal"]
        failed = payments_answer("re_a", "failed", order.ordered_at)
        returns.take_in(session, order, failed, order.ordered_at, parts.seller)
    assert troubles(shop) == [("refund_unknown", True), ("refund_failed", False)]


def payments_answer(refund_id: str, status: str, at: dt.datetime) -> returns.Returned:
    """What Stripe says of a refund of £10."""
    return returns.Returned(refund_id, "", "pi_a", 1000, "gbp", status, at)


def test_a_refund_heard_of_long_before_its_payment_is_taken_in(shop: Shop) -> None:
    """The word of the payment is lost; somebody refunds it at Stripe; only then do we find the payment ourselves."""
    session = session_of(shop.order(shop.browser()))
    payments.lose_messages(shop)
    shop.stripe.pay(session)
    shop.work()
    shop.stripe.switches(drop="off")
    on_stripes_pages(shop)
    for minutes in (1, 4, 10, 25, 65):
        payments.time_passes(shop, dt.timedelta(minutes=minutes))
        with shop.app.app_context():
            payments.till(shop).plan()
        shop.work()
    assert (shop.orders()[0].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert books(shop).enrolled == 0


def test_a_payment_whose_first_refund_was_done_after_all_is_not_refunded_again(shop: Shop) -> None:
    """Given up after days without an answer, asked for again, and then Stripe turns out to have done the first."""
    held_up(shop)
    shop.stripe.switches(down="lost", down_times=9)
    give_back_payment(shop)
    first = refund(shop)
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, shop.orders()[-1].reference, lock=True)
        returns.refuse(session, order, session.get_one(Refund, first.id), order.ordered_at)
    shop.work()
    shop.stripe.switches(down="off")
    give_back_payment(shop)
    made = refund(shop)
    assert made.key != first.key
    shop.stripe.client().v1.refunds.create(
        {
            "payment_intent": first.payment_intent,
            "amount": first.amount_pence,
            "metadata": {"order": shop.orders()[-1].reference, "key": first.key},
        }
    )
    payments.time_passes(shop)
    shop.work()
    assert {one.key: one.state for one in shop.rows(select(Refund))} == {
        first.key: RefundState.SUCCEEDED,
        made.key: RefundState.CANCELED,
    }
    assert (shop.orders()[-1].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert [what for what, settled in troubles(shop) if not settled] == []


def test_a_letter_about_what_is_settled_by_now_is_not_sent(shop: Shop) -> None:
    held_up_unheard(shop)
    give_back_payment(shop)
    shop.work()
    assert shop.letters("the last place was gone") == []
    assert len(shop.letters("goes back to you")) == 1


def held_up_unheard(shop: Shop) -> None:
    """Paid when the date was full; the mail server has not taken the letter yet."""
    session = session_of(shop.order(shop.browser(), payments.FIBRE, run=payments.SOON, start=""))
    payments.let_go(shop, session)
    payments.places(shop, 0)
    shop.stripe.pay(session)
    assert payments.settle(shop, session) == OrderState.HELD_UP


def test_the_letters_about_what_went_back_stand_in_the_timeline_too(shop: Shop) -> None:
    shop.buy()
    parts, order = shop.app.extensions["portal"], shop.orders()[0]
    with shop.app.app_context():
        cancelling.cancel(order.reference, {1}, 0, Holder(epoch=order.link_epoch), VISIT, parts.clock, parts.seller)
    shop.work()
    with shop.app.app_context():
        told = [event.title for event in order_desk.open_order(order.reference, parts.clock).events]
    sent = shop.rows(select(OutboxMessage.kind).where(OutboxMessage.lane == Lane.MAIL))
    assert set(sent) == {Kind.ORDER_CONFIRMATION, Kind.ORDER_CANCELLED}
    assert {NAMES[kind] for kind in sent} <= set(told)
