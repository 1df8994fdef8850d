"""Places that are held and not paid for: a visitor holds some of a date and never all, and an honest class pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import config
from portal.domain.held_places import Visitor
from portal.domain.orders import Buyer, OrderState, Purchase, Seat
from portal.domain.security import Happened, Visit
from portal.models.order import OrderLine
from portal.models.session import writing
from portal.records import courses
from portal.services import orders
from tests import payments
from tests.codes import issue_code
from tests.factories import PASSWORD, press
from tests.order_pages import DATED, logged, set_capacity
from tests.shop import Shop, link_in, session_of
from tests.web.test_cancelling import order_page, press_cancel

SOON = {"run": "SPLICE-SOON", "start": ""}
NETWORK = "198.51.100.7"


@pytest.fixture
def limited(shop: Shop, make_app: Callable[[config.Settings], Flask]) -> Shop:
    settings = shop.app.extensions["portal"].settings
    limited = settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""})
    set_capacity(shop, "SPLICE-SOON", 40)
    return Shop(make_app(limited), shop.stripe, shop.mailbox)


def browser_at(shop: Shop, network: str) -> FlaskClient:
    made = shop.browser()
    made.environ_base |= {"REMOTE_ADDR": network}
    return made


def ordered(shop: Shop, browser: FlaskClient, number: int, **changes: str) -> TestResponse:
    return shop.order(browser, DATED, **{**SOON, "email": f"made.up{number}@people.example", **changes})


def held(shop: Shop) -> int:
    return len([line for line in shop.rows(select(OrderLine)) if line.seat == Seat.HELD])


def test_one_browser_holds_four_places_and_is_told_kindly(limited: Shop) -> None:
    browser = browser_at(limited, NETWORK)
    sent = [ordered(limited, browser, number) for number in range(5)]
    assert [one.status_code for one in sent] == [303, 303, 303, 303, 409]
    assert "You hold 4 places on this date already that are not paid for" in sent[4].text
    assert "made.up4@people.example" in sent[4].text
    assert held(limited) == 4
    limited.stripe.pay(session_of(sent[0]))
    limited.work()
    assert ordered(limited, browser, 5).status_code == 303
    assert ordered(limited, browser, 6, run="SPLICE-LATER").status_code == 303


def test_a_class_of_ten_pays_behind_one_address_and_no_script_holds_more(limited: Shop) -> None:
    sessions = [session_of(ordered(limited, browser_at(limited, NETWORK), number)) for number in range(10)]
    refused = ordered(limited, browser_at(limited, NETWORK), 10)
    assert refused.status_code == 409
    assert "10 places on this date are being paid for from your network right now" in refused.text
    assert ordered(limited, browser_at(limited, "198.51.100.8"), 11).status_code == 303
    for session in sessions:
        limited.stripe.pay(session)
    limited.work()
    assert [one.state for one in limited.orders()].count(OrderState.PAID) == 10
    assert ordered(limited, browser_at(limited, NETWORK), 12).status_code == 303
    assert len(logged(limited, Happened.PLACE_HELD)) == 12


def test_one_home_of_ipv6_is_one_network(limited: Shop) -> None:
    for number in range(10):
        assert ordered(limited, browser_at(limited, f"2001:db8:1:2::{number}"), number).status_code == 303
    assert ordered(limited, browser_at(limited, "2001:db8:1:2:3::4"), 10).status_code == 409


def test_an_order_that_is_left_holds_no_place_again_beyond_them(limited: Shop) -> None:
    """Orders are gathered while none is held, and taken up again together."""
    paths = []
    for number in range(12):
        browser = browser_at(limited, f"198.51.100.{number}")
        limited.stripe.expire(session_of(ordered(limited, browser, number)))
        limited.work()
        paths.append(order_page(limited))
    assert held(limited) == 0
    answers = []
    for path in paths:
        browser = browser_at(limited, "203.0.113.9")
        answers.append(press(browser, path, f"{path}/pay"))
    assert [one.status_code for one in answers] == [303] * 10 + [409] * 2
    assert "being paid for from your network" in answers[-1].text
    assert held(limited) == 10


def test_places_are_not_held_again_and_again_all_day(limited: Shop) -> None:
    for number in range(20):
        browser = browser_at(limited, NETWORK)
        assert ordered(limited, browser, number).status_code == 303
        assert press_cancel(limited, browser).status_code == 303
    assert held(limited) == 0
    refused = ordered(limited, browser_at(limited, NETWORK), 20)
    assert refused.status_code == 409
    assert "Please ring us" in refused.text
    payments.time_passes(limited, dt.timedelta(days=1, minutes=1))
    assert ordered(limited, browser_at(limited, NETWORK), 21).status_code == 303


def test_places_that_wait_for_a_banks_money_count_for_as_long_as_they_wait(limited: Shop) -> None:
    for number in range(10):
        limited.stripe.pay_later(session_of(ordered(limited, browser_at(limited, NETWORK), number)))
    limited.work()
    payments.time_passes(limited, dt.timedelta(days=2))
    assert held(limited) == 10
    assert ordered(limited, browser_at(limited, NETWORK), 10).status_code == 409


def test_the_same_form_sent_again_holds_one_place(limited: Shop) -> None:
    browser = browser_at(limited, NETWORK)
    checked = limited.check(browser, DATED, **SOON)
    sent = [limited.press_pay(browser, checked, DATED) for _ in range(6)]
    assert {one.status_code for one in sent} == {303}
    assert held(limited) == 1


@pytest.mark.one_database("sqlite")
def test_made_up_addresses_do_not_fill_a_date_that_costs_nothing(limited: Shop) -> None:
    with limited.app.app_context(), writing() as session:
        courses.get_by_code(session, DATED).price_pence = 0
    code = issue_code(limited.app, course=DATED)
    for number in range(30):
        ordered_free(limited, number)
    refused = ordered(limited, browser_at(limited, NETWORK), 30)
    assert refused.status_code == 409
    assert "wait to be taken up" in refused.text
    assert ordered(limited, browser_at(limited, "198.51.100.8"), 31).status_code == 303
    assert ordered(limited, browser_at(limited, NETWORK), 32, code=code).status_code == 303
    limited.work()
    first = next(mail for mail in limited.mailbox.list_mails() if mail["to"] == ["made.up0@people.example"])
    link = link_in(first, "/your-place/")
    assert press(limited.browser(), link, link, password=PASSWORD).status_code == 303
    assert ordered(limited, browser_at(limited, NETWORK), 33).status_code == 303


def ordered_free(shop: Shop, number: int) -> None:
    """As the page does it, without its limits a minute."""
    parts, email = shop.app.extensions["portal"], f"made.up{number}@people.example"
    purchase = Purchase(
        **{"course": DATED, "run": SOON["run"], "buyer": Buyer.ME, "full_name": "Made Up", "email": email},
        **{"region": "london", "country": "GB", "heard_from": "A search", "of_age": 16, "organisation": ""},
        **{"learner_name": "Made Up", "course_email": email, "receipt_email": email},
        telephone=None,
        start=None,
    )
    visitor = Visitor(Visit(NETWORK, "a test"))
    with shop.app.app_context():
        orders.place(
            *(purchase, f"form-{number}", None, parts.clock, parts.seller),
            minutes=31,
            payments_on=True,
            visitor=visitor,
        )
