"""What about an order only a person can settle: a place or the money, once, and money and place in step."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.domain.errors import Refusal
from portal.domain.orders import EnrolmentState, Entry, OrderState, Trouble
from portal.domain.roles import Role
from portal.domain.security import Happened, Visit
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.security_event import SecurityEvent
from portal.models.session import writing
from portal.records import orders as records
from portal.records.accounts import Person
from portal.services import order_desk
from tests.factories import press
from tests.people import make_staff
from tests.shop import Shop

VISIT = Visit("127.0.0.1", "a test")
RUTH = Person(1, 1, "ACC-RUTH", "Ruth Bello", "ruth@meridian.example")
DATED = "FIB-SPLICE"
AT_WORK = {"buyer": "organisation", "organisation": "Nair Fibre Ltd", "start": ""}


@pytest.fixture
def finance(shop: Shop) -> FlaskClient:
    """A browser of somebody who keeps the books."""
    return make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)


def _page(shop: Shop) -> str:
    return f"/admin/orders/{shop.orders()[-1].reference}"


def _capacity(shop: Shop, run: str, capacity: int | None) -> None:
    with shop.app.app_context(), writing() as session:
        session.execute(update(CourseRun).where(CourseRun.code == run).values(capacity=capacity))


def _paid_when_full(shop: Shop, **changes: str) -> Order:
    """Somebody pays after their page was over and the last place was sold to another."""
    session = shop.session(shop.browser(), DATED, **{"run": "SPLICE-SOON", **AT_WORK, **changes})
    shop.stripe.pay(session)
    with shop.app.app_context(), writing() as writer:
        line = writer.scalars(select(OrderLine).order_by(OrderLine.id.desc())).first()
        assert line
        line.seat = "released"  # type: ignore[assignment]
    _capacity(shop, "SPLICE-SOON", 0)
    shop.work()
    return shop.orders()[-1]


def _paid_differently(shop: Shop, pence: int) -> Order:
    """Somebody pays another sum than we know by then."""
    session = shop.session(shop.browser())
    with shop.app.app_context(), writing() as writer:
        order = writer.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order
        order.total_pence = pence
    shop.stripe.pay(session)
    shop.work()
    return shop.orders()[-1]


def _raise(shop: Shop, what: Trouble, about: str = "") -> None:
    with shop.app.app_context(), writing() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order
        records.raise_trouble(session, order, what, order.ordered_at, about)


def _balance(shop: Shop) -> dict[str, int]:
    return {one.kind: one.amount_pence for one in shop.rows(select(LedgerEntry).order_by(LedgerEntry.id))}


def _logged(shop: Shop, kind: Happened) -> list[str]:
    return [one.detail for one in shop.rows(select(SecurityEvent).where(SecurityEvent.kind == kind))]


def test_paid_when_it_was_full_is_given_another_date(shop: Shop, finance: FlaskClient) -> None:
    order = _paid_when_full(shop)
    assert order.state == OrderState.HELD_UP
    desk = finance.get("/admin").text
    assert f"Paid, and the date was full: {order.reference}" in desk
    assert "Seat or refund" in desk
    page = finance.get(_page(shop)).text
    assert "SPLICE-LATER" in page
    for full in ("SPLICE-SOON", "SPLICE-FULL", "SPLICE-OFF", "SPLICE-PAST"):
        refused = press(finance, _page(shop), f"{_page(shop)}/reseat", run=full)
        assert refused.status_code == 422, full
    done = press(finance, _page(shop), f"{_page(shop)}/reseat", run="SPLICE-LATER")
    assert done.location.endswith("?done=seated")
    shop.work()
    assert shop.orders()[-1].state == OrderState.PAID
    assert _balance(shop) == {Entry.PAID: 57600, Entry.CHARGED: 57600}
    (line,) = shop.rows(select(OrderLine))
    assert (line.seat, "Leeds" in line.description) == ("taken", True)
    (letter,) = shop.letters("Your order")
    assert "Leeds" in letter["text"]
    assert len(shop.letters("Your payment arrived")) == 1
    shown = finance.get(_page(shop)).text
    assert "given by Ruth Bello" in shown
    assert "Paid, and the date was full" not in finance.get("/admin").text
    assert _logged(shop, Happened.ORDER_SETTLED) == [f"{order.reference}: a place on SPLICE-LATER"]
    again = press(finance, _page(shop), f"{_page(shop)}/reseat", run="SPLICE-LATER")
    assert (again.status_code, "settled this meanwhile" in again.text) == (409, True)
    assert len(shop.rows(select(Enrolment))) == 1


def test_the_same_date_when_it_has_room_again_and_never_beyond_it(shop: Shop, finance: FlaskClient) -> None:
    _paid_when_full(shop)
    _capacity(shop, "SPLICE-SOON", 1)
    _capacity(shop, "SPLICE-LATER", 0)
    assert press(finance, _page(shop), f"{_page(shop)}/reseat", run="SPLICE-SOON").status_code == 303
    assert shop.rows(select(OrderLine))[0].seat == "taken"


def test_where_nothing_has_room_the_page_says_so(shop: Shop, finance: FlaskClient) -> None:
    _paid_when_full(shop)
    _capacity(shop, "SPLICE-LATER", 0)
    page = finance.get(_page(shop)).text
    assert "No date of this course has room" in page
    assert f'href="{_page(shop)}/refund"' in page


def test_a_note_settles_nothing_while_we_have_their_money(shop: Shop, finance: FlaskClient) -> None:
    order = _paid_when_full(shop)
    (trouble,) = shop.rows(select(OrderTrouble))
    named = {"trouble": f"{trouble.what}:{trouble.about}", "how": "Rang them."}
    assert press(finance, _page(shop), f"{_page(shop)}/settle", **named).status_code == 422
    with shop.app.app_context(), pytest.raises(Refusal, match="still have their money"):
        clock = shop.app.extensions["portal"].clock
        order_desk.settle(order.reference, trouble.what, trouble.about, "Rang them.", VISIT, clock, RUTH)


@pytest.mark.parametrize(("asked", "credited"), [(80000, 5600), (70000, 0)])
def test_a_payment_that_differs_is_accepted_as_it_is(
    shop: Shop, finance: FlaskClient, asked: int, credited: int
) -> None:
    order = _paid_differently(shop, asked)
    assert order.state == OrderState.HELD_UP
    assert "Accept or refund" in finance.get("/admin").text
    page = _page(shop)
    assert press(finance, page, f"{page}/accept", why=" ").status_code == 422
    assert press(finance, page, f"{page}/accept", why="Rang them: a voucher.").status_code == 303
    shop.work()
    entries = _balance(shop)
    assert entries.get(Entry.CREDITED, 0) == credited
    assert (entries[Entry.CHARGED], entries[Entry.PAID]) == (asked, 74400)
    assert shop.orders()[-1].state == OrderState.PAID
    (trouble,) = shop.rows(select(OrderTrouble))
    assert (trouble.settled_at is not None) == bool(credited)  # what is too much must still go back
    assert ("Give it back" in finance.get("/admin").text) == (not credited)
    assert press(finance, page, f"{page}/accept", why="Again").status_code == 409
    assert len(shop.rows(select(Enrolment))) == 1


@pytest.mark.parametrize("what", [Trouble.REFUND_FAILED, Trouble.REFUND_UNKNOWN, Trouble.DISPUTED, Trouble.SUPPLY])
def test_the_rest_is_settled_with_a_note(shop: Shop, finance: FlaskClient, what: Trouble) -> None:
    shop.buy()
    _raise(shop, what, "re_1")
    page = _page(shop)
    assert press(finance, page, f"{page}/settle", how="").status_code == 422
    assert press(finance, page, f"{page}/settle", how="They live in Wales.", trouble="full:x").status_code == 422
    assert press(finance, page, f"{page}/settle", how="They live in Wales.").location == f"{page}?done=settled"
    (trouble,) = shop.rows(select(OrderTrouble))
    assert trouble.settled_how == "They live in Wales. (Ruth Bello)"
    assert "They live in Wales." in finance.get(page).text
    assert trouble.settled_at


def test_of_several_things_one_is_chosen(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    _raise(shop, Trouble.SUPPLY)
    _raise(shop, Trouble.DISPUTED, "dp_1")
    page = _page(shop)
    assert press(finance, page, f"{page}/settle", how="Done").status_code == 422
    assert press(finance, page, f"{page}/settle", how="Done", trouble="disputed:dp_1").status_code == 303
    open_ones: list[Any] = shop.rows(select(OrderTrouble).where(OrderTrouble.settled_at.is_(None)))
    assert [one.what for one in open_ones] == [Trouble.SUPPLY]


def test_two_places_for_one_learner_end_when_another_is_named(shop: Shop, finance: FlaskClient) -> None:
    shop.buy()
    (place,) = shop.rows(select(Enrolment))
    _raise(shop, Trouble.TWICE, place.reference)
    assert "Two places for one learner" in finance.get("/admin").text
    page = f"{_page(shop)}/learner"
    typed = {"learner_name": "Tom Marlow", "course_email": "tom@marlow.example"}
    assert press(finance, page, page, **typed).location == f"{_page(shop)}?done=named"
    assert "Two places" not in finance.get("/admin").text
    (place,) = shop.rows(select(Enrolment))
    assert place.state == EnrolmentState.WAITING_FOR_LEARNER
    assert "Another learner was named" in finance.get(_page(shop)).text
