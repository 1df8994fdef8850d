"""What people choose since we changed a date, and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.date_change import Choice
from portal.domain.orders import EnrolmentState, OrderState, Seat
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.date_change import DateChoice
from portal.models.order import OrderLine
from tests.changed_dates import (
    FIRM,
    buy,
    cancel,
    choose,
    free_and_cancelled,
    letters,
    move,
    place,
    run_of_line,
)
from tests.factories import PASSWORD, hidden_fields
from tests.order_pages import entries, logged, set_capacity
from tests.people import make_staff
from tests.shop import Shop, link_in


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def test_keeping_it_is_confirmed_and_the_course_opens_on_the_new_day(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    own = link_in(shop.letters("Your order")[-1], "/your-place/")
    browser = shop.browser()
    page = browser.get(own)
    assert browser.post(own, data={**hidden_fields(page.text), "password": PASSWORD}).status_code == 303
    shop.work()
    move(shop, boss)
    assert "choose what happens" in browser.get("/account/courses").text
    said = choose(shop, link_in(letters(shop)[-1], "/your-date/"), "keep")
    assert "Your place is kept" in said
    shop.work()
    assert len(shop.letters("The place is kept")) == 1
    assert "choose what happens" not in browser.get("/account/courses").text
    shop.days_pass(31)
    assert place(shop).state == EnrolmentState.WAITING_TO_OPEN
    shop.days_pass(3)
    assert place(shop).state == EnrolmentState.OPEN
    assert logged(shop, Happened.DATE_CHOSEN) == [f"{place(shop).reference}: kept, by the payer"]


def test_another_date_takes_the_seat_along(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    said = choose(shop, link, "to:SPLICE-LATER")
    assert "on another date now" in said
    shop.work()
    assert run_of_line(shop) == "SPLICE-LATER"
    (line,) = shop.rows(select(OrderLine))
    assert line.seat == Seat.TAKEN
    assert "Leeds" in line.description
    assert {mail["to"][0] for mail in shop.letters("The new date")} == {"tom@marlow.example", "priya@nairfibre.example"}
    again = shop.browser().get(link).text
    assert "on another date now" in again
    (row,) = shop.rows(select(DateChoice))
    assert (row.choice, row.chosen_by) == (Choice.MOVE, "learner")
    assert "Another date" in boss.get("/admin/dates/SPLICE-SOON").text


def test_a_date_that_filled_up_meanwhile_is_refused_and_nothing_is_lost(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    cancel(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    browser = shop.browser()
    page = browser.get(link).text
    set_capacity(shop, "SPLICE-LATER", 0)
    refused = browser.post(link, data={**hidden_fields(page), "choice": "to:SPLICE-LATER"})
    assert refused.status_code == 422
    assert "Choose what you would like" in refused.text
    assert run_of_line(shop) == "SPLICE-SOON"
    assert browser.post(link, data={**hidden_fields(page), "choice": "keep"}).status_code == 422
    assert browser.post(link, data={**hidden_fields(page)}).status_code == 422


@pytest.mark.parametrize("days_later", [0, 20])
def test_all_the_money_goes_back_whatever_day_it_is(shop: Shop, boss: FlaskClient, days_later: int) -> None:
    reference = buy(shop)
    shop.days_pass(days_later)
    move(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    assert "Have all the money back, £576.00" in shop.browser().get(link).text
    assert "The place is given back" in choose(shop, link, "back")
    shop.work()
    assert entries(shop) == {"paid": 57600, "charged": 57600, "credited": 57600, "refunded": 57600}
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert place(shop).state == EnrolmentState.CANCELLED
    (letter,) = shop.letters("cancelled")
    assert any(name.startswith("Credit note") for name in _enclosed(letter)) or "credit note" in letter["text"]
    assert reference in letter["text"]
    assert "Since we moved the date, you have given back" in letter["text"]
    (line,) = shop.rows(select(OrderLine))
    assert line.seat == Seat.RELEASED


def _enclosed(letter: dict[str, Any]) -> list[str]:
    return [str(one) for one in letter.get("attachments", [])]


def test_a_learner_for_whom_somebody_else_paid_can_not_take_the_money(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    assert "money back" not in shop.browser().get(link).text
    choose(shop, link, "back", 422)
    assert entries(shop) == {"paid": 57600, "charged": 57600}
    own = link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/")
    choose(shop, own, "back")
    shop.work()
    assert entries(shop)["refunded"] == 57600
    assert [mail["to"] for mail in shop.letters("has ended")] == [["tom@marlow.example"]]
    assert shop.browser().get(link).status_code == 410


def test_the_first_answer_counts(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    move(shop, boss)
    own = link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/")
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    browser = shop.browser()
    page = browser.get(link).text
    choose(shop, own, "keep")
    refused = browser.post(link, data={**hidden_fields(page), "choice": "to:SPLICE-LATER"})
    assert refused.status_code == 409
    assert "There is nothing to choose any more" in refused.text
    assert run_of_line(shop) == "SPLICE-SOON"


def test_a_free_place_is_just_given_up_by_its_learner(shop: Shop, boss: FlaskClient) -> None:
    free_and_cancelled(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    assert "Give the place back" in shop.browser().get(link).text
    assert "It cost nothing, so nothing goes back" in choose(shop, link, "back")
    shop.work()
    assert place(shop).state == EnrolmentState.CANCELLED
    assert entries(shop) == {}
    assert len(shop.letters("cancelled")) >= 1


def test_money_that_the_bank_has_taken_is_not_offered(shop: Shop, boss: FlaskClient) -> None:
    """Its button would only lead to a refusal: the page says at once who can see to it."""
    buy(shop)
    charge = shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id
    shop.stripe.dispute(str(charge))
    shop.work()
    move(shop, boss)
    link = link_in(letters(shop)[-1], "/your-date/")
    page = shop.browser().get(link).text
    assert "money back" not in page
    assert "Your bank is looking at this payment" in page
    choose(shop, link, "back", 422)
    assert "Your place is kept" in choose(shop, link, "keep")
