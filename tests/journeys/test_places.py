"""Who learns, and when, in a real browser: somebody else, a trainee, at once, after 14 days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.domain.delivery import Lane
from portal.models.order import OrderStatement
from portal.sandbox.mailbox import Mailbox
from portal.services import outbox
from tests.factories import PASSWORD, Deliver, make_trainee
from tests.journeys.buying import RECORDED, bought_once, go_on_to_stripe, own_place, pay, press_pay_now, take_up
from tests.journeys.conftest import press
from tests.shop import Shop, link_in

OpenPage = Callable[..., Page]
TOM = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"}


def _offer_to_tom(shop: Shop) -> str:
    (letter,) = (mail for mail in shop.letters() if mail["to"] == [TOM["course_email"]])
    return link_in(letter, "/your-place/")


def test_somebody_else_learns_and_answers_for_themselves(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop, **TOM)
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("Your place is sure")
    (confirmation,) = shop.letters("Your order")
    assert "/your-place/" not in confirmation["text"]
    tom = open_page(_offer_to_tom(shop), width=390, javascript=False)
    expect(tom.locator(".lead")).to_have_text("Introduction to fibre optics, ordered for you by Priya Nair.")
    press(tom, "Take up my place")
    expect(tom.locator("[role=alert]")).to_contain_text("Five answers need another look")
    tom.check("input[name=age_confirmed][value=yes]")
    tom.select_option("#region", "wales")
    tom.select_option("#heard_from", "A search")
    tom.check("#terms")
    tom.fill("#password", PASSWORD)
    press(tom, "Take up my place")
    expect(tom.locator("h1")).to_have_text("Your courses")
    shop.work()
    tom.reload()
    expect(tom.locator("main .row")).to_contain_text("Open")
    tom.goto("/account/orders")
    expect(tom.locator("main")).to_contain_text("You have ordered nothing yet")
    page.goto(link_in(confirmation, "/your-order/"))
    expect(page.locator("main")).to_contain_text("Open")
    bought_once(shop)


def test_somebody_else_declines_and_another_is_named(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop, **TOM)
    pay(page, shop)
    tom = open_page(_offer_to_tom(shop), width=390, javascript=False)
    press(tom, "Decline, and delete it")
    expect(tom.locator("h1")).to_have_text("It is deleted")
    shop.work()
    (told,) = shop.letters("A place that nobody took up")
    assert "Tom" not in told["text"]
    page.goto(link_in(told, "/your-order/"))
    expect(page.locator("h1")).to_have_text("Your place waits for a name")
    page.get_by_role("link", name="Name another learner").click()
    page.fill("#learner_name", "Ruth Bello")
    page.fill("#course_email", "ruth@bello.example")
    press(page, "Offer them the place")
    shop.work()
    assert shop.letters()[-1]["to"] == ["ruth@bello.example"]
    tom.go_back()
    tom.reload()
    expect(tom.locator("h1")).to_have_text("This link is done with")


def test_an_organisation_buys_for_one_of_its_people(open_page: OpenPage, shop: Shop) -> None:
    page = open_page(f"/courses/{RECORDED}/enrol", width=390, javascript=False)
    expect(page.locator("#organisation")).to_be_hidden()
    expect(page.locator("#start")).to_be_visible()
    page.check("input[name=buyer][value=organisation]")
    expect(page.locator("#organisation")).to_be_visible()
    expect(page.locator("#start")).to_be_hidden()
    receipts = "accounts@nairfibre.example"
    go_on_to_stripe(page, shop, organisation="Nair Fibre Ltd", receipt_email=receipts, **TOM)
    pay(page, shop)
    (confirmation,) = shop.letters("Your order")
    assert confirmation["to"] == [receipts]
    assert "no right to cancel within 14 days" in confirmation["text"]
    tom = open_page(_offer_to_tom(shop), width=390)
    expect(tom.locator(".lead")).to_contain_text("ordered for you by Nair Fibre Ltd")
    bought_once(shop)


def _sign_in(open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver) -> Page:
    browser = app.test_client()
    make_trainee(browser, mailbox, deliver)
    page = open_page("/", width=390)
    cookie = browser.get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    return page


def test_a_trainee_is_asked_less_and_needs_no_link(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver, shop: Shop
) -> None:
    page = _sign_in(open_page, app, mailbox, deliver)
    page.goto(f"/courses/{RECORDED}/enrol")
    expect(page.locator("main")).to_contain_text("Ordered by")
    expect(page.locator("#full_name, #email, #region, #heard_from, #age_confirmed")).to_have_count(0)
    page.check("input[name=buyer][value=me]")
    page.check("input[name=start][value=now]")
    press(page, "Check before paying")
    page.check("#terms")
    press_pay_now(page, shop)
    pay(page, shop)
    expect(page.locator("h1")).to_have_text("You have a place")
    assert "/orders/ORD-" in page.url
    (confirmation,) = shop.letters("Your order")
    assert "/your-place/" not in confirmation["text"]
    assert "You find it in your account. The course opens within a minute." in confirmation["text"]
    page.goto("/account")
    expect(page.locator(".next")).to_contain_text("It is open")
    bought_once(shop)


def _advance(app: Flask, **by: int) -> None:
    app.extensions["portal"].clock.advance(dt.timedelta(**by))


def test_after_14_days_means_not_before(open_page: OpenPage, app: Flask, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop, start="after_14_days")
    pay(page, shop)
    take_up(page, own_place(shop))
    for _ in range(14):
        _advance(app, days=1)
        shop.work()
        page.goto("/account/courses")
        expect(page.locator("main .row")).to_contain_text("Not open yet")
    assert shop.letters("Your course is open") == []
    _advance(app, days=1)
    shop.work()
    page.reload()
    expect(page.locator("main .row")).to_contain_text("Open until")
    assert len(shop.letters("Your course is open")) == 1
    assert [one.what for one in shop.rows(select(OrderStatement))] == ["terms"]
    page.goto("/account")
    expect(page.locator("#next")).to_have_text("Introduction to fibre optics")
    _advance(app, days=91)
    page.reload()
    expect(page.locator(".head nav")).to_contain_text("Sign out")
    expect(page.locator("#next")).to_have_text("Choose your next course")
    expect(page.locator("main .row")).to_contain_text("Ended")


def test_straight_away_gives_up_the_right_once_it_is_open(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop)
    pay(page, shop)
    order = link_in(shop.letters("Your order")[-1], "/your-order/")
    page.goto(f"{order}/cancel")
    expect(page.locator("h1")).to_have_text("Cancel your order?")
    take_up(page, own_place(shop))
    shop.work()
    page.goto(f"{order}/cancel")
    expect(page.locator("h1")).to_have_text("This order can’t be cancelled")
    (terms, waiver) = shop.rows(select(OrderStatement).order_by(OrderStatement.id))
    assert (terms.what, waiver.what) == ("terms", "start_now")
    assert waiver.wording == "Please start now. I understand that I lose my right to cancel once the course opens."


def test_reminders_and_the_end_of_waiting_read_like_letters(open_page: OpenPage, app: Flask, shop: Shop) -> None:
    page = open_page("/", width=390)
    go_on_to_stripe(page, shop, **TOM)
    pay(page, shop)
    for days in (4, 27):
        _advance(app, days=days)
        _work_on_time(app)
        shop.work()
    reminder, lapsed = shop.letters("still waiting")[0], shop.letters("A place that nobody took up")[0]
    assert (reminder["to"], lapsed["to"]) == ([TOM["course_email"]], ["priya@nairfibre.example"])
    paragraphs = {part for mail in (reminder, lapsed) for part in mail["text"].replace("\r\n", "\n").split("\n\n")}
    assert "Meridian\n0121 496 0143" in paragraphs
    assert any(part.startswith("You do not want it? The same page says no") for part in paragraphs)
    assert any(part.startswith("Name somebody else on the page of your order") for part in paragraphs)
    page.goto(link_in(lapsed, "/your-order/"))
    expect(page.locator("h1")).to_have_text("Your place waits for a name")


def _work_on_time(app: Flask) -> None:
    """What the worker plans and does by the clock."""
    with app.app_context():
        for plan in app.extensions["portal.plans"]:
            plan()
        handlers, clock = app.extensions["portal.handlers"], app.extensions["portal"].clock
        while outbox.work_once(Lane.TIME, handlers, clock).worked:
            pass
