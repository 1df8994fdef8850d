"""Places that nobody takes up: reminded twice, then forgotten, and whoever paid is told."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.domain.delivery import Lane
from portal.models.order import OrderLine
from portal.services import outbox
from tests.factories import PASSWORD, hidden_fields
from tests.shop import Shop, link_in

OTHER = {"learner_name": "Tom Reed", "course_email": "tom@reed.example"}


def _days(shop: Shop, number: int) -> None:
    """Let so many days pass, and everything that follows happen."""
    parts = shop.app.extensions["portal"]
    parts.clock.advance(dt.timedelta(days=number))
    with shop.app.app_context():
        for plan in shop.app.extensions["portal.plans"]:
            plan()
        while outbox.work_once(Lane.TIME, shop.app.extensions["portal.handlers"], parts.clock).worked:
            pass
    shop.work()


@pytest.mark.one_database("postgresql")
def test_two_reminders_then_what_was_said_of_them_goes_and_the_payer_is_told(shop: Shop) -> None:
    shop.buy(**OTHER)
    assert [mail["to"] for mail in shop.letters("has ordered a place for you")] == [["tom@reed.example"]]
    for days, reminders in ((2, 0), (1, 1), (1, 1), (10, 2), (1, 2)):
        _days(shop, days)
        assert len(shop.letters("still waiting")) == reminders
    place = link_in(shop.letters("still waiting")[-1], "/your-place/")
    assert shop.browser().get(place).status_code == 200
    _days(shop, 15)
    (line,) = shop.rows(select(OrderLine))
    assert (line.learner_name, line.course_email, line.course_email_key, line.telephone) == (None,) * 4
    (lapsed,) = shop.letters("nobody took up")
    assert lapsed["to"] == ["priya@nairfibre.example"]
    assert shop.browser().get(place).status_code == 410
    _days(shop, 1)
    assert len(shop.letters("nobody took up")) == 1


def test_whoever_is_named_next_has_all_the_days_and_both_reminders(shop: Shop) -> None:
    shop.buy(**OTHER)
    own = link_in(shop.letters("Your order")[0], "/your-order/")
    _days(shop, 29)
    browser, named = shop.browser(), {"learner_name": "Eve Ames", "course_email": "eve@ames.example"}
    browser.post(f"{own}/learner", data={**hidden_fields(browser.get(f"{own}/learner").text), **named})
    before = len(shop.letters("still waiting"))
    _days(shop, 3)
    assert [mail["to"] for mail in shop.letters("still waiting")[before:]] == [["eve@ames.example"]]
    _days(shop, 26)
    assert shop.letters("nobody took up") == []
    _days(shop, 1)
    assert len(shop.letters("nobody took up")) == 1


def test_who_took_the_place_up_is_not_reminded(shop: Shop) -> None:
    shop.buy()
    browser = shop.browser()
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    _days(shop, 31)
    assert shop.letters("still waiting") == []
    assert shop.letters("nobody took up") == []


def test_an_order_that_nobody_paid_is_deleted_after_thirty_days(shop: Shop) -> None:
    shop.order(shop.browser())
    shop.buy(email="tom@reed.example", full_name="Tom Reed")
    _days(shop, 29)
    assert len(shop.orders()) == 2
    _days(shop, 2)
    assert [order.email for order in shop.orders()] == ["tom@reed.example"]
