"""Orders on the staff pages: found, read, taken as a file."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.domain.orders import Trouble
from portal.domain.roles import Role
from portal.domain.security import Happened
from tests.order_pages import (
    AT_WORK,
    DATED,
    cells,
    logged,
    page_of_last,
    raise_trouble,
)
from tests.people import count_queries, make_staff
from tests.shop import Shop


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    """A browser of somebody who keeps the books."""
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def test_before_anything_is_sold_the_pages_say_so(shop: Shop, finance: FlaskClient) -> None:
    assert "There are no orders yet" in finance.get("/admin/orders").text
    assert "Nothing was entered yet" in finance.get("/admin/orders/totals").text
    assert finance.get("/admin/orders/ORD-7777-7777").status_code == 404


def test_an_order_is_found_by_each_filter_and_only_by_the_right_one(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    shop.buy(course=DATED, run="SPLICE-SOON", email="tom@marlow.example", full_name="Tom Marlow", **AT_WORK)
    raise_trouble(shop, Trouble.DISPUTED, "dp_1")
    first, second = (order.reference for order in shop.orders())
    day = shop.orders()[0].ordered_at.date().isoformat()
    for query, found in (
        *(
            ("", {first, second}),
            ("search=nair", {first, second}),
            ("search=MARLOW", {second}),
            ("search=nobody", set()),
        ),
        *((f"search={first}", {first}), ("search=splicing", {second}), ("search=street+priya", {first})),
        *(("state=paid", {first, second}), ("state=expired", set()), ("state=nonsense", {first, second})),
        *(("needs=any", {second}), ("needs=disputed", {second}), ("needs=full", set())),
        *((f"course={DATED}", {second}), (f"from={day}&to={day}", {first, second}), ("to=2020-01-01", set())),
    ):
        page = finance.get(f"/admin/orders?{query}").text
        assert {one for one in (first, second) if one in page} == found, query


def test_a_page_costs_the_same_however_long_the_list_is(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    raise_trouble(shop, Trouble.SUPPLY)
    pages = ("/admin/orders", "/admin/orders/totals", "/admin", page_of_last(shop))
    for page in pages:
        finance.get(page)
    before = [count_queries(shop.app, lambda page=page: finance.get(page)) for page in pages]  # type: ignore[misc]
    for number in range(4):
        shop.buy(email=f"p{number}@people.example", full_name=f"Person {number}")
    raise_trouble(shop, Trouble.SUPPLY)
    raise_trouble(shop, Trouble.DISPUTED, "dp_1")
    after = [count_queries(shop.app, lambda page=page: finance.get(page)) for page in pages]  # type: ignore[misc]
    assert [now - was for was, now in zip(before, after, strict=True)] == [0, 0, 0, 0]


def test_an_orders_page_tells_everything_that_happened(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    page = finance.get(page_of_last(shop)).text
    for words in (
        *("Ordered, for £744.00", "I accept the course terms, version 1", "Asked for an early start"),
        *("Stripe’s page was filled in", "cs_test_", "pi_", "checkout session completed", "looked at"),
        *("£744.00 charged", "Paid £744.00", "Confirmation ORD-", "Invoice INV-", "A place on Street works"),
        *(
            "The confirmation of an order",
            "Delivered",
            "priya@nairfibre.example",
            "£620.00 and £124.00 VAT at 20&nbsp;%",
        ),
        *("Waits for its learner", "They owe us", f'href="{page_of_last(shop)}/refund"'),
    ):
        assert words in page, words
    assert finance.get(f"{page_of_last(shop)}/papers/{shop.orders()[0].reference}").data.startswith(b"%PDF")
    assert finance.get(f"{page_of_last(shop)}/papers/INV-1").status_code == 404


def test_lists_as_files_disarm_formulas_and_stand_in_the_log(shop: Shop, finance: FlaskClient) -> None:
    shop.buy(full_name="=1+1", learner_name="Priya Nair", course_email="priya@nairfibre.example")
    (row,) = cells(finance.get("/admin/orders.csv?state=paid").text)
    assert (row["name"], row["net"], row["vat"], row["total"], row["paid"]) == (
        "'=1+1",
        "620.00",
        "124.00",
        "744.00",
        "744.00",
    )
    assert (row["state"], row["owed"], row["course"]) == ("Paid", "0.00", "Street works and excavation")
    assert cells(finance.get("/admin/orders.csv?state=expired").text) == []
    entries = cells(finance.get("/admin/orders/totals.csv").text)
    assert [(one["entry"], one["amount"], one["changes_what_is_owed_by"]) for one in entries] == [
        ("paid", "744.00", "-744.00"),
        ("charged", "744.00", "744.00"),
    ]
    assert finance.get(f"/admin/orders/totals.csv?month={entries[0]['month']}").text.count("744.00") == 4
    assert cells(finance.get("/admin/orders/totals.csv?month=2020-01").text) == []
    assert finance.get("/admin/orders/totals.csv?month=never").status_code == 404
    assert logged(shop, Happened.EXPORTED)[:3] == ["Orders, 1 row", "Orders, 0 rows", "Ledger, 2 rows"]
    assert len(logged(shop, Happened.MASS_EXPORT)) == 1


def test_the_totals_of_a_month_are_the_ledgers(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    shop.buy(email="tom@marlow.example", full_name="Tom Marlow")
    page = finance.get("/admin/orders/totals").text
    assert page.count("£1,488.00") == 3  # charged, paid, and the bar


def test_enquiries_read_and_settle_nothing(shop: Shop) -> None:
    shop.buy()
    raise_trouble(shop, Trouble.SUPPLY)
    browser = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    page = browser.get(page_of_last(shop)).text
    assert "The facts about the buyer’s country disagree" in page
    assert "/settle" not in page
    assert "/refund" not in page
    assert "disagree" not in browser.get("/admin").text
    assert browser.get("/admin/orders.csv").status_code == 403
