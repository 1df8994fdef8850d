"""What people do who buy a place: fill in, check, pay, take it up."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.journeys.conftest import press
from tests.shop import Shop, link_in

RECORDED, GROSS = "FIB-INTRO", "£180.00"
PAY = re.compile("Pay now")


def fill_in_order(page: Page, course: str = RECORDED, *, start: str = "now", **typed: str) -> None:
    """Open a course's form and fill it in as Priya does who buys for herself."""
    page.goto(f"/courses/{course}/enrol")
    buyer = "organisation" if "organisation" in typed else "me"
    page.check(f"input[name=buyer][value={buyer}]")
    page.check("input[name=age_confirmed][value=yes]")
    page.select_option("#region", "west-midlands")
    page.select_option("#heard_from", "A search")
    for name, value in {"full_name": "Priya Nair", "email": "priya@nairfibre.example", **typed}.items():
        page.fill(f"#{name}", value)
    if buyer == "me" and page.locator("input[name=start]").count():
        page.check(f"input[name=start][value={start}]")


def go_on_to_stripe(page: Page, shop: Shop, course: str = RECORDED, **typed: str) -> str:
    """Fill in, check, accept, press Pay now; answers the address of Stripe's page, which lies in its own origin."""
    fill_in_order(page, course, **typed)
    press(page, "Check before paying")
    page.check("#terms")
    return press_pay_now(page, shop)


def press_pay_now(page: Page, shop: Shop) -> str:
    """Press the button that leads to Stripe's page; answers its address."""
    with page.expect_navigation():
        page.get_by_role("button", name=PAY).click()
    assert page.url.startswith(f"{shop.stripe.base}/sandbox/checkout/"), page.url
    return page.url


def pay(page: Page, shop: Shop) -> None:
    """Pay on Stripe's page and let everything follow."""
    press(page, f"Pay {GROSS}")
    shop.work()


def own_place(shop: Shop) -> str:
    """The learner's own link in the newest confirmation."""
    return link_in(shop.letters("Your order")[-1], "/your-place/")


def take_up(page: Page, path: str) -> None:
    """Open the mailed link, choose a password."""
    page.goto(path)
    page.fill("#password", PASSWORD)
    press(page, "Take up my place")
    expect(page.locator("h1")).to_have_text("Your courses")


def bought_once(shop: Shop) -> str:
    """Assert that there is one order, paid once, with one confirmation; answers its reference."""
    (order,) = (one for one in shop.orders() if one.state == "paid")
    assert len(shop.stripe.events("checkout.session.completed")) == 1
    assert len(shop.letters("Your order")) == 1
    return order.reference
