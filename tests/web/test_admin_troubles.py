"""What needs a person about an order is settled on its staff page, money and place in step."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.documents import CreditNote, Document, Invoice, from_json
from portal.domain.errors import Refusal
from portal.domain.orders import Entry, OrderState, Trouble
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.models.document import Document as Row
from portal.models.enrolment import Enrolment
from portal.models.order import OrderLine, OrderTrouble
from portal.services import order_desk
from tests import payments
from tests.factories import press
from tests.order_pages import (
    RUTH,
    VISIT,
    entries,
    logged,
    page_of_last,
    paid_differently,
    paid_when_full,
    raise_trouble,
    set_capacity,
)
from tests.people import make_staff
from tests.shop import Shop, link_in


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    """A browser of somebody who keeps the books."""
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def test_paid_when_it_was_full_is_given_another_date(shop: Shop, finance: FlaskClient) -> None:
    order = paid_when_full(shop)
    assert order.state == OrderState.HELD_UP
    desk = finance.get("/admin").text
    assert f"Paid, and the date was full: {order.reference}" in desk
    assert "Seat or refund" in desk
    page = finance.get(page_of_last(shop)).text
    assert "SPLICE-LATER" in page
    for full in ("SPLICE-SOON", "SPLICE-FULL", "SPLICE-OFF", "SPLICE-PAST"):
        refused = press(finance, page_of_last(shop), f"{page_of_last(shop)}/reseat", run=full)
        assert refused.status_code == 422, full
    done = press(finance, page_of_last(shop), f"{page_of_last(shop)}/reseat", run="SPLICE-LATER")
    assert done.location.endswith("?done=seated")
    shop.work()
    assert shop.orders()[-1].state == OrderState.PAID
    assert entries(shop) == {Entry.PAID: 57600, Entry.CHARGED: 57600}
    (line,) = shop.rows(select(OrderLine))
    assert (line.seat, "Leeds" in line.description) == ("taken", True)
    (letter,) = shop.letters("Your order")
    assert "Leeds" in letter["text"]
    assert len(shop.letters("Your payment arrived")) == 1
    shown = finance.get(page_of_last(shop)).text
    assert "given by Ruth Bello" in shown
    assert "Paid, and the date was full" not in finance.get("/admin").text
    assert logged(shop, Happened.ORDER_SETTLED) == [f"{order.reference}: a place on SPLICE-LATER"]
    again = press(finance, page_of_last(shop), f"{page_of_last(shop)}/reseat", run="SPLICE-LATER")
    assert (again.status_code, "settled this meanwhile" in again.text) == (409, True)
    assert len(shop.rows(select(Enrolment))) == 1


def test_the_same_date_when_it_has_room_again_and_never_beyond_it(shop: Shop, finance: FlaskClient) -> None:
    paid_when_full(shop)
    set_capacity(shop, "SPLICE-SOON", 1)
    set_capacity(shop, "SPLICE-LATER", 0)
    assert press(finance, page_of_last(shop), f"{page_of_last(shop)}/reseat", run="SPLICE-SOON").status_code == 303
    assert shop.rows(select(OrderLine))[0].seat == "taken"


def test_where_nothing_has_room_the_page_says_so(shop: Shop, finance: FlaskClient) -> None:
    paid_when_full(shop)
    set_capacity(shop, "SPLICE-LATER", 0)
    page = finance.get(page_of_last(shop)).text
    assert "No date of this course has room" in page
    assert f'href="{page_of_last(shop)}/refund"' in page


def test_a_note_settles_nothing_while_we_have_their_money(shop: Shop, finance: FlaskClient) -> None:
    order = paid_when_full(shop)
    (trouble,) = shop.rows(select(OrderTrouble))
    named = {"trouble": f"{trouble.what}:{trouble.about}", "how": "Rang them."}
    assert press(finance, page_of_last(shop), f"{page_of_last(shop)}/settle", **named).status_code == 422
    with shop.app.app_context(), pytest.raises(Refusal, match="still have their money"):
        clock = shop.app.extensions["portal"].clock
        order_desk.settle(order.reference, trouble.what, trouble.about, "Rang them.", VISIT, clock, RUTH)


@pytest.mark.parametrize(("asked", "credited"), [(80000, 5600), (70000, 0)])
def test_a_payment_that_differs_is_accepted_as_it_is(
    shop: Shop, finance: FlaskClient, asked: int, credited: int
) -> None:
    order = paid_differently(shop, asked)
    assert order.state == OrderState.HELD_UP
    assert "Accept or refund" in finance.get("/admin").text
    page = page_of_last(shop)
    assert press(finance, page, f"{page}/accept", why=" ").status_code == 422
    assert press(finance, page, f"{page}/accept", why="Rang them: a voucher.").status_code == 303
    shop.work()
    booked = entries(shop)
    assert booked.get(Entry.CREDITED, 0) == credited
    assert (booked[Entry.CHARGED], booked[Entry.PAID]) == (asked, 74400)
    assert shop.orders()[-1].state == OrderState.PAID
    (trouble,) = shop.rows(select(OrderTrouble))
    assert (trouble.settled_at is not None) == bool(credited)  # what is too much must still go back
    assert ("Give it back" in finance.get("/admin").text) == (not credited)
    assert press(finance, page, f"{page}/accept", why="Again").status_code == 409
    assert len(shop.rows(select(Enrolment))) == 1


def test_a_shortfall_that_is_accepted_stands_on_the_papers_with_its_vat(shop: Shop, finance: FlaskClient) -> None:
    """£800.00 was asked for and £744.00 came: an invoice and a credit note that add up to what was paid."""
    _accepted(shop, finance)
    invoice, confirmation, note = papers_of(shop)
    assert isinstance(invoice, Invoice)
    assert isinstance(note, CreditNote)
    assert (invoice.gross_pence, note.gross_pence, note.vat_pence) == (80000, 5600, 933)
    assert "£744.00 was paid" in invoice.note
    assert note.reason == "Price reduced from £800.00 to £744.00: Rang them: a voucher."
    assert payments.books(shop).unbalanced == []
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how == f"Accepted by Ruth Bello, credit note {note.number}: Rang them: a voucher."
    (letter,) = shop.letters("Your order")
    assert "You paid £744.00" in letter["text"]
    assert note.number in letter["text"]
    own = shop.browser().get(link_in(letter, "/your-order/")).text
    assert "Credited £56.00" in own
    assert note.number in own
    assert confirmation.gross_pence == 80000


def test_of_a_reduced_price_no_more_goes_back_than_was_paid(shop: Shop, finance: FlaskClient) -> None:
    _accepted(shop, finance)
    refund = f"{page_of_last(shop)}/refund"
    assert "£744.00 of £800.00 is left, VAT included." in finance.get(refund).text
    cancel = link_in(shop.letters("Your order")[0], "/your-order/") + "/cancel"
    browser = shop.browser()
    assert "Cancel and get £744.00 back" in browser.get(cancel).text
    assert press(browser, cancel, cancel).status_code == 303
    shop.work()
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert payments.books(shop).unbalanced == []
    invoice, _, *notes = papers_of(shop)
    assert [sum(one.vat_pence for one in notes), sum(one.net_pence for one in notes)] == [
        invoice.vat_pence,
        invoice.net_pence,
    ]


@pytest.mark.parametrize("changes", [{"currency": "eur"}, {"livemode": True}])
def test_a_payment_in_another_currency_or_of_play_money_can_only_be_given_back(
    shop: Shop, finance: FlaskClient, changes: dict[str, object]
) -> None:
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    payments.alter(shop, session, amount_total=70000, **changes)
    shop.work()
    page = page_of_last(shop)
    assert "it can only be given back" in finance.get(page).text
    assert "Give it back" in finance.get("/admin").text
    assert press(finance, page, f"{page}/accept", why="It was a sum.").status_code == 409
    assert shop.orders()[-1].state == OrderState.HELD_UP


def _accepted(shop: Shop, finance: FlaskClient) -> None:
    paid_differently(shop, 80000)
    page = page_of_last(shop)
    assert press(finance, page, f"{page}/accept", why="Rang them: a voucher.").status_code == 303
    shop.work()


def papers_of(shop: Shop) -> list[Document]:
    """The documents as they were issued, oldest first."""
    return [from_json(one.snapshot) for one in shop.rows(select(Row).order_by(Row.id))]


@pytest.mark.parametrize("what", [Trouble.REFUND_FAILED, Trouble.REFUND_UNKNOWN, Trouble.DISPUTED, Trouble.SUPPLY])
def test_the_rest_is_settled_with_a_note(shop: Shop, finance: FlaskClient, what: Trouble) -> None:
    shop.buy()
    raise_trouble(shop, what, "re_1")
    page = page_of_last(shop)
    assert press(finance, page, f"{page}/settle", how="").status_code == 422
    assert press(finance, page, f"{page}/settle", how="They live in Wales.", trouble="full:x").status_code == 422
    assert press(finance, page, f"{page}/settle", how="They live in Wales.").location == f"{page}?done=settled"
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how == "They live in Wales. (Ruth Bello)"
    assert "They live in Wales." in finance.get(page).text
    assert trouble.settled_at


def test_of_several_things_one_is_chosen(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    raise_trouble(shop, Trouble.SUPPLY)
    raise_trouble(shop, Trouble.DISPUTED, "dp_1")
    page = page_of_last(shop)
    assert press(finance, page, f"{page}/settle", how="Done").status_code == 422
    assert press(finance, page, f"{page}/settle", how="Done", trouble="disputed:dp_1").status_code == 303
    open_ones: list[Any] = shop.rows(select(OrderTrouble).where(OrderTrouble.settled_at.is_(None)))
    assert [one.what for one in open_ones] == [Trouble.SUPPLY]
