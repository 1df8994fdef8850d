"""Which orders are deleted, and which the books or a buyer still need."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.domain.delivery import Kind
from portal.domain.orders import OrderState
from portal.models.ledger import LedgerEntry
from portal.models.session import reading, writing
from portal.records import orders
from portal.services import cancelling
from portal.services.cancelling import Holder
from portal.services.retention import Retention
from tests import payments
from tests.factories import hidden_fields, in_days
from tests.payments import one_place
from tests.services.test_refunds import give_back
from tests.shop import Shop, session_of
from tests.together import VISIT, on_postgresql, together
from tests.web.test_cancelling import press_cancel

DAYS_UNPAID = dt.timedelta(days=30)
SECOND = dt.timedelta(seconds=1)


def purge(shop: Shop) -> int:
    """Today's deletion of orders; answers how many went."""
    retention = shop.app.extensions["portal.retention"]
    assert isinstance(retention, Retention)
    with shop.app.app_context():
        return retention.purge(next(one for one in retention.purges if one.kind == Kind.PURGE_ORDERS))


def until(shop: Shop, moment: dt.datetime) -> None:
    """The clock moves on to this moment."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context(), reading() as session:
        by = moment - parts.clock.now(session)
    parts.clock.advance(by)


def left(shop: Shop) -> str:
    """Somebody went to Stripe's page and left; answers the path of their order's page."""
    session = shop.session(shop.browser())
    shop.stripe.expire(session)
    shop.work()
    order = shop.orders()[-1]
    assert order.state == OrderState.EXPIRED
    return str(shop.app.extensions["portal"].links.order_path(order.reference, order.link_epoch, order.ordered_at))


def pay_again(shop: Shop, path: str) -> str:
    """Press Pay on the order's page; answers the session at Stripe."""
    browser = shop.browser()
    return session_of(browser.post(f"{path}/pay", data=hidden_fields(browser.get(path).text)))


def test_an_order_that_nobody_paid_goes_after_its_days(shop: Shop) -> None:
    left(shop)
    payments.time_passes(shop, DAYS_UNPAID - dt.timedelta(hours=1))
    assert purge(shop) == 0
    payments.time_passes(shop, dt.timedelta(hours=2))
    assert purge(shop) == 1


def test_an_old_order_that_is_at_stripes_page_now_is_kept_and_can_be_paid(shop: Shop) -> None:
    """Deleted while its page is open it would take money for an order that nobody knows."""
    path = left(shop)
    payments.time_passes(shop, DAYS_UNPAID - dt.timedelta(minutes=5))
    session = pay_again(shop, path)
    payments.time_passes(shop, dt.timedelta(minutes=10))
    assert purge(shop) == 0
    shop.stripe.pay(session)
    one_place(shop)


def test_one_that_was_cancelled_before_anybody_paid_is_an_unpaid_order_too(shop: Shop) -> None:
    left(shop)
    parts, order = shop.app.extensions["portal"], shop.orders()[0]
    with shop.app.app_context():
        cancelling.cancel(order.reference, {1}, 0, Holder(epoch=order.link_epoch), VISIT, parts.clock, parts.seller)
    assert shop.orders()[0].state == OrderState.CANCELLED
    payments.time_passes(shop, DAYS_UNPAID + SECOND)
    assert purge(shop) == 1


def test_one_that_was_paid_and_cancelled_stays_in_the_books(shop: Shop) -> None:
    shop.buy()
    parts, order = shop.app.extensions["portal"], shop.orders()[0]
    with shop.app.app_context():
        cancelling.cancel(order.reference, {1}, 0, Holder(epoch=order.link_epoch), VISIT, parts.clock, parts.seller)
    payments.time_passes(shop, DAYS_UNPAID + SECOND)
    assert purge(shop) == 0


def test_one_that_was_cancelled_while_a_bank_had_yet_to_say_stays(shop: Shop) -> None:
    browser = shop.browser()
    shop.stripe.pay_later(shop.session(browser))
    shop.work()
    assert press_cancel(shop, browser).status_code == 303
    payments.time_passes(shop, DAYS_UNPAID + SECOND)
    assert purge(shop) == 0


@pytest.mark.parametrize(("given_back_later", "gone"), [(False, 1), (True, 0)])
def test_books_count_from_the_last_entry_in_them(shop: Shop, given_back_later: bool, gone: int) -> None:
    """What is paid in one financial year and given back in the next belongs to the books of both."""
    year = in_days(300).year
    until(shop, dt.datetime(year, 3, 30, 12, tzinfo=dt.UTC))
    shop.buy()
    if given_back_later:
        until(shop, dt.datetime(year, 4, 2, 12, tzinfo=dt.UTC))
        give_back(shop, 5000)
    until(shop, dt.datetime(year + 6, 4, 1, 12, tzinfo=dt.UTC))
    assert purge(shop) == gone
    assert bool(shop.rows(select(LedgerEntry))) is given_back_later
    until(shop, dt.datetime(year + 7, 4, 1, 12, tzinfo=dt.UTC))
    assert purge(shop) == 1 - gone


@on_postgresql
def test_the_deletion_passes_over_an_order_that_is_taken_up_again_at_this_moment(shop: Shop) -> None:
    left(shop)
    payments.time_passes(shop, DAYS_UNPAID + SECOND)
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, shop.orders()[0].reference, lock=True)
        (deleted,) = together(shop.app, lambda: purge(shop))
        order.ordered_at = shop.app.extensions["portal"].clock.now(session)
    assert (deleted, len(shop.orders())) == (0, 1)
