"""Cancelling an order: the page says what goes back, its button does it, and everything is kept in step."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.domain.orders import EnrolmentState, Entry, OrderState, RefundState, Seat
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry, Refund, RefundPart
from portal.models.order import OrderLine, OrderTrouble
from portal.models.security_event import SecurityEvent
from portal.models.session import writing
from portal.records import ledger
from portal.services import orders
from tests.factories import PASSWORD, hidden_fields, in_days, make_trainee
from tests.services.test_refunds import held_up
from tests.shop import Shop, link_in, session_of


def entries(shop: Shop) -> list[tuple[str, int]]:
    """(kind, pence) of the whole ledger, oldest first."""
    return [(one.kind.value, one.amount_pence) for one in shop.rows(select(LedgerEntry).order_by(LedgerEntry.id))]


def balance(shop: Shop) -> int:
    return ledger.balance(shop.rows(select(LedgerEntry)))


def order_page(shop: Shop) -> str:
    """The guest's path of the newest order."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        return orders.guest_path(shop.orders()[-1].reference, parts.links, parts.clock)


def press_cancel(shop: Shop, browser: FlaskClient, **changes: str) -> TestResponse:
    """Open the page and press its button."""
    path = f"{order_page(shop)}/cancel"
    page = browser.get(path)
    assert page.status_code == 200, page.text
    return browser.post(path, data={**hidden_fields(page.text), **changes})


@pytest.mark.promise("OLT-32")
def test_a_place_that_is_not_open_costs_nothing(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser, start="after_14_days")
    assert "Cancel this order" in browser.get(order_page(shop)).text
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "Your course is not open yet: you get everything back, £744.00." in page
    assert "Cancel and get £744.00 back" in page
    assert press_cancel(shop, browser).status_code == 303
    (order,) = shop.orders()
    assert order.state == OrderState.CANCELLED
    assert "£744.00 goes back to you" in browser.get(order_page(shop)).text
    assert balance(shop) == -74400
    shop.work()
    assert shop.orders()[0].state == OrderState.RETURNED
    assert entries(shop) == [("paid", 74400), ("charged", 74400), ("credited", 74400), ("refunded", 74400)]
    (refund,) = shop.rows(select(Refund))
    assert (refund.state, refund.amount_pence, refund.credit_note) == (RefundState.SUCCEEDED, 74400, "CRN-000001")
    (place,) = shop.rows(select(Enrolment))
    assert place.state == EnrolmentState.CANCELLED
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]
    (letter,) = shop.letters("is cancelled")
    assert "£744.00 goes back to you, the way you paid, by" in letter["text"]
    assert "CRN-000001" in letter["text"]
    assert "You have your money back" in browser.get(order_page(shop)).text
    assert len(shop.rows(select(SecurityEvent).where(SecurityEvent.kind == "order_cancelled"))) == 1


def test_pressed_twice_it_is_cancelled_once(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    path = f"{order_page(shop)}/cancel"
    data = hidden_fields(browser.get(path).text)
    assert [browser.post(path, data=data).status_code for _ in range(3)] == [303, 303, 303]
    shop.work()
    assert len(shop.rows(select(Refund))) == 1
    assert [one.number for one in shop.rows(select(Document).where(Document.kind == "credit_note"))] == ["CRN-000001"]
    assert len(shop.letters("is cancelled")) == 1
    assert balance(shop) == 0


def test_a_link_to_a_place_that_was_cancelled_is_dead(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    press_cancel(shop, browser)
    assert browser.get(place).status_code == 410


def test_less_than_was_shown_is_never_taken_for_granted(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    refused = press_cancel(shop, browser, shown="1:99999")
    assert refused.status_code == 409
    assert "What you get back has changed" in refused.text
    assert "Cancel and get £744.00 back" in refused.text
    assert shop.rows(select(Refund)) == []


@pytest.mark.parametrize("shown", ["", "x", "1:", "1:-1", "²:³", "9" * 30])
def test_a_strange_form_is_refused_kindly(shop: Shop, shown: str) -> None:
    browser = shop.browser()
    shop.buy(browser)
    assert press_cancel(shop, browser, shown=shown, lines="1").status_code in (409, 422)
    assert shop.rows(select(Refund)) == []


@pytest.mark.parametrize("lines", ["", "x", "2", "-1"])
def test_only_the_place_that_the_page_named_is_cancelled(shop: Shop, lines: str) -> None:
    browser = shop.browser()
    shop.buy(browser)
    assert press_cancel(shop, browser, lines=lines).status_code in (409, 422)
    assert shop.rows(select(Refund)) == []


def test_the_right_ends_with_its_last_day(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    data = hidden_fields(browser.get(f"{order_page(shop)}/cancel").text)
    advance(shop, days=15)
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "Your right to cancel ended on" in page
    assert "Ask us" in page
    assert browser.post(f"{order_page(shop)}/cancel", data=data).status_code == 409
    assert shop.rows(select(Refund)) == []


def advance(shop: Shop, days: int) -> None:
    shop.app.extensions["portal"].clock.advance(dt.timedelta(days=days))


def test_an_organisation_is_told_to_ask(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser, buyer="organisation", organisation="Nair Fibre Ltd", start="")
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "for people who buy for themselves" in page
    assert "Cancel and get" not in page


@pytest.mark.promise("OLT-32")
def test_days_that_were_had_are_paid_for(shop: Shop) -> None:
    browser = shop.browser()
    soon = in_days(2)
    change_run(shop, "SPLICE-SOON", soon, soon + dt.timedelta(days=3))
    shop.buy(browser, "FIB-SPLICE", run="SPLICE-SOON", start="now")
    take_up(shop, browser)
    advance(shop, days=3)
    shop.work()
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "have had 1 of 4 days: you pay £144.00 for that and get £432.00 back" in page
    assert "Cancel and get £432.00 back" in page
    press_cancel(shop, browser)
    shop.work()
    assert shop.orders()[-1].state == OrderState.CANCELLED
    assert balance(shop) == 0
    (part,) = shop.rows(select(RefundPart))
    assert (part.net_pence, part.vat_pence, part.gross_pence) == (36000, 7200, 43200)


def change_run(shop: Shop, code: str, first: dt.date, last: dt.date) -> None:
    with shop.app.app_context(), writing() as session:
        run = session.scalars(select(CourseRun).where(CourseRun.code == code)).one()
        run.starts_on, run.ends_on = first, last


def take_up(shop: Shop, browser: FlaskClient) -> None:
    place = link_in(shop.letters("Your order")[-1], "/your-place/")
    taken = browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    assert taken.status_code == 303, taken.text
    shop.work()


def test_the_seat_is_free_for_somebody_else(shop: Shop) -> None:
    first = shop.browser()
    shop.buy(first, "FIB-SPLICE", run="SPLICE-SOON", start="")
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.TAKEN]
    press_cancel(shop, first)
    shop.work()
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]


def test_an_order_that_is_not_paid_is_closed_and_its_page_too(shop: Shop) -> None:
    browser = shop.browser()
    session = session_of(shop.order(browser))
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "Nothing is paid, so nothing goes back" in page
    answer = press_cancel(shop, browser)
    assert answer.status_code == 303
    assert shop.stripe.pay(session).status_code != 303
    shop.work()
    assert [order.state for order in shop.orders()] == [OrderState.CANCELLED]
    assert entries(shop) == []
    assert "Pay now" not in browser.get(order_page(shop)).text


def test_a_payment_that_arrives_for_a_cancelled_order_goes_back_by_itself(shop: Shop) -> None:
    browser = shop.browser()
    session = session_of(shop.order(browser))
    shop.stripe.pay_later(session)
    shop.work()
    assert shop.orders()[0].state == OrderState.AWAITING
    assert "all of it goes back to you" in browser.get(f"{order_page(shop)}/cancel").text
    assert press_cancel(shop, browser).status_code == 303
    shop.stripe.arrive(session)
    shop.work()
    assert shop.orders()[0].state == OrderState.RETURNED
    assert entries(shop) == [("paid", 74400), ("refunded", 74400)]
    assert shop.rows(select(OrderTrouble)) == []
    assert len(shop.letters("£744.00 goes back to you")) == 1
    assert shop.rows(select(Document)) == []


def test_nobody_else_can_cancel(shop: Shop) -> None:
    browser = shop.browser()
    reference = shop.buy(browser)
    assert browser.get(f"/orders/{reference}/cancel").status_code == 303
    assert browser.get("/your-order/forged/cancel").status_code == 404
    assert Entry.REFUNDED.value not in dict(entries(shop))


def test_a_payment_that_found_no_place_goes_back_when_its_buyer_has_had_enough(shop: Shop) -> None:
    held_up(shop)
    browser = shop.browser()
    page = browser.get(f"{order_page(shop)}/cancel").text
    assert "you get everything back" in page
    assert "Cancel and get £576.00 back" in page
    assert press_cancel(shop, browser).status_code == 303
    shop.work()
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert entries(shop) == [("paid", 57600), ("refunded", 57600)]
    assert [one.settled_how for one in shop.rows(select(OrderTrouble))] == ["Given back, by the buyer"]
    assert len(shop.letters("is cancelled")) == 1
    assert shop.rows(select(Document)) == []


def test_a_place_that_cost_nothing_is_given_back(shop: Shop) -> None:
    with shop.app.app_context(), writing() as session:
        session.scalars(select(Course).where(Course.code == "SAF-STREET")).one().price_pence = 0
    browser = shop.browser()
    assert shop.order(browser, start="").status_code == 303
    shop.work()
    assert shop.orders()[-1].state == OrderState.FREE
    assert "It cost nothing, so nothing goes back." in browser.get(f"{order_page(shop)}/cancel").text
    assert press_cancel(shop, browser).status_code == 303
    shop.work()
    assert shop.orders()[-1].state == OrderState.CANCELLED
    assert shop.rows(select(Enrolment))[0].state == EnrolmentState.CANCELLED
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]
    (letter,) = shop.letters("is cancelled")
    assert "It cost nothing, so nothing goes back." in letter["text"]


def test_the_owner_of_an_order_cancels_it_and_no_other_account_does(shop: Shop) -> None:
    owner, other = shop.browser(), shop.browser()
    make_trainee(owner, shop.mailbox, shop.work)
    make_trainee(other, shop.mailbox, shop.work, email="another@people.example")
    reference = shop.buy(owner)
    path = f"/orders/{reference}/cancel"
    page = owner.get(path)
    assert page.status_code == 200
    assert other.get(path).status_code == 404
    assert other.post(path, data=hidden_fields(page.text)).status_code in (400, 404)
    assert shop.rows(select(Refund)) == []
    assert owner.post(path, data=hidden_fields(page.text)).status_code == 303
    assert len(shop.rows(select(Refund))) == 1
