"""A complaint from the first press to the last letter, in a real browser, every page sound in every state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.complaining import TYPED, desk_page
from tests.factories import Deliver, links_in
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import make_staff

OpenPage = Callable[..., Page]


def _fill(page: Page) -> None:
    page.check("input[value=order]")
    for name in ("order_reference", "full_name", "email", "message", "wish"):
        page.fill(f"#{name}", TYPED[name])


@pytest.mark.promise("OTT-30", "PRE-36")
def test_somebody_complains_and_is_answered(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    manager = make_staff(app, mailbox, deliver, Role.MANAGER)
    page = open_page("/")
    press(page, "Complaints")
    expect(page.locator("h1")).to_have_text("Tell us what went wrong")
    sound(page, "the form")
    press(page, "Send the complaint")
    expect(page.locator("#problems")).to_have_text("Four answers need another look")
    sound(page, "the form with errors")
    _fill(page)
    press(page, "Send the complaint")
    expect(page.locator("h1")).to_have_text("We have your complaint")
    sound(page, "that we have it")
    deliver()
    own = next(link for link in links_in(mailbox) if link.startswith("/complaints/"))
    page.goto(own)
    sound(page, "the own page")

    desk = open_page("/")
    cookie = manager.get_cookie("portal_session")
    assert cookie
    desk.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": desk.url}])
    desk.goto("/admin")
    row = desk.locator(".row.need", has_text="Hannah Finch complains about an order")
    with desk.expect_navigation():
        row.get_by_role("button").click()
    sound(desk, "a complaint that is taken")
    press(desk, "Send the answer and close it")
    expect(desk.locator("#problems")).to_have_text("Two answers need another look")
    sound(desk, "an outcome with errors")
    desk.check("input[value=partly_upheld]")
    desk.fill("#answer", "The tutor was ill. You have a place on 8 December.")
    press(desk, "Send the answer and close it")
    expect(desk.locator(".lead")).to_contain_text("partly upheld")
    sound(desk, "a closed complaint")
    desk.goto("/admin/complaints?state=closed&about=order")
    sound(desk, "the list")
    desk.goto("/admin/complaints?overdue=yes")
    sound(desk, "the list without any")

    deliver()
    page.reload()
    expect(page.locator("h1")).to_have_text("We uphold part of your complaint")
    sound(page, "the own page at the end")
    press(page, "Add it to the complaint")
    expect(page.locator("#further-error")).to_contain_text("Write what you would like to add")
    sound(page, "the own page with an error")
    page.fill("#further", "I can’t come on the eighth.")
    press(page, "Add it to the complaint")
    expect(page.locator(".route.log strong").first).to_contain_text("You added, and it is open again")
    desk.goto(desk_page(app))
    expect(desk.locator(".route.log strong").first).to_contain_text("They wrote again, and it is open again")
    sound(desk, "a complaint that is open again")


def test_without_javascript_on_a_small_telephone(open_page: OpenPage) -> None:
    page = open_page("/complaints?about=data", width=320, javascript=False)
    expect(page.locator("input[value=data]")).to_be_checked()
    _fill(page)
    press(page, "Send the complaint")
    expect(page.locator("h1")).to_have_text("We have your complaint")
