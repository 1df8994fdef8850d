"""Every page in every state: nothing for axe to find, nothing cut off, nothing heavy, nothing from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from portal.gateways.clock import Clock
from portal.sandbox.mailbox import Mailbox
from tests.journeys.conftest import fill_in, press, take_picture
from tests.journeys.looks import sound

OpenPage = Callable[..., Page]
PATHS = ("/", "/courses", "/courses?search=astronomy", "/courses/FIB-SPLICE", "/enquire", "/privacy", "/cookies")
COURSES = ("/courses?taught=live&where=here&price=600", "/courses/FIB-INTRO", "/courses/SAF-CONF", "/courses/SAF-FIRST")
STILL = (*PATHS, *COURSES, "/accessibility", "/nowhere", "/sandbox/components")


def test_axe_finds_nothing_on_any_page(open_page: OpenPage) -> None:
    page = open_page(STILL[0])
    for path in STILL:
        page.goto(path)
        sound(page, all_colours=True)
    take_picture(open_page("/", dark=True), "home-1280-dark")


def test_axe_finds_nothing_in_any_state_of_an_enquiry(
    open_page: OpenPage, mailbox: Mailbox, deliver: Callable[[], int], clock: Clock
) -> None:
    page = open_page("/enquire")
    press(page, "Check before sending")
    sound(page, "errors")
    fill_in(page, region="london")
    press(page, "Check before sending")
    sound(page, "check")
    press(page, "Back to your answers")
    sound(page, "back")
    page.select_option("#region", "west-midlands")
    press(page, "Check before sending")
    sound(page, "check with a partner")
    press(page, "Send to Lindum Training")
    sound(page, "on its way")
    own = page.url
    deliver()
    page.reload()
    sound(page, "delivered")
    press(page, "Remove it")
    sound(page, "asked before removing")
    press(page, "Keep it")
    press(page, "Withdraw this enquiry")
    sound(page, "withdrawn")
    press(page, "Remove it")
    press(page, "Remove it for good")
    sound(page, "removed")
    clock.advance(dt.timedelta(days=120))
    page.goto(own)
    sound(page, "a dead link")
    press(page, "Send a new link")
    sound(page, "a new link sent")


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
    sound(page, "came back")


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
        sound(page, mail["subject"], runOnly={"type": "tag", "values": ["wcag2a", "wcag2aa"]})
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
