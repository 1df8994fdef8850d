"""What nobody needs to answer, in a real browser on a telephone: skipped, refused, told and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

import config
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, PASSWORD, TRAINEE, Deliver, make_trainee
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.journeys.test_pages import OpenPage

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


def test_axe_finds_nothing_on_any_of_these_pages(open_details: Callable[..., Page]) -> None:
    page = open_details()

    def judge(state: str) -> None:
        sound(page, state)
        take_picture(page, f"{state.replace(' ', '-')}-1280")

    def go(path: str) -> None:
        page.goto(f"/account/{path}")

    judge("details")
    go("details/profile")
    judge("profile")
    page.fill("#organisation", "Nair Fibre")
    page.check("#organisation_not")
    press(page, "Save my answers")
    judge("profile with an error")
    page.uncheck("#organisation_not")
    press(page, "Save my answers")
    judge("profile saved")
    go("details/profile")
    judge("profile to take back")
    press(page, "Delete all of these and take back my agreement")
    judge("profile taken back")
    go("support")
    judge("support")
    page.fill("#words", "Larger print")
    press(page, "Save what would help me")
    judge("support with an error")
    page.check("#agreed")
    press(page, "Save what would help me")
    judge("support saved")
    go("support")
    judge("support to take back")
    press(page, "Delete this and take back my agreement")
    go("equality")
    judge("opener")
    press(page, "Go on")
    judge("opener with an error")
    page.check("#answer")
    press(page, "Go on")
    judge("disability")
    page.check("#answer")
    press(page, "Save and go on")
    judge("disability impact")
    press(page, "Save and go on")
    judge("ethnic group")
    page.check("#answer-other")
    press(page, "Save and go on")
    page.check("#answer-other-ethnic-group")
    assert page.locator("#own_words_other-ethnic-group").is_visible()
    page.fill("#own_words_other-ethnic-group", "x" * 200)
    press(page, "Save and go on")
    judge("own words with an error")
    page.check("#answer")
    press(page, "Save and go on")
    for code in QUESTIONS[2:]:
        judge(code)
        press(page, "Save and go on")
    judge("thanked")
    go("equality")
    judge("opener again")
    press(page, "Stop using my answers")
    judge("asked before stopping")
    _by_keyboard(page, "main button[type=submit]", "Enter")
    judge("stopped")
    go("equality")
    judge("opener after stopping")
