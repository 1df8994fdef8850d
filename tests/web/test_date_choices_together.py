"""People who choose at the same moment: the last place goes to one of them, and money goes back once."""

from __future__ import annotations

import functools

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.date_change import Side
from portal.domain.errors import Refusal
from portal.domain.orders import Seat
from portal.domain.roles import Role
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund
from portal.models.order import Order, OrderLine
from portal.services import cancelling, date_changes
from portal.services.date_changes import Holder
from tests.changed_dates import buy, cancel, run_of_line
from tests.order_pages import set_capacity
from tests.people import make_staff
from tests.shop import Shop
from tests.together import VISIT, together

PEOPLE = 4


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def _holders(shop: Shop) -> list[Holder]:
    epochs = {order.id: order.link_epoch for order in shop.rows(select(Order))}
    return [
        Holder(place.reference, epochs[line.order_id], Side.PAYER)
        for place, line in zip(
            shop.rows(select(Enrolment).order_by(Enrolment.order_line_id)),
            shop.rows(select(OrderLine).order_by(OrderLine.id)),
            strict=True,
        )
    ]


def test_the_last_place_of_the_other_date_goes_to_one_of_them(shop: Shop, boss: FlaskClient) -> None:
    for number in range(PEOPLE):
        buy(shop, email=f"priya{number}@nairfibre.example")
    cancel(shop, boss)
    set_capacity(shop, "SPLICE-LATER", 1)
    clock = shop.app.extensions["portal"].clock
    acts = [functools.partial(date_changes.move, one, "SPLICE-LATER", VISIT, clock) for one in _holders(shop)]
    ends = together(shop.app, *acts)
    assert sum(end is None for end in ends) == 1
    assert sum(isinstance(end, Refusal) for end in ends) == PEOPLE - 1
    runs = [line.course_run_id for line in shop.rows(select(OrderLine)) if line.seat == Seat.TAKEN]
    assert sorted(runs.count(run) for run in set(runs)) == [1, PEOPLE - 1]


def test_pressed_in_two_windows_the_money_goes_back_once(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    cancel(shop, boss)
    (holder,) = _holders(shop)
    parts = shop.app.extensions["portal"]
    back = functools.partial(date_changes.give_back, holder, VISIT, parts.clock, parts.seller)
    move = functools.partial(date_changes.move, holder, "SPLICE-LATER", VISIT, parts.clock)
    ends = together(shop.app, back, move, back)
    assert sum(isinstance(end, Refusal) for end in ends) == 2
    refunds = shop.rows(select(Refund))
    assert len(refunds) == (1 if run_of_line(shop) == "SPLICE-SOON" else 0)


@pytest.mark.parametrize("choice", ["back", "move"])
def test_chosen_and_cancelled_at_once_the_money_goes_back_once(shop: Shop, boss: FlaskClient, choice: str) -> None:
    reference = buy(shop)
    cancel(shop, boss)
    (holder,) = _holders(shop)
    parts = shop.app.extensions["portal"]
    acts = {
        "back": functools.partial(date_changes.give_back, holder, VISIT, parts.clock, parts.seller),
        "move": functools.partial(date_changes.move, holder, "SPLICE-LATER", VISIT, parts.clock),
    }
    mine = cancelling.Holder(epoch=holder.epoch)
    ends_it = functools.partial(cancelling.cancel, reference, {1}, 0, mine, VISIT, parts.clock, parts.seller)
    ends = together(shop.app, acts[choice], ends_it)
    assert all(end is None or isinstance(end, (int, Refusal)) for end in ends), ends
    assert sum(one.amount_pence for one in shop.rows(select(Refund))) == 57600
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.RELEASED]
