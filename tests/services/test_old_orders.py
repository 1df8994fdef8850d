"""Orders that nobody paid go after some weeks, however they ended; what was paid, or may still be, stays."""

from __future__ import annotations

import datetime as dt

from portal.domain.orders import OrderState
from tests.factories import press
from tests.shop import Shop
from tests.web.test_cancelling import order_page, press_cancel


def _purge(shop: Shop, days: int) -> list[OrderState]:
    """So many days later; the states of the orders that are left."""
    shop.app.extensions["portal"].clock.advance(dt.timedelta(days=days))
    with shop.app.app_context():
        shop.app.extensions["portal.retention"].purge_all()
    return [order.state for order in shop.orders()]


def test_an_order_that_nobody_paid_goes_whether_it_ended_by_itself_or_was_cancelled(shop: Shop) -> None:
    browser = shop.browser()
    shop.session(browser)
    assert press_cancel(shop, browser).status_code == 303
    shop.stripe.expire(shop.session(shop.browser(), email="second@people.example"))
    shop.work()
    assert _purge(shop, 29) == [OrderState.CANCELLED, OrderState.EXPIRED]
    assert _purge(shop, 2) == []


def test_one_that_was_paid_or_whose_money_may_still_come_stays(shop: Shop) -> None:
    browser = shop.browser()
    shop.stripe.pay_later(shop.session(browser))
    shop.work()
    assert press_cancel(shop, browser).status_code == 303
    shop.buy(shop.browser(), email="second@people.example", start="after_14_days")
    own = order_page(shop)
    assert press(browser, f"{own}/cancel", f"{own}/cancel").status_code == 303
    shop.work()
    assert OrderState.CANCELLED in _purge(shop, 40)
    assert len(shop.orders()) == 2
