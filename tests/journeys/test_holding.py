"""Somebody holds place after place and does not pay; and a refund is checked in two windows: told kindly."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

import config
from portal.domain.held_places import OF_A_BROWSER
from portal.domain.roles import Role
from portal.models.course_run import CourseRun
from tests.factories import in_days
from tests.journeys.buying import PAY, fill_in_order, press_pay_now
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import make_staff
from tests.shop import Shop

OpenPage = Callable[..., Page]
DATED = "FIB-SPLICE"


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""})


def _run(shop: Shop) -> str:
    """The code of a date with room for all of them."""
    query = select(CourseRun).where(CourseRun.active, CourseRun.starts_on > in_days(15)).order_by(CourseRun.starts_on)
    found = next(one for one in shop.rows(query) if one.code.startswith(DATED) and (one.capacity or 99) > OF_A_BROWSER)
    return str(found.code)


def _push(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_a_fifth_place_that_is_not_paid_for_is_not_kept(open_page: OpenPage, shop: Shop) -> None:
    page, run = open_page(), _run(shop)
    for number in range(OF_A_BROWSER + 1):
        fill_in_order(page, DATED, email=f"priya{number}@nairfibre.example")
        page.check(f"input[name=run][value={run}]")
        press(page, "Check before paying")
        page.check("#terms")
        if number < OF_A_BROWSER:
            press_pay_now(page, shop)
    _push(page, PAY)
    expect(page.locator("main")).to_contain_text("You hold 4 places on this date already that are not paid for.")
    expect(page.locator("#email")).to_have_value("priya4@nairfibre.example")
    sound(page, "too many places held")


def test_checked_in_two_windows_money_is_given_back_once(open_page: OpenPage, app: Flask, shop: Shop) -> None:
    shop.buy(None, "FIB-INTRO")
    finance = make_staff(app, shop.mailbox, shop.work, Role.FINANCE).get_cookie("portal_session")
    assert finance
    page = open_page()
    page.context.add_cookies([{"name": "portal_session", "value": finance.value, "url": page.url}])
    windows = (page, page.context.new_page())
    for one in windows:
        one.goto(f"/admin/orders/{shop.orders()[-1].reference}/refund")
        one.fill("#amount-1", "20")
        one.uncheck("input[name=ends]")
        one.fill("#reason", "As agreed")
        _push(one, "Check the sum")
    for one in windows[::-1]:
        _push(one, "Give £20.00 back")
    expect(page.locator("main")).to_contain_text("perhaps because the button was pressed twice")
    expect(page.locator("main")).to_contain_text("£160.00 of the payment is left.")
    sound(page, "money given back already")
