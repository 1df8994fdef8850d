"""Asking about a course in a real browser: without JavaScript, on a telephone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.sandbox.mailbox import Mailbox
from tests.journeys.conftest import fill_in, press, take_picture

OpenPage = Callable[..., Page]


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_home_page_to_withdrawing(
    open_page: OpenPage, width: int, mailbox: Mailbox, deliver: Callable[[], int]
) -> None:
    page = open_page("/", width=width, javascript=False)
    take_picture(page, f"home-{width}")
    page.select_option("#interest", "FIB-SPLICE")
    page.select_option("#region", "west-midlands")
    press(page, "See who answers")
    expect(page.locator("h1")).to_have_text("Ask about a course")
    expect(page.locator("#interest")).to_have_value("FIB-SPLICE")
    expect(page.locator("#region")).to_have_value("west-midlands")
    expect(page.locator("#organisation")).to_be_hidden()
    take_picture(page, f"enquire-{width}")

    fill_in(page, learners="half a dozen")
    page.fill("#email", "@nairfibre.example")
    press(page, "Check before sending")
    summary = page.locator("[role=alert]")
    expect(summary).to_contain_text("Two answers need another look")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Ask about a course – Meridian Fibre & Laser Training Ltd")
    take_picture(page, f"enquire-errors-{width}")
    summary.get_by_role("link", name="Enter how many people as a number, such as 6").click()
    expect(page.locator("#learners")).to_be_in_viewport()

    page.fill("#learners", "6")
    page.fill("#email", "priya@nairfibre.example")
    press(page, "Check before sending")
    expect(page.locator("h1")).to_have_text("Lindum Training can answer you")
    take_picture(page, f"check-{width}")

    with page.expect_navigation():
        page.get_by_role("button", name="Change message").click()
    expect(page.locator("#message")).to_have_value(
        "Six of our civils team need splicing before a build in Dudley starts in January. Could it be at our yard?"
    )
    press(page, "Check before sending")
    press(page, "Send to Lindum Training")
    expect(page.locator("h1")).to_have_text("On its way to Lindum Training")
    assert deliver() == 2
    page.reload()
    expect(page.locator("h1")).to_have_text("Lindum Training has it")
    take_picture(page, f"your-enquiry-{width}")

    page.go_back()
    press(page, "Send to Lindum Training")
    expect(page.locator("h1")).to_have_text("Lindum Training has it")
    assert deliver() == 0

    link = next(line for line in mailbox.list_mails()[1]["text"].splitlines() if line.startswith("http"))
    page.goto(link)
    press(page, "Withdraw this enquiry")
    expect(page.locator("h1")).to_have_text("You withdrew this enquiry")
    assert deliver() == 1
    assert mailbox.list_mails()[-1]["subject"].startswith("Stop notice STOP-")
    take_picture(page, f"withdrawn-{width}")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} can't be reached by keyboard")


def test_by_keyboard_alone(open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page("/enquire")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    _tab_to(page, "#full_name")
    page.keyboard.type("Priya Nair")
    _tab_to(page, "#email")
    page.keyboard.type("priya@nairfibre.example")
    _tab_to(page, "#interest")
    page.keyboard.type("Fibre spl")
    _tab_to(page, "#region")
    page.keyboard.type("Outside")
    _tab_to(page, "#country")
    page.keyboard.type("Ireland")
    _tab_to(page, "#audience")
    page.keyboard.press("Space")
    _tab_to(page, "#telephone")
    _tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Lagan Training can answer you")
    _tab_to(page, "button[value=keep_with_us]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("On its way to our own team")
    _tab_to(page, "text=Withdraw this enquiry")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("You withdrew this enquiry")


def test_the_focus_can_always_be_seen(open_page: OpenPage) -> None:
    page = open_page("/enquire")
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const at = document.activeElement;
                const outlined = [at, at.closest('label'), at.closest('.row')].filter(Boolean);
                return at === document.body || outlined.some(e => parseFloat(getComputedStyle(e).outlineWidth) >= 3);
            }"""
        )
        assert seen


def test_a_country_is_asked_for_only_outside_the_uk(open_page: OpenPage) -> None:
    page = open_page("/enquire", javascript=False)
    expect(page.locator("#country")).to_be_hidden()
    page.select_option("#region", "outside-uk")
    expect(page.locator("#country")).to_be_visible()
    fill_in(page, region="outside-uk")
    press(page, "Check before sending")
    expect(page.locator("[role=alert]")).to_contain_text("Choose which country")
    expect(page.locator("#country")).to_be_visible()
