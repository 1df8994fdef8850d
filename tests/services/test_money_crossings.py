"""Two things that happen to one order: staff, buyer, bank and Stripe cross each other, and no penny is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.domain import documents
from portal.domain.delivery import Kind, State
from portal.domain.documents import CreditNote
from portal.domain.orders import OrderState
from portal.domain.roles import Role
from portal.models.course import VatStatus
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry, Refund
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout
from portal.models.session import writing
from portal.records import orders
from tests import changed_dates, payments
from tests.factories import hidden_fields, press
from tests.order_pages import DATED, page_of_last, paid_differently, paid_when_full, set_capacity
from tests.people import make_staff
from tests.services.test_old_orders import DAYS_UNPAID, SECOND, purge
from tests.services.test_refunds import WHOLE, balance, on_stripes_pages, troubles
from tests.shop import Shop, link_in
from tests.web.test_cancelling import order_page, press_cancel


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def accept(shop: Shop, boss: FlaskClient, status: int = 303) -> None:
    """Take the newest order's payment as it is."""
    page = page_of_last(shop)
    assert press(boss, page, f"{page}/accept", why="As rung").status_code == status
    shop.work()


def another_page(shop: Shop) -> str:
    """A second page at Stripe for the newest order, of a time when it was not paid; answers its session."""
    made = shop.stripe.client().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "gbp", "unit_amount": WHOLE, "product_data": {"name": "Again"}},
                }
            ],
            "client_reference_id": shop.orders()[-1].reference,
            "metadata": {"order": shop.orders()[-1].reference, "attempt": "2"},
            "success_url": "http://localhost/orders/return?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://localhost/",
        }
    )
    with shop.app.app_context(), writing() as session:
        now = shop.app.extensions["portal"].clock.now(session)
        orders.begin_visit(session, orders.get_by_reference(session, shop.orders()[-1].reference), 2, now, 30)
    return str(made.id)


@pytest.mark.parametrize("asked", [80000, 70000])
def test_a_second_payment_for_an_accepted_order_that_was_cancelled_goes_back(
    shop: Shop, boss: FlaskClient, asked: int
) -> None:
    """Nothing was wrong with the second one, so it must not be taken for the one that was charged."""
    paid_differently(shop, asked)
    accept(shop, boss)
    again = another_page(shop)
    browser = shop.browser()
    assert press_cancel(shop, browser).status_code == 303
    shop.work()
    shop.stripe.pay(again)
    shop.work()
    paid = [one.amount_pence for one in shop.rows(select(LedgerEntry).where(LedgerEntry.kind == "paid"))]
    assert paid == [WHOLE, WHOLE]
    assert balance(shop) == min(0, asked - WHOLE)  # what was paid too much still waits for staff
    failed = shop.rows(select(OutboxMessage.kind).where(OutboxMessage.state.in_((State.FAILED, State.RETRYING))))
    assert failed == []


def test_a_payment_that_differs_is_accepted_for_what_is_left_of_it(shop: Shop, boss: FlaskClient) -> None:
    """Somebody gave a part back on Stripe's own pages before the rest was accepted."""
    paid_differently(shop, 80000)
    on_stripes_pages(shop, 10000)
    shop.work()
    accept(shop, boss)
    assert balance(shop) == 0
    (note,) = notes(shop)
    assert note.gross_pence == 80000 - WHOLE + 10000
    browser = shop.browser()
    assert "Cancel and get £644.00 back" in browser.get(f"{order_page(shop)}/cancel").text
    assert press_cancel(shop, browser).status_code == 303
    shop.work()
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)


def test_too_much_that_went_back_before_it_was_accepted_leaves_nothing_to_settle(shop: Shop, boss: FlaskClient) -> None:
    paid_differently(shop, 70000)
    on_stripes_pages(shop, 4400)
    shop.work()
    accept(shop, boss)
    assert (troubles(shop), balance(shop), notes(shop)) == ([("differs", True)], 0, [])


def test_a_place_on_another_date_costs_what_is_left_of_the_payment(shop: Shop, boss: FlaskClient) -> None:
    paid_when_full(shop)
    on_stripes_pages(shop, 10000)
    shop.work()
    page = page_of_last(shop)
    assert press(boss, page, f"{page}/reseat", run="SPLICE-LATER").status_code == 303
    shop.work()
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.PAID)
    assert [one.gross_pence for one in notes(shop)] == [10000]


def notes(shop: Shop) -> list[CreditNote]:
    """The credit notes as they were issued, oldest first."""
    rows = shop.rows(select(Document).where(Document.kind == "credit_note").order_by(Document.id))
    found = [documents.from_json(one.snapshot) for one in rows]
    return [one for one in found if isinstance(one, CreditNote)]


def test_a_reduced_price_bears_the_vat_of_its_line(shop: Shop, boss: FlaskClient) -> None:
    """Exempt stays exempt on the credit note."""
    paid_differently(shop, 80000)
    with shop.app.app_context(), writing() as session:
        line = session.scalars(select(OrderLine)).one()
        line.net_pence, line.vat_pence, line.vat_rate, line.vat_status = 80000, 0, 0, VatStatus.EXEMPT
    accept(shop, boss)
    assert [line.vat_status for note in notes(shop) for line in note.lines] == [VatStatus.EXEMPT]


def test_all_that_was_paid_goes_back_on_stripes_pages_with_what_was_too_much(shop: Shop, boss: FlaskClient) -> None:
    paid_differently(shop, 70000)
    accept(shop, boss)
    on_stripes_pages(shop)
    shop.work()
    assert troubles(shop) == [("differs", True)]
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)
    assert payments.books(shop).enrolled == 0
    assert [one.gross_pence for one in notes(shop)] == [70000]


def disputed(shop: Shop, pence: int) -> str:
    """The payer's bank takes so much of the newest payment; answers the dispute."""
    charge = shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id
    dispute = str(shop.stripe.dispute(str(charge))["id"])
    with shop.stripe.state.working() as work:
        found = work.get("dispute", dispute)
        work.change(found, amount=pence)
    shop.work()
    return dispute


def test_who_asked_their_bank_cancels_with_us_only_by_a_person(shop: Shop) -> None:
    browser = shop.browser()
    shop.buy(browser)
    before = hidden_fields(browser.get(f"{order_page(shop)}/cancel").text)
    disputed(shop, WHOLE)
    page = browser.get(f"{order_page(shop)}/cancel")
    assert "a person here must look at it" in page.text
    assert "everything back" not in page.text
    assert browser.post(f"{order_page(shop)}/cancel", data=before).status_code == 409
    assert shop.rows(select(Refund)) == []


def test_who_asked_their_bank_for_a_payment_without_a_place_is_told_so(shop: Shop) -> None:
    paid_when_full(shop)
    disputed(shop, 57600)
    page = shop.browser().get(f"{order_page(shop)}/cancel").text
    assert "a person here must look at it" in page
    assert "everything back" not in page


def test_a_changed_date_gives_back_what_is_left_of_the_price(shop: Shop, boss: FlaskClient) -> None:
    """£800.00 asked for less, a bank that took a part, and then we move the date."""
    session = shop.session(shop.browser(), DATED, run="SPLICE-SOON", start="")
    with shop.app.app_context(), writing() as writer:
        writer.execute(update(Order).values(total_pence=54000))
        writer.execute(update(OrderLine).values(net_pence=45000, vat_pence=9000, gross_pence=54000))
    shop.stripe.pay(session)
    shop.work()
    accept(shop, boss)
    disputed(shop, 10000)
    changed_dates.move(shop, boss)
    link = link_in(changed_dates.letters(shop)[-1], "/your-date/")
    assert "£440.00" in shop.browser().get(link).text
    changed_dates.choose(shop, link, "back")
    assert [one.amount_pence for one in shop.rows(select(Refund))] == [44000]


def test_a_cancelled_order_whose_bank_said_no_is_an_unpaid_order(shop: Shop) -> None:
    browser = shop.browser()
    session = shop.session(browser)
    shop.stripe.pay_later(session)
    shop.work()
    assert press_cancel(shop, browser).status_code == 303
    shop.stripe.fail(session)
    shop.work()
    assert shop.orders()[0].state == OrderState.CANCELLED
    payments.time_passes(shop, DAYS_UNPAID + SECOND)
    assert purge(shop) == 1


def test_a_bank_payment_for_a_cancelled_order_is_found_though_no_message_comes(shop: Shop) -> None:
    browser = shop.browser()
    session = shop.session(browser)
    shop.stripe.pay_later(session)
    shop.work()
    assert press_cancel(shop, browser).status_code == 303
    payments.lose_messages(shop)
    shop.stripe.arrive(session)
    payments.time_passes(shop, dt.timedelta(days=9))
    payments.sweep(shop)
    shop.work()
    assert (shop.orders()[0].state, balance(shop)) == (OrderState.RETURNED, 0)
    assert shop.rows(select(Checkout.state)) == ["complete"]


def test_a_bank_that_asks_first_and_then_takes_the_money_is_heard(shop: Shop) -> None:
    shop.buy()
    charge = str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id)
    dispute = shop.stripe.dispute(charge)
    with shop.stripe.state.working() as work:
        work.change(work.get("dispute", dispute["id"]), status="warning_needs_response")
    payments.lose_messages(shop)
    shop.work()
    shop.stripe.switches(drop="off")
    with shop.stripe.state.working() as work:
        found = work.change(work.get("dispute", dispute["id"]), status="needs_response")
    assert payments.send(shop, "charge.dispute.funds_withdrawn", found, "evt_taken") == 200
    shop.work()
    assert balance(shop) == WHOLE
    assert troubles(shop) == [("disputed", False)]


def test_a_held_up_order_whose_date_is_cancelled_is_given_another_or_its_money(shop: Shop, boss: FlaskClient) -> None:
    paid_when_full(shop)
    set_capacity(shop, "SPLICE-SOON", 8)
    changed_dates.cancel(shop, boss)
    page = page_of_last(shop)
    assert press(boss, page, f"{page}/reseat", run="SPLICE-SOON").status_code == 422
    assert "SPLICE-LATER" in boss.get(page).text
    assert press(boss, page, f"{page}/reseat", run="SPLICE-LATER").status_code == 303
    shop.work()
    assert (shop.orders()[-1].state, balance(shop)) == (OrderState.PAID, 0)
    assert shop.rows(select(Enrolment))[0].course_run_id == shop.rows(select(OrderLine))[0].course_run_id
    assert shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.TELL_DATE)) == []
    assert [one.settled_at is not None for one in shop.rows(select(OrderTrouble))] == [True]
