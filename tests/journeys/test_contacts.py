"""Contacts of a sponsor in a real browser: in by a mailed link, on a telephone, by keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, links_in
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import make_staff

OpenPage = Callable[..., Page]
DEV = "dev@northgate.example"


def _manager(open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver, **look: object) -> Page:
    """A page in which a manager is signed in."""
    page = open_page("/", **look)
    cookie = make_staff(app, mailbox, deliver, Role.MANAGER).get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
    return page


def _invite(page: Page, organisation: str) -> None:
    page.goto("/admin/contacts")
    page.select_option("#organisation", organisation)
    page.fill("#full_name", "Dev Rao")
    page.fill("#email", DEV)
    press(page, "Send the invitation")
    expect(page.locator("[role=status]")).to_contain_text("The invitation is on its way")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def _press_by_key(page: Page, selector: str = "main button") -> None:
    _tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_on_a_telephone_without_javascript(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    manager = _manager(open_page, app, mailbox, deliver, width=390, javascript=False)
    _invite(manager, "sponsor:S01")
    deliver()
    page = open_page(links_in(mailbox)[0], width=390, javascript=False)
    _tab_to(page, "#email")
    page.keyboard.type(DEV)
    _press_by_key(page)
    expect(page.locator("h1")).to_have_text("Look for our letter")
    deliver()
    page.goto(links_in(mailbox)[0])
    expect(page.locator("h1")).to_have_text("Sign in?")
    _press_by_key(page)
    expect(page.locator("h1")).to_have_text("Keep it confidential")
    _press_by_key(page)
    expect(page.locator("[role=alert]")).to_contain_text("Tick the box if you promise this")
    _tab_to(page, "#promise")
    page.keyboard.press("Space")
    _press_by_key(page)
    expect(page.locator("h1")).to_have_text("Northgate Broadband")
    expect(page.locator(".lead")).to_contain_text("what each of them agrees to show you, and nothing else")
    _invite(manager, "partner:P01")
    page.goto("/sponsor")
    expect(page.locator("h1")).to_have_text("Keep it confidential")
    page.goto("/organisations")
    _press_by_key(page, "main a[href='/partner']")
    page.check("#promise")
    _press_by_key(page)
    expect(page.locator("h1")).to_have_text("Lindum Training")
    _press_by_key(page, "main a[href='/organisations']")
    _press_by_key(page, "main a[href='/sponsor']")
    expect(page.locator("h1")).to_have_text("Northgate Broadband")
    _press_by_key(page, ".nav-button")
    page.goto("/sponsor")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_axe_finds_nothing_on_the_pages_of_contacts(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    manager = _manager(open_page, app, mailbox, deliver)
    for organisation in ("sponsor:S01", "partner:P01"):
        _invite(manager, organisation)
    sound(manager, "contacts of both")
    press(manager, "Send the invitation")
    sound(manager, "contacts, errors")
    deliver()
    page = open_page("/sign-in/link")
    page.fill("#email", DEV)
    press(page, "Send me the link")
    deliver()
    link = links_in(mailbox)[0]
    page.goto(link)
    sound(page, "the link")
    with page.expect_navigation():
        page.click("main button")
    sound(page, "both")
    page.goto("/sponsor")
    sound(page, "the undertaking")
    page.check("#promise")
    press(page, "Go to work")
    sound(page, "the sponsor's page")
    page.goto("/partner")
    sound(page, "the partner's page")
    page.goto(link)
    sound(page, "a used link")
