"""Money that goes back otherwise than it came, and places that are had already: each page sound, in each state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.domain.roles import Role
from portal.models.course_run import CourseRun
from portal.models.session import writing
from tests.factories import in_days
from tests.given_twice import given_twice
from tests.journeys.buying import RECORDED, own_place, take_up
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.order_pages import paid_differently
from tests.people import make_staff
from tests.services.test_refunds import give_back
from tests.shop import Shop, link_in

OpenPage = Callable[..., Page]
TWO = (1280, 390)


def _judge(page: Page, name: str) -> None:
    """Sound, and a picture of it in two widths."""
    sound(page, name)
    for width in TWO:
        page.set_viewport_size({"width": width, "height": 800})
        take_picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def finance(open_page: OpenPage, shop: Shop) -> Page:
    """Somebody who keeps the books."""
    page = open_page()
    cookie = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE).get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    return page


@pytest.mark.timeout(300)
def test_a_refund_that_failed_is_paid_another_way(finance: Page, shop: Shop) -> None:
    page = finance
    shop.buy(course=RECORDED)
    shop.stripe.switches(refunds="fail")
    give_back(shop, 18000, ends=True)
    shop.work()
    page.goto(f"/admin/orders/{shop.orders()[-1].reference}/refund")
    _judge(page, "refund-failed")
    press(page, "Paid another way")
    asked = page.url
    _judge(page, "paid-another-way")
    press(page, "It is paid")
    expect(page.locator("[role=alert]")).to_contain_text("Choose how it was paid")
    page.check("input[name=way][value=bank_transfer]")
    page.fill("#paid_on", f"{in_days(0):%Y-%m-%d}")
    page.fill("#note", "Rang. Account 12345678")
    press(page, "It is paid")
    expect(page.locator("[role=alert]")).to_contain_text("That looks like an account number")
    _judge(page, "paid-another-way-wrong")
    page.fill("#note", "Rang her, and paid it by Faster Payments.")
    press(page, "It is paid")
    expect(page.locator("h2").first).to_have_text("It is entered")
    _judge(page, "refund-repaid")
    page.goto(asked)
    _judge(page, "paid-another-way-over")
    page.goto(f"/admin/orders/{shop.orders()[-1].reference}")
    _judge(page, "order-repaid")


@pytest.mark.timeout(300)
def test_what_was_paid_too_much_and_too_little(finance: Page, shop: Shop) -> None:
    page = finance
    for pence, name in ((17000, "too-much"), (20000, "too-little")):
        paid_differently(shop, pence, RECORDED)
        own = f"/admin/orders/{shop.orders()[-1].reference}"
        page.goto(own)
        _judge(page, f"order-{name}")
        page.fill("#why", "Rang her: the price of last year")
        press(page, "Accept it as it is")
        page.goto(f"{own}/refund")
        _judge(page, f"refund-{name}")


@pytest.mark.timeout(300)
def test_what_went_back_twice_is_sent_back_by_its_buyer(finance: Page, shop: Shop) -> None:
    page = finance
    shop.buy(course=RECORDED)
    given_twice(shop, 18000, ends=True)
    own = f"/admin/orders/{shop.orders()[-1].reference}"
    page.goto("/admin")
    expect(page.locator("main")).to_contain_text("More went back than was owed")
    page.goto(own)
    _judge(page, "order-back-twice")
    page.get_by_role("link", name="One has been sent back").click()
    asked = page.url
    _judge(page, "sent-back")
    press(page, "It is here")
    expect(page.locator("[role=alert]")).to_contain_text("Enter the day on which it came")
    _judge(page, "sent-back-wrong")
    page.fill("#came_on", f"{in_days(0):%Y-%m-%d}")
    page.fill("#note", "By bank transfer; Ruth has seen it.")
    press(page, "It is here")
    expect(page.locator("h2").first).to_have_text("It is entered")
    _judge(page, "order-sent-back")
    page.goto(asked)
    _judge(page, "sent-back-over")


@pytest.mark.timeout(300)
def test_a_place_that_nobody_took_up_ends_when_its_money_has_gone(finance: Page, shop: Shop) -> None:
    page = finance
    shop.buy(course=RECORDED)
    give_back(shop, 18000)
    shop.work()
    page.goto(f"/admin/orders/{shop.orders()[-1].reference}")
    page.get_by_role("link", name="End this place").click()
    _judge(page, "refund-idle-place")
    press(page, "End the place")
    expect(page.locator("h2").first).to_have_text("The place has ended")
    _judge(page, "refund-place-ended")


def test_what_a_bank_has_asked_for_is_cancelled_by_a_person(open_page: OpenPage, shop: Shop) -> None:
    shop.buy(course=RECORDED)
    shop.stripe.dispute(str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id))
    shop.work()
    page = open_page(f"{link_in(shop.letters('Your order')[-1], '/your-order/')}/cancel")
    expect(page.locator("h1")).to_have_text("This order can’t be cancelled")
    _judge(page, "cancel-disputed")


def test_a_place_that_is_had_already_and_a_course_whose_dates_are_being_set(open_page: OpenPage, shop: Shop) -> None:
    page = open_page("/")
    shop.buy(course=RECORDED)
    take_up(page, own_place(shop))
    page.context.clear_cookies()
    learner = {"learner_name": "Priya Nair", "course_email": "priya@nairfibre.example"}
    shop.buy(course=RECORDED, email="tom@ashby.example", full_name="Tom Ashby", **learner)
    page.goto(link_in(shop.letters("has ordered a place for you")[-1], "/your-place/"))
    if page.locator("#terms").count():
        page.check("#terms")
    press(page, "Take up my place")
    expect(page.locator("h1")).to_have_text("You have this course already")
    _judge(page, "had-place")
    with shop.app.app_context(), writing() as session:
        for run in session.scalars(select(CourseRun)):
            run.active = False
    page.goto("/courses/FIB-SPLICE")
    expect(page.locator("main")).to_contain_text("Dates are being set.")
    _judge(page, "course-waits")
    page.goto("/courses/FIB-SPLICE/enrol")
    _judge(page, "enrol-waits")
