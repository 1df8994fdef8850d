"""The hosted page of the sandbox's Stripe: what it shows and how it answers each button."""

from __future__ import annotations

import httpx
import pytest

from tests import stripes
from tests.sandbox.conftest import line, opened


def _page(sandbox: stripes.Stripe, session: str) -> httpx.Response:
    return httpx.get(f"{sandbox.base}/sandbox/checkout/{session}")


def test_the_page_shows_what_is_paid_and_for_whom(sandbox: stripes.Stripe) -> None:
    lines = [line(57600, "Fibre splicing, Priya Nair"), {**line(123456, "<b>Street works</b>"), "quantity": 2}]
    session = opened(sandbox, line_items=lines)
    page = _page(sandbox, session.id)
    assert page.status_code == 200
    for words in ("£576.00", "Fibre splicing, Priya Nair", "2 at £1,234.56", "£2,469.12", "Pay £3,045.12"):
        assert words in page.text
    assert "&lt;b&gt;Street works" in page.text
    assert 'value="priya.nair@mail.example" readonly' in page.text
    assert "https://training.example/orders/ORD-3W9K-7HTP" in page.text
    assert "card number" not in page.text.lower()
    assert "<script" not in page.text
    assert httpx.get(f"{sandbox.base}/sandbox/checkout/style.css").headers["content-type"].startswith("text/css")


def test_without_an_address_the_page_asks_for_it(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox, customer_email=None)
    assert "readonly" not in _page(sandbox, session.id).text
    answer = sandbox.pay(session.id, email="priya", name="", card="XX", country="YY", postcode="<b>")
    assert answer.status_code == 422
    for words in ("Enter an email address", "Enter the name", "Choose where", "Choose the country"):
        assert words in answer.text
    assert 'value="priya" aria-invalid="true" aria-describedby="email-error"' in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
    assert sandbox.pay(session.id, email="priya@mail.example", country="US").status_code == 303
    details = sandbox.client().v1.checkout.sessions.retrieve(session.id).customer_details
    assert details
    assert details.address
    assert (details.email, details.name, details.address.country) == ("priya@mail.example", "Alex Payer", "US")


def test_an_address_that_was_given_stays(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    sandbox.pay(session.id, email="other@mail.example")
    details = sandbox.client().v1.checkout.sessions.retrieve(session.id).customer_details
    assert details
    assert details.email == "priya.nair@mail.example"


@pytest.mark.parametrize("way", ["pay", "pay_later", "decline"])
def test_what_is_over_is_told_kindly(sandbox: stripes.Stripe, way: str) -> None:
    done, late = opened(sandbox), opened(sandbox)
    sandbox.pay(done.id)
    sandbox.expire(late.id)
    again = getattr(sandbox, way)(done.id)
    assert again.status_code == 409
    assert "Nothing was done a second time" in again.text
    assert f"https://training.example/orders/return?session_id={done.id}" in again.text
    too_late = getattr(sandbox, way)(late.id)
    assert too_late.status_code == 409
    assert "the time to pay had run out" in too_late.text
    assert "Back to the site" in _page(sandbox, late.id).text
    assert "This has been paid" in _page(sandbox, done.id).text


def test_a_delayed_payment_has_a_page_to_end_it_on(sandbox: stripes.Stripe) -> None:
    arrives, fails = opened(sandbox), opened(sandbox)
    for session in (arrives, fails):
        sandbox.pay_later(session.id)
        page = _page(sandbox, session.id).text
        assert f'action="/sandbox/checkout/{session.id}/arrive"' in page
        assert f'formaction="/sandbox/checkout/{session.id}/fail"' in page
    sandbox.arrive(arrives.id)
    sandbox.fail(fails.id)
    assert "This has been paid" in _page(sandbox, arrives.id).text
    assert "The bank refused this payment" in _page(sandbox, fails.id).text
    assert sandbox.fail(arrives.id).status_code == 409


def test_who_leaves_goes_back_and_may_come_again(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox)
    answer = sandbox.leave(session.id)
    assert (answer.status_code, answer.headers["location"]) == (303, "https://training.example/orders/ORD-3W9K-7HTP")
    assert sandbox.pay(session.id).status_code == 303


def test_nothing_to_pay_needs_one_press(sandbox: stripes.Stripe) -> None:
    session = opened(sandbox, line_items=[line(0)])
    page = _page(sandbox, session.id).text
    assert "Finish: nothing to pay" in page
    assert "declined" not in page


@pytest.mark.parametrize("path", ["cs_test_nobody", "cs_test_nobody/pay", "cs_test_nobody/rob"])
def test_a_strange_page_is_told_kindly(sandbox: stripes.Stripe, path: str) -> None:
    address = f"{sandbox.base}/sandbox/checkout/{path}"
    answer = httpx.post(address) if "/" in path else httpx.get(address)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
