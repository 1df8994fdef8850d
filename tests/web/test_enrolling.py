"""Enrolling and paying through the pages, with Stripe's own library and a Stripe that answers over HTTP."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.domain.orders import EnrolmentState, OrderState
from portal.models.course import Delivery
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry
from portal.models.session import writing
from portal.records import courses
from portal.services import imports
from tests.dated import RUN_HEADS
from tests.factories import PASSWORD, hidden_fields, in_days
from tests.shop import COURSE, Shop, link_in, session_of


@pytest.mark.promise("OLT-30")
def test_from_the_course_to_an_open_course(shop: Shop) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    assert "Pay now £744.00" in checked.text
    sent = shop.press_pay(browser, checked)
    assert sent.status_code == 303
    session = session_of(sent)
    assert [order.state for order in shop.orders()] == [OrderState.OPEN]
    paid = shop.stripe.pay(session)
    back = browser.get(paid.headers["location"])
    assert "You have a place" in back.text
    shop.work()
    (confirmation,) = shop.letters("Your order")
    assert confirmation["to"] == ["priya@nairfibre.example"]
    place = link_in(confirmation, "/your-place/")
    page = browser.get(place)
    assert page.status_code == 200
    taken = browser.post(place, data={**hidden_fields(page.text), "password": PASSWORD})
    assert taken.status_code == 303, taken.text
    assert taken.location == "/account/courses"
    shop.work()
    assert "Open" in browser.get("/account/courses").text
    assert len(shop.letters("Your course is open")) == 1
    (enrolment,) = shop.rows(select(Enrolment))
    assert enrolment.state == EnrolmentState.OPEN
    entries = shop.rows(select(LedgerEntry).order_by(LedgerEntry.id))
    assert [(one.kind, one.amount_pence) for one in entries] == [("paid", 74400), ("charged", 74400)]


def test_what_is_missing_is_said_and_nothing_is_lost(shop: Shop) -> None:
    browser = shop.browser()
    answer = shop.check(browser, full_name="", start="", organisation="")
    assert answer.status_code == 422
    assert "Enter your full name" in answer.text
    assert "Choose when your course should open" in answer.text
    assert 'value="priya@nairfibre.example"' in answer.text


def test_without_the_terms_nothing_is_ordered(shop: Shop) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    refused = browser.post(f"/courses/{COURSE}/enrol/pay", data=hidden_fields(checked.text))
    assert refused.status_code == 422
    assert "Accept the course terms" in refused.text
    assert shop.orders() == []


def test_pressing_twice_orders_once(shop: Shop) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    first, second = shop.press_pay(browser, checked), shop.press_pay(browser, checked)
    assert first.location == second.location
    assert len(shop.orders()) == 1


def test_a_start_that_a_later_date_makes_needless_is_passed_over(shop: Shop) -> None:
    """Chosen while no date was, or for an early one: the later date's page has no such question to mend it at."""
    checked = shop.check(shop.browser(), "FIB-SPLICE", run="SPLICE-SOON", start="now")
    assert checked.status_code == 200
    assert "Pay now £576.00" in checked.text


def test_a_date_within_the_14_days_says_why_it_is_asked_about(shop: Shop) -> None:
    with shop.app.app_context():
        rows = f"{RUN_HEADS}\nFIB-SPLICE,SPLICE-EARLY,{in_days(5)},,,,,,yes\n"
        imports.course_runs(rows, clock=shop.app.extensions["portal"].clock)
    asked = shop.check(shop.browser(), "FIB-SPLICE", run="SPLICE-EARLY", start="")
    assert asked.status_code == 422
    assert "Choose when your course should open" in asked.text
    assert "Your date lies within the 14 days in which you can change your mind." in asked.text
    assert "After 14 days" not in asked.text
    checked = shop.check(shop.browser(), "FIB-SPLICE", run="SPLICE-EARLY", start="now").text
    assert "On its date, within your 14 days" in checked
    assert "You asked us to start straight away." in checked


@pytest.mark.parametrize("act", ["", "/pay", "/change"])
def test_a_form_that_was_open_too_long_keeps_what_was_typed(shop: Shop, act: str) -> None:
    browser = shop.browser()
    carried = hidden_fields(shop.check(browser).text) | {"csrf_token": "of another day", "terms": "yes"}
    answer = browser.post(f"/courses/{COURSE}/enrol{act}", data=carried)
    assert answer.status_code == 400
    assert "Nothing was ordered. Your answers are still here" in answer.text
    assert 'value="priya@nairfibre.example"' in answer.text
    assert shop.orders() == []
    again = browser.post(f"/courses/{COURSE}/enrol", data=carried | hidden_fields(answer.text))
    assert "Pay now £744.00" in again.text


def test_a_form_of_a_course_that_is_not_here_is_an_error_page(shop: Shop) -> None:
    answer = shop.browser().post("/courses/NO-SUCH/enrol", data={"full_name": "Priya Nair"})
    assert answer.status_code == 400


def test_a_guests_orders_stand_in_the_account_of_their_address(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    place = link_in(shop.letters("Your order")[-1], "/your-place/")
    browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    listed = browser.get("/account/orders").text
    assert "Street works and excavation" in listed
    own = re.search(r'href="(/your-order/[^"]+)"', listed)
    assert own
    assert "You have a place" in browser.get(own.group(1)).text
    stranger = shop.browser()
    shop.buy(stranger, "FIB-SPLICE", run="SPLICE-LATER", full_name="Tom Marlow", email="tom@marlow.example")
    assert "Fibre splicing" not in browser.get("/account/orders").text


def test_what_only_a_code_opens_does_not_ask_when_it_should(shop: Shop) -> None:
    answer = shop.check(shop.browser(), start="", code="")
    assert "Choose when your course should open" in answer.text
    with shop.app.app_context():
        imports.courses(
            "code,title,subject,price_pence,vat_rate,delivery,summary,active,sold\n"
            'SAF-STREET,Street works and excavation,safety,62000,20,live,"Dig, guard and reinstate",yes,partners\n'
        )
    asked = shop.check(shop.browser(), start="", code="").text
    assert "Enter your access code" in asked
    assert "When should your course open?" not in asked
    assert "Choose when your course should open" not in asked


def test_a_live_course_without_a_date_is_had_with_a_code_alone(shop: Shop) -> None:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).delivery = Delivery.LIVE
    browser = shop.browser()
    form = browser.get(f"/courses/{COURSE}/enrol").text
    assert "With an access code." in form
    assert f'Dates are being set. Without a code, <a href="/enquire?interest={COURSE}">' in form
    assert "Pay" not in form.partition("<main")[2].partition("</main>")[0]
    refused = shop.check(browser, COURSE)
    assert refused.status_code == 422
    assert 'href="#code"' in refused.text
    assert shop.orders() == []


def test_an_order_whose_course_lost_its_dates_meanwhile_is_not_taken(shop: Shop) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).delivery = Delivery.LIVE
    assert shop.press_pay(browser, checked).status_code == 422
    assert shop.orders() == []
