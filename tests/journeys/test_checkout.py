"""The hosted page and the desk of the sandbox's Stripe in a browser: without JavaScript, and judged in every look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import stripes
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.sandbox.conftest import line, opened, paid


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[stripes.Stripe]:
    with stripes.running(tmp_path, lambda body, signature: 200) as running:
        yield running


def _page(browser: Browser, sandbox: stripes.Stripe, path: str, *, javascript: bool = True) -> Page:
    context = browser.new_context(base_url=sandbox.base, java_script_enabled=javascript)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"/sandbox/{path}")
    return page


def test_paying_needs_no_javascript_and_leads_back(browser: Browser, sandbox: stripes.Stripe) -> None:
    back = f"{sandbox.base}/sandbox/healthz?session_id="
    session = opened(sandbox, customer_email=None, success_url=f"{back}{{CHECKOUT_SESSION_ID}}")
    page = _page(browser, sandbox, f"checkout/{session.id}", javascript=False)
    press(page, "Pay £576.00")
    assert "Enter an email address" in page.content()
    page.fill("#email", "priya@mail.example")
    page.select_option("#card", "FR")
    press(page, "Pay with a card that is declined")
    assert "The card was declined" in page.content()
    assert (page.input_value("#email"), page.input_value("#card")) == ("priya@mail.example", "FR")
    press(page, "Pay £576.00")
    assert page.url == back + session.id
    page.goto(f"{sandbox.base}/sandbox/checkout/{session.id}")
    assert "This has been paid" in page.content()
    page.context.close()


def test_its_pages_are_sound(browser: Browser, sandbox: stripes.Stripe) -> None:
    session = opened(sandbox, line_items=[line(57600, "Fibre splicing, starts 14 December 2026"), line(1999)])
    nobody = opened(sandbox, customer_email=None)
    page = _page(browser, sandbox, f"checkout/{session.id}")
    sound(page, "open")
    press(page, "Pay with a card that is declined")
    sound(page, "declined")
    page.goto(f"/sandbox/checkout/{nobody.id}")
    press(page, "Pay £576.00")
    sound(page, "wrong")
    sandbox.pay_later(session.id)
    page.goto(f"/sandbox/checkout/{session.id}")
    sound(page, "waiting")
    press(page, "The money arrives")
    sound(page, "paid")
    page.goto("/sandbox/checkout/cs_test_nobody")
    sound(page, "gone")
    page.context.close()


def test_the_desk_is_sound(browser: Browser, sandbox: stripes.Stripe) -> None:
    session = paid(sandbox)
    sandbox.pay_later(opened(sandbox).id)
    sandbox.switches(refunds="pending")
    sandbox.client().v1.refunds.create({"payment_intent": session.payment_intent.id, "amount": 100})
    sandbox.dispute(session.payment_intent.latest_charge.id)
    page = _page(browser, sandbox, "stripe")
    press(page, "It arrives")
    page.select_option("#down", "lost")
    press(page, "Set the switches")
    assert page.input_value("#down") == "lost"
    sound(page, "desk")
    page.context.close()
