"""Courses that cost nothing, through the pages; and how often somebody may try codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

import config
from portal.domain.orders import OrderState
from portal.models.order import OrderStatement, Said
from portal.models.session import writing
from portal.records import courses
from portal.records.access_codes import REFUSED
from tests.codes import alike, issue_code, places
from tests.factories import hidden_fields, make_trainee
from tests.shop import COURSE, Shop
from tests.web.test_codes import PROVED

FREE = {"start": "", "code": ""}


@pytest.fixture
def free(shop: Shop) -> Shop:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).price_pence = 0
    return shop


def test_a_free_course_is_ordered_with_the_terms_and_without_a_payment(free: Shop) -> None:
    browser = free.browser()
    assert "There is nothing to pay" in browser.get(f"/courses/{COURSE}/enrol").text
    checked = free.check(browser, **FREE)
    assert "Order this place" in checked.text
    without = browser.post(f"/courses/{COURSE}/enrol/pay", data=hidden_fields(checked.text))
    assert without.status_code == 422
    assert free.press_pay(browser, checked).status_code == 303
    (order,) = free.orders()
    assert (order.state, order.total_pence) == (OrderState.FREE, 0)
    assert [one.what for one in free.rows(select(OrderStatement))] == [Said.TERMS]


@pytest.mark.promise("OTT-12")
def test_a_guest_never_learns_that_an_address_has_the_course(free: Shop) -> None:
    theirs = free.browser()
    make_trainee(theirs, free.mailbox, free.work)
    assert free.press_pay(theirs, free.check(theirs, **PROVED, **FREE)).status_code == 303
    told = free.press_pay(theirs, free.check(theirs, **PROVED, **FREE))
    assert told.status_code == 422
    assert "You have a place on this course already" in told.text
    free.work()
    free.mailbox.empty()
    seen = []
    for email in ("new@people.example", "aoife@odowd.example"):
        stranger = free.browser()
        ordered = free.order(stranger, **FREE, email=email, full_name="Aoife O’Dowd")
        assert ordered.status_code == 303
        seen.append(alike(free, stranger.get(ordered.location).text.replace(email, "")))
    assert seen[0] == seen[1]
    free.work()
    (letter,) = [mail for mail in free.mailbox.list_mails() if mail["to"] == ["aoife@odowd.example"]]
    assert letter["subject"].startswith("You have this place already")
    assert "/account/courses" in letter["text"]
    assert len(places(free)) == 2


@pytest.fixture
def limited(shop: Shop, make_app: Callable[[config.Settings], Flask]) -> Shop:
    settings = shop.app.extensions["portal"].settings
    return Shop(make_app(settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""})), shop.stripe, shop.mailbox)


@pytest.mark.promise("OTT-12")
def test_no_wrong_code_shuts_out_the_class_that_has_a_right_one(limited: Shop) -> None:
    """Nobody finds a code by trying: each try is a page of its own, which has its limits, and a code has 54 bits."""
    right, browser = issue_code(limited.app, uses=100), limited.browser()
    browser.environ_base |= {"REMOTE_ADDR": "198.51.100.7"}
    for number in range(25):
        answer = limited.check(browser, code=f"AAAA-BBBB-{number:04}")
        assert answer.status_code == 422
        assert REFUSED in answer.text
    assert limited.order(browser, code=right).status_code == 303


@pytest.mark.one_database("sqlite")
@pytest.mark.promise("OTT-12")
def test_codes_are_tried_no_oftener_than_pages_are_asked_for(limited: Shop) -> None:
    browser = limited.browser()
    browser.environ_base |= {"REMOTE_ADDR": "198.51.100.7"}
    path = f"/courses/{COURSE}/enrol"
    data = {**hidden_fields(browser.get(path).text), "code": "AAAA-BBBB-CCCC"}
    tried = [browser.post(path, data=data).status_code for _ in range(62)]
    paid = [browser.post(f"{path}/pay", data=data).status_code for _ in range(32)]
    assert (tried[-1], paid[-1]) == (429, 429)
