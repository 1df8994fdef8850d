"""Giving money back, on the staff pages: what is left, a check of the sum, and then it goes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.orders import OrderState
from portal.domain.roles import Role
from portal.models.ledger import Refund
from portal.models.order import OrderTrouble
from tests.factories import hidden_fields
from tests.people import make_staff
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


def test_only_finance_and_managers(shop: Shop) -> None:
    shop.buy()
    other = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    assert other.get(page_of(shop)).status_code == 403
    manager = make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)
    assert manager.get(page_of(shop)).status_code == 200
    assert manager.get("/admin/orders/ORD-XXXX-XXXX/refund").status_code == 404
    assert manager.get(f"{page_of(shop)}?of=REF-XXXX-XXXX").status_code == 404
