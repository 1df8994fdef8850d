"""The address that an order's letters go to is put right by staff; the links before are dead."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.delivery import Kind, State
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine
from portal.models.outbox import OutboxMessage
from portal.models.security_event import SecurityEvent
from tests.factories import PASSWORD, hidden_fields, make_trainee
from tests.people import make_staff
from tests.shop import Shop, link_in

TYPO, RIGHT = "priya@nairfbire.example", "priya@nairfibre.example"
TOM = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"}


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def _order(shop: Shop) -> Order:
    (found,) = shop.rows(select(Order))
    assert isinstance(found, Order)
    return found


def _put_right(shop: Shop, boss: FlaskClient, email: str = RIGHT) -> int:
    page = f"/admin/orders/{_order(shop).reference}/address"
    answer = boss.post(page, data={**hidden_fields(boss.get(page).text), "receipt_email": email})
    shop.work()
    return answer.status_code


def _letters(shop: Shop, to: str) -> list[str]:
    return [mail["subject"] for mail in shop.letters() if mail["to"] == [to]]


def test_a_mistyped_address_is_put_right_and_the_confirmation_comes_again(shop: Shop, boss: FlaskClient) -> None:
    shop.buy(email=TYPO)
    first = shop.letters("Your order")[-1]
    old = [link_in(first, "/your-order/"), link_in(first, "/your-place/")]
    assert (
        f'href="/admin/orders/{_order(shop).reference}/address"'
        in boss.get(f"/admin/orders/{_order(shop).reference}").text
    )
    assert _put_right(shop, boss) == 303
    order = _order(shop)
    assert (order.email, order.receipt_email, order.email_key) == (RIGHT, RIGHT, RIGHT)
    assert TYPO not in order.search_text
    assert RIGHT in order.search_text
    (line,) = shop.rows(select(OrderLine))
    assert (line.course_email, line.course_email_key, line.is_payer) == (RIGHT, RIGHT, True)
    again = shop.letters("Your order")[-1]
    assert again["to"] == [RIGHT]
    assert "Attached: the contract" in again["text"]
    assert [shop.browser().get(one).status_code for one in old] == [410, 410]
    browser, place = shop.browser(), link_in(again, "/your-place/")
    assert browser.get(link_in(again, "/your-order/")).status_code == 200
    taken = browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    assert taken.status_code == 303
    assert len(_letters(shop, TYPO)) == 1
    told = boss.get(f"/admin/orders/{order.reference}").text
    assert told.count("The place was offered by a new link") == 1
    assert told.count("The confirmation of an order") == 2


def test_the_law_counts_from_the_confirmation_that_arrived(shop: Shop, boss: FlaskClient) -> None:
    """One that went to somebody else confirmed nothing to the buyer."""
    shop.buy(email=TYPO)
    first = _order(shop).confirmed_at
    assert first is not None
    shop.days_pass(2)
    _put_right(shop, boss)
    second = _order(shop).confirmed_at
    assert second is not None
    assert (second - first).days == 2
    shop.days_pass(1)
    _put_right(shop, boss)
    assert _order(shop).confirmed_at == second


def test_the_same_address_again_ends_the_links_that_got_about(shop: Shop, boss: FlaskClient) -> None:
    shop.buy(**TOM)
    own = link_in(shop.letters("Your order")[-1], "/your-order/")
    place = link_in(shop.letters("has ordered a place")[-1], "/your-place/")
    before = len(shop.letters("Your order"))
    assert _put_right(shop, boss) == 303
    assert shop.browser().get(own).status_code == 410
    assert shop.browser().get(place).status_code == 200  # the learner's own, which nobody here passed on
    assert len(shop.letters("Your order")) == before
    (new,) = shop.letters("Your new link")
    assert new["to"] == [RIGHT]
    assert shop.browser().get(link_in(new, "/your-order/")).status_code == 200


def test_a_receipt_that_goes_elsewhere_leaves_the_learner_alone(shop: Shop, boss: FlaskClient) -> None:
    shop.buy(receipt_email="acounts@nairfibre.example")
    place = link_in(shop.letters("Your place")[-1], "/your-place/")
    assert _put_right(shop, boss, "accounts@nairfibre.example") == 303
    order = _order(shop)
    assert (order.email, order.receipt_email) == (RIGHT, "accounts@nairfibre.example")
    assert shop.letters("Your order")[-1]["to"] == ["accounts@nairfibre.example"]
    assert shop.browser().get(place).status_code == 200


def test_what_could_not_be_delivered_there_needs_nobody_any_more(shop: Shop, boss: FlaskClient) -> None:
    shop.buy(email="bounce@nairfibre.example")
    failed = select(OutboxMessage).where(OutboxMessage.state == State.FAILED)
    assert [row.kind for row in shop.rows(failed)] == [Kind.ORDER_CONFIRMATION]
    _put_right(shop, boss)
    assert shop.rows(failed) == []
    assert shop.letters("Your order")[-1]["to"] == [RIGHT]


def test_somebody_who_has_the_course_already_is_not_given_it_twice(shop: Shop, boss: FlaskClient) -> None:
    shop.buy()
    shop.buy(email=TYPO)
    second = shop.orders()[-1].reference
    page = f"/admin/orders/{second}/address"
    answer = boss.post(page, data={**hidden_fields(boss.get(page).text), "receipt_email": RIGHT})
    assert answer.status_code == 422
    assert "has a place on this course already" in answer.text
    assert RIGHT in answer.text
    assert [place.link_epoch for place in shop.rows(select(Enrolment))] == [1, 1]


def test_an_account_keeps_its_own_address(shop: Shop, boss: FlaskClient) -> None:
    buyer = shop.browser()
    make_trainee(buyer, shop.mailbox, shop.work)
    shop.buy(buyer, receipt_email="acounts@nairfibre.example")
    own = _order(shop).email
    assert _put_right(shop, boss, "accounts@nairfibre.example") == 303
    assert _order(shop).email == own
    assert buyer.get(f"/orders/{_order(shop).reference}").status_code == 200


@pytest.mark.parametrize("wrong", ["", "priya", "priya@nairfibre", "4242 4242 4242 4242"])
def test_what_is_no_address_is_refused_and_kept(shop: Shop, boss: FlaskClient, wrong: str) -> None:
    shop.buy()
    own = link_in(shop.letters("Your order")[-1], "/your-order/")
    page = f"/admin/orders/{_order(shop).reference}/address"
    answer = boss.post(page, data={**hidden_fields(boss.get(page).text), "receipt_email": wrong})
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.text
    assert shop.browser().get(own).status_code == 200


def test_it_stands_in_the_security_log(shop: Shop, boss: FlaskClient) -> None:
    shop.buy(email=TYPO)
    _put_right(shop, boss)
    found = shop.rows(select(SecurityEvent).where(SecurityEvent.kind == Happened.ORDER_READDRESSED))
    assert [row.detail for row in found] == [_order(shop).reference]
    assert TYPO not in boss.get(f"/admin/orders/{_order(shop).reference}").text
