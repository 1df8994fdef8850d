"""People in a real browser, on a telephone, without JavaScript: registering, the front door, inviting, the staff."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, links_in, send
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.people import invite

OpenPage = Callable[..., Page]
EMAIL = "aoife@odowd.example"


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).first.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def _go_on(page: Page) -> None:
    """Press the first button of the page's own form."""
    with page.expect_navigation():
        page.click("main button")


def _register(page: Page, email: str = EMAIL) -> None:
    page.goto("/register")
    page.check("input[name=age_confirmed][value=yes]")
    page.fill("#full_name", "Aoife O’Dowd")
    page.fill("#email", email)
    page.select_option("#region", "wales")
    page.select_option("#heard_from", "A search")
    press(page, "Send me the link")


def _account(page: Page, mailbox: Mailbox, deliver: Deliver, email: str = EMAIL) -> None:
    _register(page, email)
    deliver()
    page.goto(links_in(mailbox)[0])
    page.fill("#password", PASSWORD)
    press(page, "Open my account")


def _sign_in(page: Page, email: str = EMAIL, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    _go_on(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_from_registering_to_signing_out_everywhere(
    open_page: OpenPage, mailbox: Mailbox, deliver: Deliver, width: int
) -> None:
    page = open_page("/register", width=width, javascript=False)
    take_picture(page, f"register-{width}")
    press(page, "Send me the link")
    expect(page.locator("[role=alert]")).to_contain_text("Five answers need another look")
    _register(page)
    expect(page.locator("h1")).to_have_text("Look for our letter")
    deliver()
    telephone = open_page(links_in(mailbox)[0], width=390, javascript=False)
    expect(telephone.locator("h1")).to_have_text("Choose a password")
    telephone.fill("#password", "password")
    press(telephone, "Open my account")
    expect(telephone.locator("[role=alert]")).to_contain_text("Use three or four words")
    telephone.fill("#password", PASSWORD)
    press(telephone, "Open my account")
    expect(telephone.locator("h1")).to_contain_text(", Aoife")
    _sign_in(page)
    expect(page.locator("h1")).to_contain_text(", Aoife")
    take_picture(page, f"account-{width}")
    page.goto("/account/details/change")
    page.fill("#full_name", "Aoife Prys")
    press(page, "Save my details")
    expect(page.locator("main")).to_contain_text("Aoife Prys")
    page.goto("/account/security")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    telephone.goto("/account")
    expect(telephone.locator("h1")).to_have_text("Sign in")


def test_a_forgotten_password_and_a_second_step(open_page: OpenPage, mailbox: Mailbox, deliver: Deliver) -> None:
    page = open_page("/register", width=390, javascript=False)
    _account(page, mailbox, deliver)
    page.goto("/account/security/two-step")
    secret = page.inner_text(".spelled").replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    press(page, "Turn the second step on")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    other = open_page("/forgotten-password", width=390, javascript=False)
    other.fill("#email", EMAIL)
    press(other, "Send me the link")
    deliver()
    link = next(path for mail in mailbox.list_mails() for path in re.findall(r"/set-password/\S+", mail["text"]))
    other.goto(link)
    other.fill("#password", "walrus granite lantern")
    press(other, "Use this password")
    expect(other.locator("h1")).to_have_text("Sign in")
    page.goto("/account")
    expect(page.locator("h1")).to_have_text("Sign in")
    _sign_in(other, password="walrus granite lantern")
    expect(other.locator("h1")).to_have_text("The code of your app")
    other.fill("#code", codes[0])
    _go_on(other)
    expect(other.locator("h1")).to_contain_text(", Aoife")


def test_by_keyboard_alone(open_page: OpenPage, mailbox: Mailbox, deliver: Deliver) -> None:
    page = open_page("/register", width=390)
    _tab_to(page, "input[name=age_confirmed][value=yes]")
    page.keyboard.press("Space")
    _tab_to(page, "#full_name")
    page.keyboard.type("Aoife O'Dowd")
    page.keyboard.press("Tab")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type("Wal")
    page.keyboard.press("Tab")
    page.keyboard.type("A sea")
    _tab_to(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Look for our letter")
    deliver()
    page.goto(links_in(mailbox)[0])
    _tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(", Aoife")
    _tab_to(page, "summary")
    page.keyboard.press("Enter")
    _tab_to(page, ".folded a[href='/account/security']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Security")


def test_invited_by_another_and_declining(open_page: OpenPage, mailbox: Mailbox, deliver: Deliver) -> None:
    page = open_page("/register/others", width=390, javascript=False)
    page.fill("#full_name", "Ruth Bello")
    page.fill("#email", "ruth@bello.example")
    page.fill("#people-0-full_name", "Tom Marlow")
    page.fill("#people-0-email", "tom@marlow.example")
    press(page, "Go on to our letter")
    deliver()
    page.goto(links_in(mailbox)[0])
    press(page, "Send it")
    expect(page.locator("h1")).to_have_text("None of one taken up")
    deliver()
    invited = open_page(links_in(mailbox)[0], width=390, javascript=False)
    expect(invited.locator(".lead")).to_have_text("Ruth Bello (ruth@bello.example) gave us your name and address.")
    press(invited, "Decline, and delete it")
    expect(invited.locator("h1")).to_have_text("It is deleted")
    page.reload()
    expect(page.locator("h1")).to_have_text("None of one taken up")


def _join(page: Page, app: Flask, mailbox: Mailbox, deliver: Deliver, *roles: Role) -> None:
    page.goto(invite(app, mailbox, deliver, "ruth@meridian.example", *roles))
    page.fill("#full_name", "Ruth Bello")
    page.fill("#password", PASSWORD)
    _go_on(page)
    expect(page.locator("h1")).to_have_text("A second step")
    page.fill("#code", pyotp.TOTP(page.inner_text(".spelled").replace(" ", "")).now())
    press(page, "Turn the second step on")
    press(page, "I have written them down")
    expect(page.locator("h1")).to_have_text("Keep it confidential")
    page.check("#promise")
    press(page, "Go to work")


def test_staff_join_and_see_what_needs_them(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    page = open_page("/", width=390, javascript=False)
    with app.app_context():
        send(app.extensions["portal"].clock, keep_with_us=True, interest="FIB-SPLICE")
    _join(page, app, mailbox, deliver, Role.MANAGER)
    expect(page.locator("main")).to_contain_text("Priya Nair asks about")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Take it")).first.click()
    expect(page.locator("main")).to_contain_text("Ruth Bello took it")
    page.fill("#answer", "Yes, we could come to Dudley.")
    press(page, "Send the answer")
    expect(page.locator("main")).to_contain_text("An answer is on its way")


STILL = (
    *("/register", "/register/sent", "/register/others", "/register/others/sent", "/sign-in", "/sign-in/link"),
    *("/sign-in/link/sent", "/forgotten-password", "/forgotten-password/sent", "/invitation/declined", "/sign-out"),
    *("/address?outcome=done", "/address?outcome=gone"),
)
OF_ACCOUNT = (
    *("/account", "/account/details", "/account/details/change", "/account/details/email", "/account/security"),
    *("/account/security/password", "/account/security/two-step"),
)
OF_STAFF = (
    *("/admin", "/admin/enquiries", "/admin/enquiries?search=nobody", "/admin/enquiries/new", "/admin/deliveries"),
    *("/admin/deliveries?state=all", "/admin/contacts", "/admin/staff"),
)


def test_axe_finds_nothing_on_any_page_of_people(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    page = open_page("/")
    for path in STILL:
        page.goto(path)
        sound(page)
    _account(page, mailbox, deliver)
    for path in OF_ACCOUNT:
        page.goto(path)
        sound(page)
    staff = open_page("/")
    with app.app_context():
        sent = send(app.extensions["portal"].clock, interest="FIB-SPLICE")
    _join(staff, app, mailbox, deliver, Role.MANAGER)
    for path in (*OF_STAFF, f"/admin/enquiries/{sent.reference}"):
        staff.goto(path)
        sound(staff)
    for width in (1280, 390):
        staff.set_viewport_size({"width": width, "height": 800})
        staff.goto("/admin")
        take_picture(staff, f"needs-you-{width}")
