"""Giving money back, on the staff pages: what is left, a check of the sum, and then it goes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.orders import OrderState, RefundState
from portal.domain.roles import Role
from portal.models.ledger import Refund
from portal.models.order import OrderTrouble
from tests import payments
from tests.factories import hidden_fields, press
from tests.order_pages import paid_differently
from tests.people import make_staff
from tests.services.test_refunds import on_stripes_pages
from tests.shop import Shop


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def page_of(shop: Shop) -> str:
    return f"/admin/orders/{shop.orders()[-1].reference}/refund"


def posted(browser: FlaskClient, path: str, **answers: object) -> dict[str, object]:
    return {**hidden_fields(browser.get(path).text), "reason": "As agreed", **answers}


def test_a_sum_is_checked_and_goes_back(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    path = page_of(shop)
    shown = finance.get(path).text
    assert 'value="744.00"' in shown
    assert "£744.00 of the payment is left." in shown
    checked = finance.post(path, data=posted(finance, path, amount="120.50"))
    assert checked.status_code == 200
    assert "Give £120.50 back?" in checked.text
    assert "The place stays" in checked.text
    assert shop.rows(select(Refund)) == []
    sent = finance.post(f"{path}/send", data=hidden_fields(checked.text))
    assert sent.status_code == 303
    assert "The money goes back" in finance.get(sent.location).text
    shop.work()
    after = finance.get(path).text
    assert "£623.50 of the payment is left." in after
    assert "Given back" in after
    assert "by Ruth Bello, CRN-000001" in after


def test_all_of_it_with_the_place(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    path = page_of(shop)
    checked = finance.post(path, data=posted(finance, path, amount="744.00", ends="1"))
    assert "The place ends" in checked.text
    finance.post(f"{path}/send", data=hidden_fields(checked.text))
    shop.work()
    assert shop.orders()[0].state == OrderState.RETURNED
    assert "There is nothing left to give back." in finance.get(path).text
    refused = finance.post(f"{path}/send", data=hidden_fields(checked.text))
    assert refused.status_code == 422
    assert len(shop.rows(select(Refund))) == 1


@pytest.mark.parametrize("so_far", ["0", "", "-1", "one", "9" * 5000])
def test_pressed_twice_half_the_money_goes_back_once(shop: Shop, finance: FlaskClient, so_far: str) -> None:
    shop.buy()
    path = page_of(shop)
    checked = finance.post(path, data=posted(finance, path, amount="120.50"))
    data = hidden_fields(checked.text)
    assert finance.post(f"{path}/send", data=data).status_code == 303
    again = finance.post(f"{path}/send", data=data | {"so_far": so_far})
    assert again.status_code == 409
    assert "perhaps because the button was pressed twice" in again.text
    assert len(shop.rows(select(Refund))) == 1
    once_more = finance.post(path, data=posted(finance, path, amount="120.50"))
    assert finance.post(f"{path}/send", data=hidden_fields(once_more.text)).status_code == 303
    assert len(shop.rows(select(Refund))) == 2


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("744.01", "Enter £744.00 or less"),
        ("twelve", "Enter a sum in pounds, like 120 or 120.50"),
        ("-5", "Enter a sum in pounds"),
        ("1.234", "Enter a sum in pounds"),
        ("", "Enter what goes back of at least one course"),
        ("0", "Enter what goes back of at least one course"),
        ("9" * 40, "Enter a sum in pounds"),
    ],
)
def test_what_can_not_go_back_is_said_and_kept(shop: Shop, finance: FlaskClient, amount: str, said: str) -> None:
    shop.buy()
    path = page_of(shop)
    refused = finance.post(path, data=posted(finance, path, amount=amount, reason="Rung on Tuesday"))
    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="Rung on Tuesday"' in refused.text
    assert f'value="{amount[:20]}"' in refused.text


def test_why_is_asked(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    path = page_of(shop)
    refused = finance.post(path, data=posted(finance, path, amount="1", reason=""))
    assert refused.status_code == 422
    assert "Say why the money goes back" in refused.text


def test_one_that_failed_is_asked_for_again(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    path = page_of(shop)
    shop.stripe.switches(refunds="fail")
    checked = finance.post(path, data=posted(finance, path, amount="100"))
    finance.post(f"{path}/send", data=hidden_fields(checked.text))
    shop.work()
    shown = finance.get(path).text
    assert "£100.00 could not be given back" in shown
    shop.stripe.switches(refunds="succeed")
    (failed,) = shop.rows(select(Refund))
    data = {**hidden_fields(shown), "refund": failed.key}
    assert finance.post(f"{path}/again", data=data).status_code == 303
    assert finance.post(f"{path}/again", data=data).status_code == 409
    shop.work()
    assert "could not be given back" not in finance.get(path).text
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how == "Asked for again, by Ruth Bello"


def test_only_what_was_paid_too_much_goes_back_and_the_place_stays(shop: Shop, finance: FlaskClient) -> None:
    _paid_too_much(shop, finance)
    path = page_of(shop)
    shown = finance.get(path).text
    assert "£44.00 more was paid than it costs" in shown
    assert "£700.00 of the price is left." in shown
    data = payment_in(shown)
    assert finance.post(f"{path}/payment", data=data).status_code == 303
    assert finance.post(f"{path}/payment", data=data).status_code == 409
    shop.work()
    books = payments.books(shop)
    assert (books.states, books.enrolled, books.unbalanced) == ([OrderState.PAID], 1, [])
    (refund,) = shop.rows(select(Refund))
    assert (refund.amount_pence, refund.credit_note, refund.state) == (4400, "", RefundState.SUCCEEDED)
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how == "Given back, by Ruth Bello"
    (letter,) = shop.letters("£44.00 goes back to you")
    assert "Your place stays as it is." in letter["text"]
    after = finance.get(path).text
    assert "more was paid" not in after
    checked = finance.post(path, data=posted(finance, path, amount="700.00", ends="1"))
    assert finance.post(f"{path}/send", data=hidden_fields(checked.text)).status_code == 303
    shop.work()
    books = payments.books(shop)
    assert (books.states, books.unbalanced) == ([OrderState.RETURNED], [])


def test_what_was_too_much_fails_and_is_given_back_again(shop: Shop, finance: FlaskClient) -> None:
    _paid_too_much(shop, finance)
    path = page_of(shop)
    shop.stripe.switches(refunds="fail")
    finance.post(f"{path}/payment", data=payment_in(finance.get(path).text))
    shop.work()
    shown = finance.get(path).text
    assert "£44.00 more was paid than it costs" in shown
    shop.stripe.switches(refunds="succeed")
    assert finance.post(f"{path}/payment", data=payment_in(shown)).status_code == 303
    shop.work()
    assert payments.books(shop).unbalanced == []
    assert all(one.settled_at for one in shop.rows(select(OrderTrouble)))


def test_what_was_too_much_given_back_on_stripes_pages_has_no_credit_note(shop: Shop, finance: FlaskClient) -> None:
    _paid_too_much(shop, finance)
    on_stripes_pages(shop, 4400)
    shop.work()
    (refund,) = shop.rows(select(Refund))
    assert refund.credit_note == ""
    assert payments.books(shop).unbalanced == []
    assert all(one.settled_at for one in shop.rows(select(OrderTrouble)))


def _paid_too_much(shop: Shop, finance: FlaskClient) -> None:
    """£744.00 came for what costs £700.00, and somebody accepted it."""
    paid_differently(shop, 70000)
    page = f"/admin/orders/{shop.orders()[-1].reference}"
    assert press(finance, page, f"{page}/accept", why="A price of last year").status_code == 303
    shop.work()


def payment_in(page: str) -> dict[str, str]:
    """The form that gives a payment back."""
    return hidden_fields(page[page.index("/refund/payment") :].partition("</form>")[0])


def test_only_finance_and_managers(shop: Shop) -> None:
    shop.buy()
    other = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    assert other.get(page_of(shop)).status_code == 403
    manager = make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)
    assert manager.get(page_of(shop)).status_code == 200
    assert manager.get("/admin/orders/ORD-XXXX-XXXX/refund").status_code == 404
    assert manager.get(f"{page_of(shop)}?of=REF-XXXX-XXXX").status_code == 404
