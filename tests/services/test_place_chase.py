"""Places that nobody takes up: reminded twice, then forgotten, and whoever paid is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.models.order import OrderLine
from tests.factories import PASSWORD, hidden_fields
from tests.shop import Shop, link_in

OTHER = {"learner_name": "Tom Reed", "course_email": "tom@reed.example"}


@pytest.mark.one_database("postgresql")
def test_two_reminders_then_what_was_said_of_them_goes_and_the_payer_is_told(shop: Shop) -> None:
    shop.buy(**OTHER)
    assert [mail["to"] for mail in shop.letters("has ordered a place for you")] == [["tom@reed.example"]]
    for days, reminders in ((2, 0), (1, 1), (1, 1), (10, 2), (1, 2)):
        shop.days_pass(days)
        assert len(shop.letters("still waiting")) == reminders
    place = link_in(shop.letters("still waiting")[-1], "/your-place/")
    assert shop.browser().get(place).status_code == 200
    shop.days_pass(15)
    (line,) = shop.rows(select(OrderLine))
    assert (line.learner_name, line.course_email, line.course_email_key, line.telephone) == (None,) * 4
    (lapsed,) = shop.letters("nobody took up")
    assert lapsed["to"] == ["priya@nairfibre.example"]
    assert shop.browser().get(place).status_code == 410
    shop.days_pass(1)
    assert len(shop.letters("nobody took up")) == 1


def test_whoever_is_named_next_has_all_the_days_and_both_reminders(shop: Shop) -> None:
    shop.buy(**OTHER)
    own = link_in(shop.letters("Your order")[0], "/your-order/")
    shop.days_pass(29)
    browser, named = shop.browser(), {"learner_name": "Eve Ames", "course_email": "eve@ames.example"}
    browser.post(f"{own}/learner", data={**hidden_fields(browser.get(f"{own}/learner").text), **named})
    before = len(shop.letters("still waiting"))
    shop.days_pass(3)
    assert [mail["to"] for mail in shop.letters("still waiting")[before:]] == [["eve@ames.example"]]
    shop.days_pass(26)
    assert shop.letters("nobody took up") == []
    shop.days_pass(1)
    assert len(shop.letters("nobody took up")) == 1


def test_ones_own_place_at_another_address_is_not_a_strangers_gift(shop: Shop) -> None:
    shop.buy(receipt_email="accounts@nairfibre.example")
    (offer,) = shop.letters("Your place:")
    said = " ".join(offer["text"].split())
    assert offer["to"] == ["priya@nairfibre.example"]
    assert "Your order of a place on" in said
    assert "You choose a password" in said
    assert not any(words in said for words in ("has ordered", "accept the course terms", "says no"))
    assert "Why you have this: this address was given for the course of an order." in said
    shop.days_pass(3)
    assert "You choose a password" in " ".join(shop.letters("still waiting")[0]["text"].split())


def test_who_took_the_place_up_is_not_reminded(shop: Shop) -> None:
    shop.buy()
    browser = shop.browser()
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    shop.days_pass(31)
    assert shop.letters("still waiting") == []
    assert shop.letters("nobody took up") == []


def test_an_order_that_nobody_paid_is_deleted_after_thirty_days(shop: Shop) -> None:
    shop.order(shop.browser())
    shop.buy(email="tom@reed.example", full_name="Tom Reed")
    shop.days_pass(29)
    assert len(shop.orders()) == 2
    shop.days_pass(2)
    assert [order.email for order in shop.orders()] == ["tom@reed.example"]
