"""The demo's orders: believable, and in every state that the desk must be able to show."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.orders import EnrolmentState, OrderState, Trouble
from portal.gateways.deadline import Deadline
from portal.models.account import Account
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderTrouble
from portal.models.payment import Checkout
from portal.models.session import reading
from portal.records import ledger
from portal.sandbox import sample_data, sample_orders, sample_people
from portal.sandbox.sample_payments import PastStripe
from portal.sandbox.server import stripe_of
from tests.shop import Shop


@pytest.mark.timeout(180)
@pytest.mark.one_database("postgresql")
def test_some_months_of_orders_in_every_state(context: Flask, tmp_path: Path) -> None:
    joined, stripe = context.extensions["portal"], PastStripe(stripe_of(tmp_path, 5000))
    sample_data.make(context.extensions["portal.handlers"], joined.clock)
    sample_people.make(joined.vault, joined.clock)
    sample_orders.make(context.extensions["portal.handlers"], joined.vault, joined.clock, joined.seller, stripe)
    with reading() as session:
        orders = list(session.scalars(select(Order)))
        enrolments = Counter(session.scalars(select(Enrolment.state)))
        troubles = set(session.scalars(select(OrderTrouble.what)))
        visits = set(session.scalars(select(Checkout.state)))
        account = session.scalars(select(Account.id).where(Account.email == sample_people.TRAINEE)).one()
        own = list(session.scalars(select(Enrolment.state).where(Enrolment.account_id == account)))
        unbalanced = ledger.unbalanced(session)
        troubled = set(session.scalars(select(OrderTrouble.order_id)))
    states = Counter(order.state for order in orders)
    assert states.keys() == {OrderState.PAID, OrderState.FREE, OrderState.EXPIRED, OrderState.HELD_UP}
    assert (max(o.ordered_at for o in orders) - min(o.ordered_at for o in orders)).days > 100
    assert enrolments.keys() == {
        *(EnrolmentState.WAITING_FOR_LEARNER, EnrolmentState.WAITING_TO_OPEN, EnrolmentState.OPEN),
    }
    assert troubles == set(Trouble) - {Trouble.REFUND_FAILED, Trouble.REFUND_UNKNOWN, Trouble.BACK_TWICE, Trouble.DATE}
    assert visits == {"complete", "expired"}  # the demo’s Stripe is asked about none of them
    assert own == [EnrolmentState.OPEN]
    assert [order.payer_id for order in orders if order.payer_id] == [account]
    assert unbalanced.keys() <= troubled
    assert all(order.email.endswith("@mail.example") for order in orders)


@pytest.mark.timeout(180)
@pytest.mark.one_database("sqlite")
def test_the_demos_stripe_knows_the_sample_payments_and_sends_nothing_of_them(shop: Shop) -> None:
    joined, handlers = shop.app.extensions["portal"], shop.app.extensions["portal.handlers"]
    with shop.app.app_context():
        sample_data.make(handlers, joined.clock)
        sample_people.make(joined.vault, joined.clock)
        sample_orders.make(handlers, joined.vault, joined.clock, joined.seller, PastStripe(shop.stripe.state))
        with Deadline(60) as deadline:
            compared = shop.app.extensions["portal.reconciliation"].compare(150, deadline)
        assert compared.visits > 50
        differences = [str(one) for one in compared.differences]
    assert shop.stripe.deliver_now() == []
    assert differences == []
