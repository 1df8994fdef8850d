"""A refund that Stripe could not make and that was paid another way is entered once, and everything stays in step."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.orders import OrderState, RefundState
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.deadline import Deadline
from portal.models.document import Document
from portal.models.ledger import LedgerEntry, Refund
from portal.models.order import OrderTrouble
from tests import payments
from tests.factories import hidden_fields, in_days, press
from tests.order_pages import logged, paid_differently
from tests.people import make_staff
from tests.services.test_refunds import WHOLE, give_back
from tests.shop import Shop
from tests.web.test_admin_refunds import page_of, payment_in


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def paid(**changes: str) -> dict[str, str]:
    """What is typed: a bank transfer of today."""
    typed = {
        "way": "bank_transfer",
        "paid_on": f"{in_days(0):%Y-%m-%d}",
        "note": "Ruth rang, and paid it by Faster Payments.",
    }
    return {**typed, **changes}


def failed(shop: Shop) -> str:
    """Everything was to go back, and the card is closed; the path of the page for the refund that failed."""
    shop.buy()
    shop.stripe.switches(refunds="fail")
    give_back(shop, WHOLE, ends=True)
    shop.work()
    return paid_page(shop)


def paid_page(shop: Shop) -> str:
    newest = shop.rows(select(Refund).order_by(Refund.id))[-1]
    return f"{page_of(shop)}/paid?refund={newest.key}"


def test_it_is_entered_once_and_everything_is_in_step(shop: Shop, finance: FlaskClient) -> None:
    page = failed(shop)
    before = finance.get(page_of(shop)).text
    assert f'href="{page}"' in before
    assert "Check the sum" not in before, "all of it is credited: the failed refund is all that can be done"
    assert payments.books(shop).unbalanced == [-WHOLE]
    form = hidden_fields(finance.get(page).text)
    done = finance.post(page, data={**form, **paid()})
    assert done.location == f"{page_of(shop)}?done=repaid"
    shown = finance.get(done.location).text
    assert "It is entered" in shown
    assert "Paid another way" in shown
    assert "could not be given back" not in shown
    again = finance.post(page, data={**form, **paid()})
    assert (again.status_code, "This money is not owed any more" in again.text) == (409, True)
    shop.work()
    books = payments.books(shop)
    assert (books.states, books.unbalanced) == ([OrderState.RETURNED], [])
    old, new = shop.rows(select(Refund).order_by(Refund.id))
    assert (old.state, new.state) == (RefundState.FAILED, RefundState.PAID_OTHERWISE)
    assert old.credit_note == new.credit_note == "CRN-000001"
    entries = shop.rows(select(LedgerEntry).where(LedgerEntry.kind == "refunded"))
    assert [(one.amount_pence, one.source) for one in entries] == [(WHOLE, new.key)]
    assert len(shop.rows(select(Document).where(Document.kind == "credit_note"))) == 1
    (letter,) = shop.letters("We have given you £744.00 back")
    assert "paid by bank transfer on" in letter["text"]
    assert "Ruth rang" not in letter["text"]
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how.endswith("entered by Ruth Bello: Ruth rang, and paid it by Faster Payments.")
    assert any(new.key in one for one in logged(shop, Happened.REFUND_ASKED))
    story = finance.get(f"/admin/orders/{shop.orders()[0].reference}").text
    assert "£744.00 was given back another way" in story
    assert "The word that money was paid back another way" in story
    assert "A refund failed" not in finance.get("/admin").text


def test_stripe_and_our_books_do_not_differ_by_it(shop: Shop, finance: FlaskClient) -> None:
    page = failed(shop)
    press(finance, page, page, **paid())
    shop.work()
    with shop.app.app_context(), Deadline(10) as deadline:
        found = shop.app.extensions["portal.reconciliation"].compare(7, deadline)
    assert (found.differences, found.refunds) == ([], 1)


def test_what_was_never_charged_can_be_paid_another_way_too(shop: Shop, finance: FlaskClient) -> None:
    paid_differently(shop, 70000)
    order = f"/admin/orders/{shop.orders()[0].reference}"
    press(finance, order, f"{order}/accept", why="A price of last year")
    shop.stripe.switches(refunds="fail")
    finance.post(f"{page_of(shop)}/payment", data=payment_in(finance.get(page_of(shop)).text))
    shop.work()
    page = paid_page(shop)
    assert f'href="{page}"' in finance.get(page_of(shop)).text
    assert press(finance, page, page, **paid(way="cheque")).status_code == 303
    shop.work()
    books = payments.books(shop)
    assert (books.states, books.unbalanced) == ([OrderState.PAID], [])
    assert "more was paid than it costs" not in finance.get(page_of(shop)).text
    assert "paid by cheque" in shop.letters("We have given you £44.00 back")[0]["text"]


def test_one_that_a_note_had_settled_can_still_be_entered(shop: Shop, finance: FlaskClient) -> None:
    page = failed(shop)
    order = f"/admin/orders/{shop.orders()[0].reference}"
    press(finance, order, f"{order}/settle", how="They ring tomorrow.")
    assert press(finance, page, page, **paid()).status_code == 303
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how.startswith("They ring tomorrow. (Ruth Bello)\nPaid by bank transfer on ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"way": ""}, "Choose how it was paid"),
        ({"way": "cash"}, "Choose how it was paid"),
        ({"paid_on": ""}, "Enter the day on which it was paid"),
        ({"paid_on": "soon"}, "Enter a day, such as"),
        ({"paid_on": "31 December 2199"}, "That day is to come"),
        ({"paid_on": "1 January 2020"}, "The refund was asked for later"),
        ({"note": ""}, "Write who paid it"),
        ({"note": "to 60-83-71 12345678"}, "That looks like an account number"),
        ({"note": "to 4242 4242 4242 4242"}, "That looks like a card number"),
        ({"note": "x" * 501}, "500 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, finance: FlaskClient, typed: dict[str, str], said: str
) -> None:
    page = failed(shop)
    answer = press(finance, page, page, **paid(**typed))
    assert answer.status_code == 422
    assert said in answer.text
    if "note" not in typed:
        assert "Ruth rang" in answer.text
    assert len(shop.rows(select(Refund))) == 1


def test_what_did_not_fail_can_not_be_entered(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    give_back(shop, 100)
    shop.work()
    page = paid_page(shop)
    assert "This money is not owed any more" in finance.get(page).text
    assert finance.post(page, data={**hidden_fields(finance.get("/admin").text), **paid()}).status_code == 409
    for path in (f"{page}X", f"{page_of(shop)}/paid", "/admin/orders/ORD-XXXX-XXXX/refund/paid?refund=x"):
        assert finance.get(path).status_code == 404, path
    assert make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES).get(page).status_code == 403
