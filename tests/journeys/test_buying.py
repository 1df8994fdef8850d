"""Buying a place in a real browser, paid on a page of another origin: from the course's page to the open course."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.models.enrolment import Enrolment
from tests.factories import PASSWORD
from tests.journeys.buying import (
    RECORDED,
    bought_once,
    fill_in_order,
    go_on_to_stripe,
    own_place,
    pay,
    press_pay_now,
    take_up,
)
from tests.journeys.conftest import press
from tests.shop import Shop, link_in

OpenPage = Callable[..., Page]


@pytest.mark.promise("OLT-30")
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_course_to_an_open_course(open_page: OpenPage, shop: Shop, javascript: bool) -> None:
    page = open_page(f"/courses/{RECORDED}", width=390, javascript=javascript)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    press(page, "Enrol on this course")
    expect(page.locator("h1")).to_have_text("Enrol on Introduction to fibre optics")
    fill_in_order(page)
    press(page, "Check before paying")
    expect(page.locator("h1")).to_have_text("Check, then pay")
    expect(page.locator("main")).to_contain_text("Once it opens you lose your right to cancel.")
    page.check("#terms")
    press_pay_now(page, shop)
    press(page, "Pay £180.00")
    expect(page.locator("h1")).to_have_text("You have a place")
    shop.work()
    take_up(page, own_place(shop))
    expect(page.locator("main")).to_contain_text("Opens within a minute")
    shop.work()
    page.reload()
    expect(page.locator("main .row")).to_contain_text("Open until")
    page.goto("/account")
    expect(page.locator("#next")).to_have_text("Introduction to fibre optics")
    expect(page.locator(".next")).to_contain_text("It is open")
    page.goto("/account/orders")
    press(page, "Introduction to fibre optics")
    expect(page.locator("h1")).to_have_text("You have a place")
    assert len(shop.letters("Your course is open")) == 1
    bought_once(shop)
    assert wrong == []


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} can't be reached by keyboard")


def _enter(page: Page, selector: str) -> None:
    _tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_alone(open_page: OpenPage, shop: Shop) -> None:
    page = open_page(f"/courses/{RECORDED}")
    _enter(page, "text=Enrol on this course")
    _tab_to(page, "#buyer")
    page.keyboard.press("Space")
    _tab_to(page, "#age_confirmed")
    page.keyboard.press("Space")
    _tab_to(page, "#full_name")
    page.keyboard.type("Priya Nair")
    _tab_to(page, "#email")
    page.keyboard.type("priya@nairfibre.example")
    _tab_to(page, "#region")
    page.keyboard.type("West")
    _tab_to(page, "#heard_from")
    page.keyboard.type("A sea")
    _tab_to(page, "#start")
    page.keyboard.press("Space")
    _enter(page, "text=Check before paying")
    _tab_to(page, "#terms")
    page.keyboard.press("Space")
    _enter(page, "#ordering .button")
    assert page.url.startswith(shop.stripe.base)
    _enter(page, "button.main")
    expect(page.locator("h1")).to_have_text("You have a place")
    shop.work()
    page.goto(own_place(shop))
    _tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your courses")


def test_money_that_takes_days_and_arrives(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    session = go_on_to_stripe(page, shop).rsplit("/", 1)[-1]
    press(page, "Pay by bank, with a delay")
    expect(page.locator("h1")).to_have_text("We are waiting for your bank")
    shop.work()
    (awaiting,) = shop.letters("We are waiting for your bank")
    assert shop.letters("Your order") == []
    shop.stripe.arrive(session)
    shop.work()
    page.goto(link_in(awaiting, "/your-order/"))
    expect(page.locator("h1")).to_have_text("You have a place")
    bought_once(shop)
    take_up(page, own_place(shop))


def test_money_that_never_arrives_can_be_paid_again(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    session = go_on_to_stripe(page, shop).rsplit("/", 1)[-1]
    press(page, "Pay by bank, with a delay")
    shop.stripe.fail(session)
    shop.work()
    page.reload()
    expect(page.locator("h1")).to_have_text("Your payment did not arrive")
    (told,) = shop.letters("Your payment did not arrive")
    page.goto(link_in(told, "/your-order/"))
    expect(page.locator("h1")).to_have_text("Your payment did not arrive")
    again = press_pay_now(page, shop)
    assert session not in again
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    assert [one.state for one in shop.orders()] == ["paid"]


def test_leaving_the_payment_page_leads_back_to_the_order(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    first = go_on_to_stripe(page, shop)
    press(page, "Leave without paying")
    expect(page.locator("h1")).to_have_text("Nothing is paid yet")
    assert press_pay_now(page, shop) == first
    press(page, "Leave without paying")
    shop.stripe.expire(first.rsplit("/", 1)[-1])
    shop.work()
    page.reload()
    expect(page.locator("h1")).to_have_text("Nothing was paid")
    assert press_pay_now(page, shop) != first
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    bought_once(shop)


def test_a_card_that_is_declined_and_another(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop)
    press(page, "Pay with a card that is declined")
    expect(page.locator("[role=alert]")).to_contain_text("The card was declined")
    assert shop.letters() == []
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    bought_once(shop)


def test_bought_on_one_device_and_confirmed_on_another(open_page: OpenPage, shop: Shop) -> None:
    desktop = open_page("/")
    go_on_to_stripe(desktop, shop)
    pay(desktop, shop)
    telephone = open_page("/", width=390)
    take_up(telephone, own_place(shop))
    shop.work()
    desktop.reload()
    expect(desktop.locator("h1")).to_have_text("You have a place")
    desktop.goto(own_place(shop))
    expect(desktop.locator("h1")).to_have_text("This link is done with")
    desktop.goto("/account")
    expect(desktop.locator("h1")).to_have_text("Sign in")


def _enrolments(shop: Shop) -> list[Any]:
    return shop.rows(select(Enrolment))


def test_back_at_every_step_doubles_nothing_and_keeps_what_was_typed(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    fill_in_order(page)
    press(page, "Check before paying")
    page.go_back()
    expect(page.locator("#full_name")).to_have_value("Priya Nair")
    expect(page.locator("input[name=start][value=now]")).to_be_checked()
    press(page, "Check before paying")
    press(page, "Back to your answers")
    expect(page.locator("#email")).to_have_value("priya@nairfibre.example")
    press(page, "Check before paying")
    page.check("#terms")
    first = press_pay_now(page, shop)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Check, then pay")
    page.check("#terms")
    assert press_pay_now(page, shop) == first
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    page.go_back()
    expect(page.locator("h1")).to_have_text(re.compile("This has been paid|Pay for your order"))
    page.reload()
    expect(page.locator("h1")).to_have_text("This has been paid")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Check, then pay")
    page.check("#terms")
    with page.expect_navigation():
        page.get_by_role("button", name="Pay now").click()
    expect(page.locator("h1")).to_have_text("You have a place")
    assert "/your-order/" in page.url
    shop.work()
    bought_once(shop)
    assert (len(shop.orders()), len(_enrolments(shop))) == (1, 1)


def test_back_and_another_answer_ends_the_page_before(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    first = go_on_to_stripe(page, shop)
    page.go_back()
    press(page, "Back to your answers")
    page.fill("#full_name", "Priya Nair-Bose")
    press(page, "Check before paying")
    page.check("#terms")
    assert press_pay_now(page, shop) != first
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    page.goto(first)
    expect(page.locator("h1")).to_have_text("This page has closed")
    assert [one.state for one in shop.orders()] == ["expired", "paid"]
    bought_once(shop)


def test_two_tabs_with_the_same_check_page_pay_once(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/")
    address = go_on_to_stripe(page, shop)
    other = page.context.new_page()
    other.goto(address)
    pay(page, shop)
    press(other, "Pay £180.00")
    expect(other.locator("h1")).to_have_text("This has been paid")
    press(other, "Go on to the site")
    expect(other.locator("h1")).to_have_text("You have a place")
    bought_once(shop)


def test_two_tabs_with_a_form_each_are_told_of_the_second_payment(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/")
    other = page.context.new_page()
    go_on_to_stripe(page, shop)
    go_on_to_stripe(other, shop)
    pay(page, shop)
    pay(other, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    expect(other.locator("h1")).to_have_text("You have paid twice")
    assert len(_enrolments(shop)) == 1
    assert len(shop.letters("You have paid twice")) == 1
