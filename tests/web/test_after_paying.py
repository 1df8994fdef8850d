"""What whoever has paid reads: where the letter with the link is, what was given back, and how to complain."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.domain.enquiry import masked_email
from portal.domain.roles import Role
from portal.models.consent import ConsentEntry
from portal.models.order import OrderStatement
from tests.factories import hidden_fields
from tests.people import make_staff
from tests.shop import BUYER, Shop, link_in

OFFICE = "accounts@nairfibre.example"


def _come_back(shop: Shop, **changes: str) -> str:
    browser = shop.browser()
    paid = shop.stripe.pay(shop.session(browser, **changes))
    return browser.get(paid.headers["location"]).text


def _own_page(shop: Shop) -> str:
    return shop.browser().get(link_in(shop.letters("Your order")[-1], "/your-order/")).text


def test_the_address_that_gets_the_link_is_named_where_the_receipt_goes_elsewhere(shop: Shop) -> None:
    page = _come_back(shop, receipt_email=OFFICE)
    own, office = masked_email(BUYER["email"]), masked_email(OFFICE)
    assert f"Look for our letter at {own}. Its link proves the address" in page
    assert f"The receipt goes to {office}." in page
    assert f"At {own}" in page
    shop.work()
    (letter,) = [mail for mail in shop.letters() if mail["to"] == [BUYER["email"]]]
    assert link_in(letter, "/your-place/")
    assert "/your-place/" not in shop.letters("Your order")[-1]["text"]


def test_with_one_address_it_is_named_once(shop: Shop) -> None:
    page = _come_back(shop)
    assert f"Look for our letter at {masked_email(BUYER['email'])}." in page
    assert "The receipt goes to" not in page


def test_what_was_given_back_stands_below_what_was_paid(shop: Shop) -> None:
    reference = shop.buy()
    assert "Given back" not in _own_page(shop)
    finance = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    path = f"/admin/orders/{reference}/refund"
    form = {**hidden_fields(finance.get(path).text), "amount": "100", "reason": "The room was cold"}
    checked = finance.post(path, data=form)
    assert finance.post(f"{path}/send", data=hidden_fields(checked.text)).status_code == 303
    shop.work()
    page = _own_page(shop)
    assert "<dt>Paid</dt><dd>£744.00</dd>" in page
    assert "<dt>Given back</dt><dd>£100.00</dd>" in page


def test_the_page_of_an_order_leads_to_a_complaint_that_knows_it(shop: Shop) -> None:
    reference = shop.buy()
    link = f"/complaints?about=order&amp;order_reference={reference}"
    assert f'href="{link}"' in _own_page(shop)
    form = shop.browser().get(link.replace("&amp;", "&")).text
    assert f'value="{reference}"' in form


@pytest.mark.promise("OTT-16")
def test_accepting_the_terms_is_kept_word_for_word_and_is_no_consent(shop: Shop) -> None:
    shop.buy(start="after_14_days")
    (said,) = shop.rows(select(OrderStatement))
    assert (said.what, said.wording) == ("terms", "I accept the course terms, version 1 of 22 November 2026")
    assert abs(said.said_at - shop.orders()[-1].ordered_at) < dt.timedelta(minutes=1)
    assert shop.rows(select(ConsentEntry)) == []


@pytest.mark.promise("OPT-5", "ITC-8")
def test_whoever_pays_gets_a_letter_with_the_confirmation_and_the_invoice(shop: Shop) -> None:
    shop.buy()
    (letter,) = shop.letters("Your order")
    assert letter["to"] == [BUYER["email"]]
    assert "You paid £744.00, VAT included." in letter["text"]
    assert "Attached: the contract with the course terms and the cancellation form, and invoice INV-" in letter["text"]
    page = _own_page(shop)
    assert page.count("/papers/") == 2
