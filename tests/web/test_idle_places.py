"""A place that goes on although all its money went back: staff end it, once somebody knows that nobody will come."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.orders import EnrolmentState, OrderState, Seat
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.order import OrderLine
from portal.services import refund_desk
from tests.changed_dates import FIRM, buy, place
from tests.factories import press
from tests.order_pages import logged, page_of_last
from tests.people import make_staff
from tests.services.test_refunds import RUTH, balance, give_back
from tests.shop import Shop
from tests.together import VISIT, counted, together


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def kept(shop: Shop, **changes: str) -> str:
    """All the money goes back and the place is kept; the path of the refund page."""
    buy(shop, **changes)
    give_back(shop, 57600)
    shop.work()
    assert (shop.orders()[-1].state, place(shop).state) == (
        OrderState.RETURNED,
        EnrolmentState.WAITING_FOR_LEARNER,
    )
    return f"{page_of_last(shop)}/refund"


def test_a_place_that_was_kept_when_all_went_back_is_ended(shop: Shop, finance: FlaskClient) -> None:
    page = kept(shop, **FIRM)
    assert f'href="{page}#places"' in finance.get(page_of_last(shop)).text
    shown = finance.get(page).text
    assert "A place goes on" in shown
    assert "It waits for Tom Marlow" in shown
    for _ in range(2):  # pressed twice
        assert press(finance, page, f"{page}/end", place=place(shop).reference).location == f"{page}?done=ended"
    assert "The place has ended" in finance.get(f"{page}?done=ended").text
    assert place(shop).state == EnrolmentState.CANCELLED
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]
    shop.work()
    (letter,) = shop.letters("A place of your order")
    assert letter["to"] == ["priya@nairfibre.example"]
    assert "Nothing more goes back for it" in letter["text"]
    assert [mail["to"] for mail in shop.letters("Your place on")] == [["tom@marlow.example"]]
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)
    assert all(place(shop).reference in one for one in logged(shop, Happened.PLACE_ENDED))
    assert "A place goes on" not in finance.get(page).text


def test_one_for_which_nobody_is_named_ends_too(shop: Shop, finance: FlaskClient) -> None:
    page = kept(shop)
    shop.days_pass(40)
    finance = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE, email="second@meridian.example")
    assert "nobody is named" in finance.get(page).text
    assert press(finance, page, f"{page}/end", place=place(shop).reference).status_code == 303
    shop.work()
    assert place(shop).state == EnrolmentState.CANCELLED
    assert shop.letters("has ended") == shop.letters("A place of your order")


def test_two_who_end_it_at_once_end_it_once(shop: Shop) -> None:
    kept(shop)
    reference, one, clock = shop.orders()[-1].reference, place(shop).reference, shop.app.extensions["portal"].clock

    def end() -> None:
        refund_desk.end_place(reference, one, VISIT, clock, RUTH)

    assert counted(together(shop.app, end, end, end)) == {"done": 3}
    shop.work()
    assert len(shop.letters("A place of your order")) == 1


def test_while_money_is_left_a_place_ends_with_it_alone(shop: Shop, finance: FlaskClient) -> None:
    buy(shop)
    page = f"{page_of_last(shop)}/refund"
    assert "A place goes on" not in finance.get(page).text
    refused = press(finance, page, f"{page}/end", place=place(shop).reference)
    assert (refused.status_code, "some of its price is left" in refused.text) == (409, True)
    assert place(shop).state == EnrolmentState.WAITING_FOR_LEARNER


def test_a_place_of_another_order_is_none_of_it(shop: Shop, finance: FlaskClient) -> None:
    page = kept(shop)
    assert press(finance, page, f"{page}/end", place="ENR-7777-7777").status_code == 404
    reader = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    assert press(reader, "/admin", f"{page}/end", place=place(shop).reference).status_code == 403
