"""Every page of buying, in every state: sound in every look, without what breaks on a narrow screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from tests.journeys.buying import RECORDED, fill_in_order, go_on_to_stripe, own_place, pay, take_up
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.shop import Shop, link_in

OpenPage = Callable[..., Page]


def test_the_form_and_the_check_page(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/terms")
    sound(page, "course terms")
    for course in ("FIB-SPLICE", RECORDED, "FIB-TASTE", "FIB-BLOW", "SAF-FIRST"):
        page.goto(f"/courses/{course}/enrol")
        sound(page, f"form of {course}")
    page.goto("/courses/DC-COOL/enrol")
    page.check("input[name=buyer][value=organisation]")
    press(page, "Check before paying")
    expect(page.locator("[role=alert]")).to_contain_text("Enter a phone number: a tutor rings you")
    sound(page, "form with errors")
    fill_in_order(page, "FIB-SPLICE")
    page.check("input[name=run]")
    press(page, "Check before paying")
    sound(page, "check with a date")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        take_picture(page, f"check-and-pay-{width}")
    page.set_viewport_size({"width": 1280, "height": 800})
    with page.expect_navigation():
        page.get_by_role("button", name="Pay now").click()
    expect(page.locator("[role=alert]")).to_contain_text("Accept the course terms")
    sound(page, "check without the terms")
    fill_in_order(page, "FIB-TASTE", organisation="Nair Fibre Ltd")
    press(page, "Check before ordering")
    sound(page, "check of what is free")


def test_the_order_from_open_to_open_course(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/")
    go_on_to_stripe(page, shop, start="after_14_days")
    press(page, "Leave without paying")
    sound(page, "order not paid yet")
    with page.expect_navigation():
        page.get_by_role("button", name="Pay now").click()
    press(page, "Pay £180.00")
    sound(page, "come back, paid")
    shop.work()
    page.goto(link_in(shop.letters("Your order")[-1], "/your-order/"))
    sound(page, "order that waits for oneself")
    page.goto(own_place(shop))
    sound(page, "own place")
    press(page, "Take up my place")
    sound(page, "own place without a password")
    take_up(page, own_place(shop))
    sound(page, "courses, one to open")
    for path in ("/account", "/account/orders"):
        page.goto(path)
        sound(page)
    page.goto(own_place(shop))
    sound(page, "place taken up")


def test_orders_with_something_to_say(open_page: OpenPage, app: Flask, shop: Shop) -> None:
    page = open_page("/")
    tom = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"}
    go_on_to_stripe(page, shop, organisation="Nair Fibre Ltd", **tom)
    pay(page, shop)
    sound(page, "come back, for another")
    page.goto(link_in(shop.letters("Your order")[-1], "/your-order/"))
    sound(page, "order that waits for another")
    place = link_in(next(mail for mail in shop.letters() if mail["to"] == ["tom@marlow.example"]), "/your-place/")
    page.goto(place)
    sound(page, "place for another")
    press(page, "Take up my place")
    sound(page, "place for another, with errors")
    press(page, "Decline, and delete it")
    shop.work()
    page.goto(link_in(shop.letters("A place that nobody took up")[-1], "/your-order/"))
    sound(page, "order that waits for a name")
    go_on_to_stripe(page, shop, email="ruth@bello.example", full_name="Ruth Bello")
    press(page, "Pay by bank, with a delay")
    sound(page, "come back, awaiting")
    shop.stripe.switches(down="on")
    page.reload()
    sound(page, "come back, Stripe is away")
    shop.stripe.switches(down="off")
    app.extensions["portal"].clock.advance(dt.timedelta(days=400))
    page.goto(link_in(shop.letters("A place that nobody took up")[-1], "/your-order/"))
    sound(page, "order link that has run out")


def test_paid_twice_and_a_second_place(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/")
    other = page.context.new_page()
    go_on_to_stripe(page, shop)
    go_on_to_stripe(other, shop)
    pay(page, shop)
    pay(other, shop)
    sound(other, "come back, paid twice")
    other.goto(link_in(shop.letters("You have paid twice")[-1], "/your-order/"))
    sound(other, "order paid twice")
    take_up(page, own_place(shop))
    shop.work()
    page.goto("/account")
    sound(page, "course is open")
    go_on_to_stripe(other_browser := open_page("/"), shop, "LAS-CORE", email="priya@nairfibre.example")
    press(other_browser, "Pay £118.80")
    shop.work()
    other_browser.goto(own_place(shop))
    expect(other_browser.locator("main")).to_contain_text("has an account here")
    sound(other_browser, "place for an account")
