"""Who has a place already is nobody else's business: neither the places left nor the days tell a stranger."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from portal.domain.orders import Seat
from portal.models.order import OrderLine
from portal.models.session import reading, writing
from portal.records import courses, reconciliation
from tests.codes import alike
from tests.factories import press
from tests.shop import Shop

FREE = {"start": "", "code": "", "run": "SPLICE-SOON"}
HAS_IT, NEW = "has@people.example", "new@people.example"


@pytest.fixture
def free(shop: Shop) -> Shop:
    """A date that costs nothing, and somebody with a place on it."""
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, "FIB-SPLICE").price_pence = 0
    _order(shop, HAS_IT)
    shop.work()
    return shop


def _order(shop: Shop, email: str) -> str:
    """A stranger orders for this address; the path of the order's page."""
    answer = shop.order(shop.browser(), "FIB-SPLICE", **FREE, learner_name="Tom Reed", course_email=email)
    assert answer.status_code == 303, answer.text
    return answer.location


def _left(shop: Shop) -> int:
    found = re.search(r"(\d+) places left", shop.browser().get("/courses/FIB-SPLICE").text)
    assert found
    return int(found.group(1))


def test_the_places_left_fall_for_whoever_is_ordered_for(free: Shop) -> None:
    before = _left(free)
    own = _order(free, HAS_IT)
    assert _left(free) == before - 1
    _order(free, NEW)
    assert _left(free) == before - 2
    assert press(free.browser(), f"{own}/cancel", f"{own}/cancel").status_code == 303
    assert _left(free) == before - 1


def test_what_nobody_takes_up_ends_on_the_same_day_and_is_forgotten(free: Shop) -> None:
    paths = [_order(free, email) for email in (HAS_IT, NEW)]
    free.work()
    for days in (29, 1, 1):
        free.days_pass(days)
        seen = [
            [
                (answer.status_code, alike(free, answer.text))
                for page in ("", "/cancel")
                for answer in [look(own + page)]
            ]
            for look, own in ((free.browser().get, own) for own in paths)
        ]
        assert seen[0] == seen[1], days
    assert "Tom Reed" not in free.browser().get(paths[0]).text
    lines = free.rows(select(OrderLine).order_by(OrderLine.id))
    assert [(one.learner_name, one.course_email, one.seat) for one in lines] == [(None, None, Seat.RELEASED)] * 3


def test_what_gave_nothing_is_no_difference_that_somebody_must_look_at(free: Shop) -> None:
    _order(free, HAS_IT)
    with free.app.app_context(), reading() as session:
        now = free.app.extensions["portal"].clock.now(session)
        assert list(reconciliation.read(session, now - dt.timedelta(days=1), now).placeless) == []
