"""Every page in every state: nothing for axe to find, nothing cut off, nothing heavy, nothing from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from portal.gateways.clock import Clock
from portal.sandbox.mailbox import Mailbox
from tests.journeys.conftest import fill_in, press, take_picture

OpenPage = Callable[..., Page]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}
PATHS = ("/", "/courses", "/courses?search=astronomy", "/courses/FIB-SPLICE", "/enquire", "/privacy", "/cookies")
STILL = (*PATHS, "/accessibility", "/nowhere", "/sandbox/components")


def _assert_sound(page: Page, state: str) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"
    scroll = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert scroll <= 0, f"{state}: {scroll} px are cut off"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_axe_finds_nothing_on_any_page(open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page(STILL[0], width=width, dark=dark)
    for path in STILL:
        page.goto(path)
        _assert_sound(page, path)
        if dark and width == 1280 and path == "/":
            take_picture(page, "home-1280-dark")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_any_state_of_an_enquiry(
    open_page: OpenPage, mailbox: Mailbox, deliver: Callable[[], int], clock: Clock, width: int, dark: bool
) -> None:
    page = open_page("/enquire", width=width, dark=dark)

    def sound(state: str) -> None:
        _assert_sound(page, state)

    press(page, "Check before sending")
    sound("errors")
    fill_in(page, region="london")
    press(page, "Check before sending")
    sound("check")
    press(page, "Back to your answers")
    sound("back")
    page.select_option("#region", "west-midlands")
    press(page, "Check before sending")
    sound("check with a partner")
    press(page, "Send to Lindum Training")
    sound("on its way")
    own = page.url
    deliver()
    page.reload()
    sound("delivered")
    press(page, "Remove it")
    sound("asked before removing")
    press(page, "Keep it")
    press(page, "Withdraw this enquiry")
    sound("withdrawn")
    press(page, "Remove it")
    press(page, "Remove it for good")
    sound("removed")
    clock.advance(dt.timedelta(days=120))
    page.goto(own)
    sound("a dead link")
    press(page, "Send a new link")
    sound("a new link sent")


def test_a_partner_that_could_not_be_reached_is_said_in_words(
    open_page: OpenPage, mailbox: Mailbox, deliver: Callable[[], int]
) -> None:
    page = open_page("/enquire", width=390)
    fill_in(page, region="crown-dependencies")
    press(page, "Check before sending")
    press(page, "Send to Island Training")
    deliver()
    page.reload()
    assert page.locator("h1").inner_text() == "We could not reach Island Training"
    _assert_sound(page, "came back")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.promise("OTT-3")
def test_a_first_visit_is_light_and_asks_nobody_else(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + path, wait_until="networkidle")
    context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(site).netloc}
    assert len(asked) <= 6
    assert 1_000 < sum(received) <= 60_000


def test_the_letters_are_sound_as_pages_too(open_page: OpenPage, mailbox: Mailbox, deliver: Callable[[], int]) -> None:
    page = open_page("/enquire")
    fill_in(page)
    press(page, "Check before sending")
    press(page, "Send to Lindum Training")
    deliver()
    page.goto("about:blank")
    for mail in mailbox.list_mails():
        page.set_content(mail["html"])
        page.set_viewport_size({"width": 390, "height": 800})
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa"]}})
        assert found.violations_count == 0, found.generate_report()
        take_picture(page, "letter-" + ("partner" if "New enquiry" in mail["subject"] else "enquirer"))


def test_home_up_to_the_courses_fits_a_small_laptop(open_page: OpenPage) -> None:
    page = open_page("/")
    heading = page.locator("h2", has_text="Courses").bounding_box()
    assert heading
    assert heading["y"] + heading["height"] <= 800


def test_text_can_be_made_twice_as_large(open_page: OpenPage) -> None:
    page = open_page("/enquire", width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    scroll = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert scroll <= 0
