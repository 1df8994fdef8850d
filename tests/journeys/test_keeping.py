"""An account over the years, in a real browser: asked whether its details are right, and kept by one press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.domain.delivery import Lane
from portal.gateways.clock import Clock
from portal.sandbox.mailbox import Mailbox
from portal.services import outbox
from tests.factories import PASSWORD, TRAINEE, Deliver, links_in, make_trainee
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.journeys.test_pages import OpenPage


@pytest.fixture
def pass_days(app: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver) -> Callable[[int], None]:
    """A trainee, who lets days go by; the worker does what is due on the last."""
    make_trainee(app.test_client(), mailbox, deliver)

    def pass_(days: int) -> None:
        clock.advance(dt.timedelta(days=days))
        with app.app_context():
            app.extensions["portal.retention"].plan()
            while outbox.work_once(Lane.TIME, app.extensions["portal.handlers"], clock).worked:
                pass
        deliver()

    return pass_


def _push(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(f"main {selector}")


def _enter(page: Page) -> None:
    page.fill("#email", TRAINEE["email"])
    page.fill("#password", PASSWORD)
    _push(page, "button[type=submit]")


def _judge(page: Page, state: str) -> None:
    sound(page, state)
    take_picture(page, f"{state.replace(' ', '-')}-1280")


@pytest.mark.parametrize("javascript", [True, False])
def test_once_a_year_details_are_asked_about(
    open_page: OpenPage, pass_days: Callable[[int], None], javascript: bool
) -> None:
    pass_days(400)
    page = open_page("/sign-in?next=/account", width=390, javascript=javascript)
    _enter(page)
    assert page.locator("#next").inner_text() == "Are these right?"
    if javascript:
        _judge(page, "asked about details")
    press(page, "Change something")
    assert page.locator("text=Yes, they are right").count() == 1
    if javascript:
        _judge(page, "details asked about")
    page.goto("/account")
    press(page, "Yes, they are right")
    assert page.locator(".banner h2").inner_text() == "Thank you"
    assert page.locator("#next").inner_text() == "Choose your first course"
    if javascript:
        _judge(page, "details confirmed")


def test_an_unused_account_is_kept_by_one_press(
    open_page: OpenPage, pass_days: Callable[[int], None], mailbox: Mailbox
) -> None:
    pass_days(705)
    link = links_in(mailbox)[0]
    page = open_page(link)
    assert page.locator("h1").inner_text() == "Keep your account?"
    _judge(page, "account to keep")
    press(page, "Keep my account")
    assert page.locator("h1").inner_text() == "Your account is kept"
    _judge(page, "account kept")
    page.goto("/keep-account?outcome=gone")
    _judge(page, "account can not be kept")
    page.goto("/keep-account?outcome=kept")
    _push(page, "a.button")
    _enter(page)
    page.goto("/account/security")
    assert "Kept the account, by the link in our letter" in page.locator("main").inner_text()
