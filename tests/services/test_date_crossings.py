"""A date that we cancel, and all the money back: whatever else happens to the money at the same time."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.domain.orders import EnrolmentState, OrderState, RefundState, Seat
from portal.domain.roles import Role
from portal.gateways.deadline import Deadline
from portal.models.ledger import Refund
from portal.models.order import Order, OrderLine
from portal.models.session import writing
from tests import codes
from tests.changed_dates import buy, cancel, choose, letters, place
from tests.factories import press
from tests.given_twice import pay_by_bank, refused
from tests.order_pages import DATED, page_of_last
from tests.people import make_staff
from tests.services.test_refunds import balance, give_back, refund
from tests.shop import Shop, link_in

PRICE = 57600


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def back(shop: Shop, boss: FlaskClient) -> str:
    """The date is cancelled, and whoever paid wants everything back; what their page says then."""
    cancel(shop, boss)
    said = choose(shop, link_in(letters(shop)[-1], "/your-date/"), "back")
    shop.work()
    return said


def all_is_over(shop: Shop, state: OrderState = OrderState.RETURNED) -> None:
    """No place, no seat, no money owed either way, and Stripe says the same."""
    assert (place(shop).state, shop.orders()[-1].state) == (EnrolmentState.CANCELLED, state)
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]
    assert balance(shop) == 0
    with shop.app.app_context(), Deadline(10) as deadline:
        assert shop.app.extensions["portal.reconciliation"].compare(7, deadline).differences == []


def sums(shop: Shop) -> list[int]:
    """What was asked to go back, the oldest first."""
    return [one.amount_pence for one in shop.rows(select(Refund).order_by(Refund.id))]


def test_of_a_reduced_price_exactly_what_was_paid_goes_back(shop: Shop, boss: FlaskClient) -> None:
    session = shop.session(shop.browser(), DATED, run="SPLICE-SOON", start="")
    with shop.app.app_context(), writing() as writer:
        writer.execute(update(Order).values(total_pence=60000))
        writer.execute(update(OrderLine).values(net_pence=50000, vat_pence=10000, gross_pence=60000))
    shop.stripe.pay(session)
    shop.work()
    page = page_of_last(shop)
    assert press(boss, page, f"{page}/accept", why="As rung").status_code == 303
    shop.work()
    back(shop, boss)
    assert sums(shop) == [PRICE]
    all_is_over(shop)


@pytest.mark.parametrize("how", ["succeed", "pending"])
def test_after_a_part_went_back_or_while_it_runs_the_rest_goes_back(shop: Shop, boss: FlaskClient, how: str) -> None:
    buy(shop)
    shop.stripe.switches(refunds=how)
    give_back(shop, 10000)
    shop.work()
    shop.stripe.switches(refunds="succeed")
    back(shop, boss)
    assert sums(shop) == [10000, PRICE - 10000]
    for one in shop.rows(select(Refund).where(Refund.state == RefundState.PENDING)):
        shop.stripe.refund_turns(one.stripe_refund or "", "succeeded")
    shop.work()
    all_is_over(shop)


def test_while_all_of_it_runs_already_the_place_just_ends(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    shop.stripe.switches(refunds="pending")
    give_back(shop, PRICE)
    shop.work()
    back(shop, boss)
    assert (sums(shop), shop.orders()[-1].state) == ([PRICE], OrderState.CANCELLED)
    shop.stripe.refund_turns(refund(shop).stripe_refund or "", "succeeded")
    shop.work()
    all_is_over(shop)


def test_a_part_that_failed_stays_owed_beside_the_rest(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    give_back(shop, 10000)
    failed = refused(shop)
    back(shop, boss)
    assert (sums(shop), balance(shop)) == ([10000, PRICE - 10000], -10000)
    pay_by_bank(shop, failed)
    shop.work()
    all_is_over(shop)


def test_once_the_bank_has_taken_it_a_person_ends_the_place(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    dispute = str(shop.stripe.dispute(str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id))["id"])
    shop.stripe.dispute_ends(dispute, "lost")
    shop.work()
    cancel(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    assert "please ring us" in choose(shop, link, "back", 422)
    page = f"{page_of_last(shop)}/refund"
    assert press(boss, page, f"{page}/end", place=place(shop).reference).status_code == 303
    assert (place(shop).state, shop.orders()[-1].state) == (EnrolmentState.CANCELLED, OrderState.CANCELLED)
    assert balance(shop) == PRICE  # the bank has it, and so has the buyer


def test_once_a_dispute_is_won_all_of_it_goes_back(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    dispute = str(shop.stripe.dispute(str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id))["id"])
    shop.stripe.dispute_ends(dispute, "won")
    shop.work()
    back(shop, boss)
    assert sums(shop) == [PRICE]
    all_is_over(shop)


def test_a_place_of_an_access_code_is_just_given_back(shop: Shop, boss: FlaskClient) -> None:
    code = codes.issue_code(shop.app, course=DATED)
    browser = shop.browser()
    answer = shop.press_pay(browser, shop.check(browser, DATED, code=code, run="SPLICE-SOON", start=""), DATED)
    assert answer.status_code == 303, answer.text
    shop.work()
    assert "It cost nothing, so nothing goes back" in back(shop, boss)
    assert sums(shop) == []
    all_is_over(shop, OrderState.CANCELLED)
