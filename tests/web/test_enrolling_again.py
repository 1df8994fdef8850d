"""Pressing Pay when something has changed since the check page was shown."""

from __future__ import annotations

from sqlalchemy import update

from portal.models.course import Course
from portal.models.session import writing
from tests.factories import hidden_fields
from tests.shop import COURSE, Shop, session_of


def test_stripe_is_away_when_other_answers_are_sent(shop: Shop) -> None:
    """The page that the first answers opened can't be closed, so nothing new is ordered; what was typed is kept."""
    browser = shop.browser()
    first = shop.check(browser)
    session_of(shop.press_pay(browser, first))
    path, fields = f"/courses/{COURSE}/enrol", hidden_fields(first.text)
    changed = browser.post(path, data={**fields, "full_name": "Priya K Nair"})
    shop.stripe.switches(down="on")
    answer = shop.press_pay(browser, changed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Stripe’s page can’t be reached at the moment" in answer.text
    assert "Priya K Nair" in answer.text
    assert len(shop.orders()) == 1


def price(shop: Shop, pence: int) -> None:
    with shop.app.app_context(), writing() as session:
        session.execute(update(Course).where(Course.code == COURSE).values(price_pence=pence))


def test_a_price_that_has_changed_is_shown_before_anything_is_ordered(shop: Shop) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    assert "Pay now £744.00" in checked.text
    price(shop, 70000)
    answer = shop.press_pay(browser, checked)
    assert answer.status_code == 409
    assert "The price has changed meanwhile" in answer.text
    assert "Pay now £840.00" in answer.text
    assert shop.orders() == []
    session_of(shop.press_pay(browser, answer))
    assert [one.total_pence for one in shop.orders()] == [84000]
