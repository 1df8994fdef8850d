"""Whoever has paid twice is offered what makes sense: nothing needs cancelling for the money that goes back."""

from __future__ import annotations

from portal.domain.orders import OrderState
from tests import payments
from tests.shop import Shop
from tests.web.test_cancelling import order_page


def test_an_order_that_was_paid_for_by_another_has_nothing_to_cancel(shop: Shop) -> None:
    """Its money goes back by itself, and the place that they have is the other order's."""
    browser = shop.browser()
    sessions = [shop.session(shop.browser()) for _ in range(2)]
    for session in sessions:
        shop.stripe.pay(session)
        shop.work()
    assert [one.state for one in shop.orders()] == [OrderState.PAID, OrderState.HELD_UP]
    own = order_page(shop)
    page = browser.get(own).text
    assert "You have paid twice" in page
    assert "/cancel" not in page
    assert browser.get(f"{own}/cancel").location == own


def test_one_order_paid_twice_says_that_nothing_needs_cancelling_for_that(shop: Shop) -> None:
    browser = shop.browser()
    sent = shop.session(browser)
    payments.let_go(shop, sent)
    again = payments.pay_again(shop, browser)
    for session in (sent, again):
        shop.stripe.pay(session)
    shop.work()
    page = browser.get(order_page(shop)).text
    assert "You have paid twice" in page
    assert "nothing needs cancelling for that" in page
    assert "If you do not want the course at all" in page
