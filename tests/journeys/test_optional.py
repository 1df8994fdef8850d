"""What nobody needs to answer, in a real browser on a telephone: skipped, refused, told and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

import config
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, PASSWORD, TRAINEE, Deliver, make_trainee
from tests.journeys.conftest import press, take_picture
from tests.journeys.test_pages import RULES, OpenPage

QUESTIONS = ("disability", "ethnic-group", "religion", "sex", "sexual-orientation")


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update=EQUALITY_ON)


@pytest.fixture
def open_details(open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver) -> Callable[..., Page]:
    """Sign a new trainee in and open their details."""
    make_trainee(app.test_client(), mailbox, deliver, region="london")

    def open_(**how: object) -> Page:
        page = open_page("/sign-in?next=/account/details", **how)
        page.fill("#email", TRAINEE["email"])
        page.fill("#password", PASSWORD)
        _by_keyboard(page, "main button[type=submit]", "Enter")
        assert page.url.endswith("/account/details")
        return page

    return open_


def _by_keyboard(page: Page, selector: str, key: str) -> None:
    """Reach something with the tab key alone and press a key on it, waiting for the page that it leads to."""
    wanted = page.locator(selector).first
    for _ in range(60):
        if wanted.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{selector} can’t be reached with the tab key")
    if key == "Enter":
        with page.expect_navigation():
            page.keyboard.press(key)
    else:
        page.keyboard.press(key)


def _row(page: Page) -> str:
    return page.locator("dt", has_text="Equality questions").locator("+ dd").inner_text()


def test_skipped_by_keyboard_without_javascript(open_details: Callable[..., Page]) -> None:
    page = open_details(width=390, javascript=False)
    assert _row(page) == "Not answered yet"
    _by_keyboard(page, "a[href='/account/equality']", "Enter")
    _by_keyboard(page, "#answer", "ArrowUp")  # the arrow goes round to the last choice
    assert page.locator("#answer-no").is_checked()
    _by_keyboard(page, "main button[type=submit]", "Enter")
    assert page.locator("h2").first.inner_text() == "No equality questions, then"
    assert _row(page) == "Skipped"


@pytest.mark.promise("OLT-8")
def test_prefer_not_to_say_to_each_by_keyboard_without_javascript(open_details: Callable[..., Page]) -> None:
    page = open_details(width=390, javascript=False)
    page.goto("/account/equality")
    _by_keyboard(page, "#answer", "Space")
    _by_keyboard(page, "main button[type=submit]", "Enter")
    for number, code in enumerate(QUESTIONS, start=1):
        assert page.url.endswith(f"/account/equality/{code}")
        assert page.locator(".kicker").inner_text() == f"Optional question {number} of 5"
        assert not page.locator("input:checked").count()
        _by_keyboard(page, "#answer", "ArrowUp")
        assert page.locator("#answer-prefer_not_to_say").is_checked()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Save and go on"
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("h2").first.inner_text() == "Thank you"
    assert _row(page) == "Answered"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (390, True), (320, True)])
def test_axe_finds_nothing_on_any_of_these_pages(open_details: Callable[..., Page], width: int, dark: bool) -> None:
    page = open_details(width=width, dark=dark)

    def sound(state: str) -> None:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"
        scroll = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert scroll <= 0, f"{state}: {scroll} px are cut off"
        if not dark:
            take_picture(page, f"{state.replace(' ', '-')}-{width}")

    def go(path: str) -> None:
        page.goto(f"/account/{path}")

    sound("details")
    go("details/profile")
    sound("profile")
    page.fill("#organisation", "Nair Fibre")
    page.check("#organisation_not")
    press(page, "Save my answers")
    sound("profile with an error")
    page.uncheck("#organisation_not")
    press(page, "Save my answers")
    sound("profile saved")
    go("support")
    sound("support")
    page.fill("#words", "Larger print")
    press(page, "Save what would help me")
    sound("support with an error")
    page.check("#agreed")
    press(page, "Save what would help me")
    sound("support saved")
    go("support")
    sound("support to take back")
    press(page, "Delete this and take back my agreement")
    go("equality")
    sound("opener")
    press(page, "Go on")
    sound("opener with an error")
    page.check("#answer")
    press(page, "Go on")
    sound("disability")
    page.check("#answer")
    press(page, "Save and go on")
    sound("disability impact")
    press(page, "Save and go on")
    sound("ethnic group")
    page.check("#answer-other")
    press(page, "Save and go on")
    page.check("#answer-other-ethnic-group")
    assert page.locator("#own_words_other-ethnic-group").is_visible()
    page.fill("#own_words_other-ethnic-group", "x" * 200)
    press(page, "Save and go on")
    sound("own words with an error")
    page.check("#answer")
    press(page, "Save and go on")
    for code in QUESTIONS[2:]:
        sound(code)
        press(page, "Save and go on")
    sound("thanked")
    go("equality")
    sound("opener again")
    press(page, "Stop using my answers")
    sound("asked before stopping")
    _by_keyboard(page, "main button[type=submit]", "Enter")
    sound("stopped")
    go("equality")
    sound("opener after stopping")
