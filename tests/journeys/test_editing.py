"""The staff pages about partners, sponsors, courses and rules in a browser: sound in every state, on every width."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, in_days
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import make_staff

PATHS = (
    *("/admin/partners", "/admin/partners?search=zzz", "/admin/partners/P01", "/admin/partners/new"),
    *("/admin/sponsors", "/admin/sponsors?search=zzz", "/admin/sponsors/S01", "/admin/sponsors/new"),
    *("/admin/courses", "/admin/courses/FIB-SPLICE", "/admin/courses/new"),
    *("/admin/courses/FIB-SPLICE/dates", "/admin/courses/FIB-SPLICE/dates?when=past"),
    "/admin/courses/FIB-SPLICE/dates/new",
    *("/admin/rules", "/admin/rules/history", "/admin/rules/10", "/admin/rules/10/remove", "/admin/rules/new"),
)


def test_axe_finds_nothing_in_any_state(
    open_page: Callable[..., Page],
    app: Flask,
    mailbox: Mailbox,
    deliver: Deliver,
) -> None:
    page = open_page("/")
    cookie = make_staff(app, mailbox, deliver, Role.MANAGER).get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
    for path in PATHS:
        answer = page.goto(path)
        assert answer
        assert answer.status == 200, path
        sound(page, path)
    page.goto("/admin/partners/P01")
    page.fill("#weekly_capacity", "lots")
    press(page, "Save this partner")
    sound(page, "errors")
    page.fill("#weekly_capacity", "12")
    page.fill("#town", "Dudley")
    press(page, "Save this partner")
    page.locator(".title-row button").click()
    page.wait_for_url("**done=paused")
    sound(page, "paused, with a history")
    page.goto("/admin/courses/FIB-SPLICE/dates/new")
    page.fill("#starts_on", "next week")
    press(page, "Add this date")
    sound(page, "a date's errors")
    page.fill("#starts_on", in_days(200).isoformat())
    press(page, "Add this date")
    sound(page, "a date, with a history")
    page.goto("/admin/sponsors/S01")
    page.fill("#name", "")
    page.fill("#privacy_notice", "northgate.example")
    press(page, "Save this sponsor")
    sound(page, "a sponsor's errors")
    page.fill("#name", "Northgate Fibre")
    page.fill("#privacy_notice", "")
    press(page, "Save this sponsor")
    page.locator(".title-row button").click()
    page.wait_for_url("**done=stopped")
    sound(page, "a sponsor stopped, with a history")
    page.goto("/admin/rules/20")
    other = page.context.new_page()
    other.goto("/admin/rules/20")
    other.fill("#reason", "Quicker.")
    press(other, "Save this rule")
    page.fill("#reason", "Slower.")
    press(page, "Save this rule")
    assert page.locator("[role=alert] h2").inner_text().startswith("Ruth Bello changed it")
    sound(page, "changed meanwhile")
    page.goto("/admin/rules")
    page.locator("#rule-20").get_by_role("button", name="Up").click()
    page.wait_for_url("**#rule-10")
    sound(page, "moved")
