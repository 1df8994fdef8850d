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


def test_an_organisation_is_not_promised_a_right_that_it_has_not(shop: Shop) -> None:
    firm = {"buyer": "organisation", "organisation": "Nair Fibre Ltd", "start": ""}
    shop.buy(**firm, learner_name="Tom Marlow", course_email="tom@marlow.example")
    page = _own_page(shop)
    assert "See what can be done" in page
    assert "Cancel this order" not in page


def test_the_cancellation_form_is_offered_to_whoever_has_the_right(shop: Shop) -> None:
    shop.buy(full_name="Tom Marlow", email="tom@marlow.example")
    own = link_in(shop.letters("Your order")[-1], "/your-order/")
    assert "cancellation form" in shop.browser().get(f"{own}/cancel").text


def test_a_code_that_is_refused_leaves_the_price_on_the_page(shop: Shop) -> None:
    page = shop.check(shop.browser(), code="WRONGCODE123").text
    assert "This code does not open this course" in page
    assert "£744.00 with VAT." in page
    assert "There is nothing to pay" not in page
    assert "When should your course open?" in page


def test_who_takes_a_place_up_reads_with_which_address_they_will_sign_in(shop: Shop) -> None:
    shop.buy()
    place = link_in(shop.letters("Your order")[-1], "/your-place/")
    assert f"Choose a password; you sign in with {BUYER['email']}." in shop.browser().get(place).text


def test_a_refund_that_failed_is_not_called_on_its_way(shop: Shop) -> None:
    reference = shop.buy()
    finance = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    path = f"/admin/orders/{reference}/refund"
    shop.stripe.switches(refunds="fail")
    checked = finance.post(path, data={**hidden_fields(finance.get(path).text), "amount": "10", "reason": "As agreed"})
    sent = finance.post(f"{path}/send", data=hidden_fields(checked.text))
    assert "The money goes back" in finance.get(sent.location).text
    shop.work()
    page = finance.get(sent.location).text
    assert "could not be given back" in page
    assert "The money goes back" not in page


def test_staff_read_which_of_stripes_messages_are_only_kept(shop: Shop) -> None:
    reference = shop.buy()
    page = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE).get(f"/admin/orders/{reference}").text
    assert "not looked at yet" not in page
    assert ", kept" in page
    assert ", looked at" in page
