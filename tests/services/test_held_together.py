"""Many who begin to pay at the same moment from one network: none slips past the number of places it may hold."""

from __future__ import annotations

import functools

import pytest
from sqlalchemy import select

from portal.domain.errors import Unfit
from portal.domain.held_places import OF_A_NETWORK, Visitor
from portal.domain.orders import Buyer, Purchase, Seat
from portal.models.order import OrderLine
from portal.services import orders
from tests.order_pages import DATED, set_capacity
from tests.shop import Shop
from tests.together import VISIT, together

PEOPLE = OF_A_NETWORK + 4


def _purchase(number: int) -> Purchase:
    email = f"made.up{number}@people.example"
    return Purchase(
        **{"course": DATED, "run": "SPLICE-SOON", "buyer": Buyer.ORGANISATION, "full_name": "Made Up", "email": email},
        **{"region": "london", "country": "GB", "heard_from": "A search", "of_age": 16, "organisation": "Made Up Ltd"},
        **{"learner_name": "Made Up", "course_email": email, "receipt_email": email},
        telephone=None,
        start=None,
    )


@pytest.mark.parametrize("capacity", [40, 6])
def test_no_more_places_are_held_than_a_network_may(shop: Shop, capacity: int) -> None:
    set_capacity(shop, "SPLICE-SOON", capacity)
    parts = shop.app.extensions["portal"]
    place = functools.partial(orders.place, minutes=31, payments_on=True, visitor=Visitor(VISIT))
    acts = [
        functools.partial(place, _purchase(number), f"form-{number}", None, parts.clock, parts.seller)
        for number in range(PEOPLE)
    ]
    ends = together(shop.app, *acts)
    held = min(OF_A_NETWORK, capacity)
    assert sum(isinstance(end, Unfit) for end in ends) == PEOPLE - held, ends
    assert [line.seat for line in shop.rows(select(OrderLine))] == [Seat.HELD] * held
