"""A date is cancelled or moved: staff do it, people choose by the link in their letter, in every look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.domain.roles import Role
from portal.models.course import Course
from portal.models.course_run import CourseRun
from tests.changed_dates import FIRM, letters
from tests.factories import in_days
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import make_staff
from tests.shop import Shop, link_in

OpenPage = Callable[..., Page]
COURSE, SOON = "FIB-SPLICE", in_days(15)


@pytest.fixture
def staff(open_page: OpenPage, app: Flask, shop: Shop) -> Page:
    """A manager at work."""
    manager = make_staff(app, shop.mailbox, shop.work, Role.MANAGER)
    page = open_page()
    cookie = manager.get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    return page


def _bought(shop: Shop) -> CourseRun:
    """The firm buys a place for Tom on the next date that has room."""
    course = select(Course.id).where(Course.code == COURSE)
    query = select(CourseRun).where(
        CourseRun.course_id.in_(course), CourseRun.active, CourseRun.starts_on > in_days(15)
    )
    runs = shop.rows(query.order_by(CourseRun.starts_on))
    run = next(one for one in runs if one.capacity is None or one.capacity > 2)
    shop.buy(None, COURSE, **{**FIRM, "run": run.code})
    return run


def test_a_date_is_cancelled_and_the_place_goes_to_another(open_page: OpenPage, staff: Page, shop: Shop) -> None:
    run = _bought(shop)
    own = f"/admin/courses/{COURSE}/dates/{run.code}"
    staff.goto(own)
    sound(staff, "a date with people on it")
    staff.goto(f"{own}/cancel")
    sound(staff, "cancelling a date")
    with staff.expect_navigation():
        staff.get_by_role("button", name="Cancel this date").click()
    sound(staff, "a cancelled date")
    shop.work()
    page = open_page(link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/"))
    sound(page, "choosing, for a learner")
    press(page, "Confirm my choice")
    expect(page.locator("[role=alert]")).to_contain_text("Choose what you would like")
    sound(page, "choosing, with an error")
    staff.goto("/admin")
    expect(staff.locator("main")).to_contain_text("1 person who has not chosen")
    staff.goto(f"/admin/dates/{run.code}")
    sound(staff, "who has not chosen")
    page.locator("input[name=choice]").first.check()
    press(page, "Confirm my choice")
    expect(page.locator("h1")).to_have_text("The place is on another date now")
    sound(page, "another date")
    staff.reload()
    expect(staff.locator("main")).to_contain_text("Another date")
    sound(staff, "who has chosen")


def test_what_somebody_chose_by_telephone_is_written_down(open_page: OpenPage, staff: Page, shop: Shop) -> None:
    run = _bought(shop)
    cancel = f"/admin/courses/{COURSE}/dates/{run.code}/cancel"
    staff.goto(cancel)
    with staff.expect_navigation():
        staff.get_by_role("button", name="Cancel this date").click()
    shop.work()
    page = open_page(link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/"))
    order = open_page(link_in(shop.letters("Your order")[-1], "/your-order/"))
    expect(order.locator("h1")).to_have_text("We have cancelled the date")
    sound(order, "an order on a cancelled date")
    order.goto(f"{order.url}/cancel")
    sound(order, "cancelling beside a choice")
    staff.goto(f"/admin/dates/{run.code}")
    with staff.expect_navigation():
        staff.get_by_role("link", name="Write it down").click()
    own = staff.url
    sound(staff, "writing a choice down")
    with staff.expect_navigation():
        staff.get_by_role("button", name="Write it down").click()
    expect(staff.locator("[role=alert]")).to_contain_text("Choose who told you")
    sound(staff, "writing a choice down, with errors")
    staff.check("input[name=told_by][value=payer]")
    staff.check("input[name=choice][value=back]")
    with staff.expect_navigation():
        staff.get_by_role("button", name="Write it down").click()
    expect(staff.locator("main")).to_contain_text("by whoever paid, who told Ruth Bello")
    sound(staff, "an order with a choice that was written down")
    staff.goto(own)
    sound(staff, "nothing left to write down")
    page.reload()
    expect(page.locator("h1")).to_have_text("The place is given back")


def test_an_old_link_to_a_choice_offers_a_new_one(open_page: OpenPage, staff: Page, shop: Shop) -> None:
    run = _bought(shop)
    staff.goto(f"/admin/courses/{COURSE}/dates/{run.code}/cancel")
    with staff.expect_navigation():
        staff.get_by_role("button", name="Cancel this date").click()
    shop.work()
    old = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    shop.days_pass(91)
    page = open_page(old)
    sound(page, "an old link")
    press(page, "Send a new link")
    expect(page.locator("h1")).to_have_text("A new link is on its way")
    sound(page, "a new link is on its way")
