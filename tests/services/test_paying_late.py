"""An order that is taken up again on a later day: what it buys then, and what the law gives from then on."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, select, update

from portal.domain import documents
from portal.domain.documents import Confirmation
from portal.domain.orders import OrderState, Paper
from portal.models.account import Account
from portal.models.course import Course, Sold
from portal.models.course_run import CourseRun
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.session import writing
from tests import payments
from tests.factories import PASSWORD, hidden_fields, press
from tests.payments import FIBRE, SOON
from tests.services.test_old_orders import left, pay_again
from tests.shop import Shop, link_in

DAY = dt.timedelta(days=1)


def refused(shop: Shop, path: str) -> str:
    """Pay from a page that was opened before; answers the order's page, which says why not and has no such button."""
    browser = shop.browser()
    assert "Pay now" not in browser.get(path).text
    answer = press(browser, "/complaints", f"{path}/pay")
    assert answer.status_code == 409, answer.text
    assert "Pay now" not in answer.text
    assert "nothing is owed" in answer.text
    return answer.text


def left_with_a_date(shop: Shop) -> str:
    """Somebody chose a date, went to Stripe's page and left; answers the path of their order's page."""
    session = shop.session(shop.browser(), FIBRE, run=SOON, start="")
    shop.stripe.expire(session)
    shop.work()
    order = shop.orders()[-1]
    return str(shop.app.extensions["portal"].links.order_path(order.reference, order.link_epoch, order.ordered_at))


def moved(shop: Shop, days: int) -> None:
    """The date begins in so many days."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context(), writing() as session:
        on = (parts.clock.now(session) + days * DAY).date()
        session.execute(update(CourseRun).where(CourseRun.code == SOON).values(starts_on=on, ends_on=on + DAY))


def test_a_date_that_has_begun_can_not_be_paid_for(shop: Shop) -> None:
    path = left_with_a_date(shop)
    moved(shop, 0)
    assert "This date can’t be booked any more" in refused(shop, path)
    assert len(payments.sessions(shop)) == 1


def test_nor_one_that_is_not_on_offer_any_more(shop: Shop) -> None:
    path = left_with_a_date(shop)
    with shop.app.app_context(), writing() as session:
        session.execute(update(CourseRun).where(CourseRun.code == SOON).values(active=False))
    assert "This date can’t be booked any more" in refused(shop, path)


def test_nor_a_course_that_is_not_on_offer_any_more(shop: Shop) -> None:
    path = left(shop)
    with shop.app.app_context(), writing() as session:
        session.execute(update(Course).values(active=False))
    assert "This course can’t be booked any more" in refused(shop, path)


def test_nor_is_a_course_sold_that_only_partners_sell_now(shop: Shop) -> None:
    path = left(shop)
    with shop.app.app_context(), writing() as session:
        session.execute(update(Course).values(sold=Sold.PARTNERS))
    assert "This course can’t be booked any more" in refused(shop, path)


def test_a_date_within_the_14_days_needs_the_request_that_nobody_made(shop: Shop) -> None:
    """It lay further off when it was ordered, so the buyer was not asked for it."""
    path = left_with_a_date(shop)
    moved(shop, 20)
    payments.time_passes(shop, 10 * DAY)
    assert "begins within 14 days now" in refused(shop, path)


@pytest.mark.parametrize("start", ["now", "after_14_days"])
def test_the_14_days_begin_when_it_is_ordered_once_more(shop: Shop, start: str) -> None:
    session = shop.session(shop.browser(), start=start)
    shop.stripe.expire(session)
    shop.work()
    order = shop.orders()[0]
    path = shop.app.extensions["portal"].links.order_path(order.reference, order.link_epoch, order.ordered_at)
    payments.time_passes(shop, 20 * DAY)
    shop.stripe.pay(pay_again(shop, path))
    shop.work()
    (paper,) = shop.rows(select(Document).where(Document.kind == Paper.CONFIRMATION))
    confirmation = documents.from_json(paper.snapshot)
    assert isinstance(confirmation, Confirmation)
    today = paper.issued_at.date()
    assert confirmation.cancel_until == today + 14 * DAY
    (place,) = shop.rows(select(Enrolment))
    assert place.opens_at.date() >= today + (14 * DAY if start == "after_14_days" else 0 * DAY)


def test_on_the_same_day_it_is_the_same_order(shop: Shop) -> None:
    path = left(shop)
    before = shop.orders()[0].ordered_at
    pay_again(shop, path)
    assert shop.orders()[0].ordered_at == before


def test_whose_account_is_gone_can_buy_the_course_again(shop: Shop) -> None:
    """Their old place is nobody's any more: it must not hold up what they pay for."""
    browser = shop.browser()
    shop.buy(browser)
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    shop.work()
    with shop.app.app_context(), writing() as session:
        session.execute(delete(Account))
    shop.buy()
    assert [order.state for order in shop.orders()] == [OrderState.PAID, OrderState.PAID]
