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
    expect(staff.locator("main")).to_contain_text("have not chosen")
    staff.goto(f"/admin/dates/{run.code}")
    sound(staff, "who has not chosen")
    page.locator("input[name=choice]").first.check()
    press(page, "Confirm my choice")
    expect(page.locator("h1")).to_have_text("The place is on another date now")
    sound(page, "another date")
    staff.reload()
    expect(staff.locator("main")).to_contain_text("Another date")
    sound(staff, "who has chosen")
