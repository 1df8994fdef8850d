"""What somebody tries who wants more than an order gives: each is refused, and an honest buyer notices nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

import config
from portal.domain.orders import Buyer, EnrolmentState, OrderState, Purchase, Start
from portal.domain.roles import Role
from portal.models.course_run import CourseRun
from portal.models.order import OrderTrouble
from portal.models.session import writing
from portal.models.supply_fact import SupplyFact
from portal.records import courses
from portal.records.access_codes import REFUSED
from portal.services import orders
from tests.codes import issue_code, places
from tests.factories import PASSWORD, hidden_fields, in_days, make_trainee, press
from tests.people import make_staff, reference_of
from tests.shop import COURSE, Shop, link_in
from tests.web.test_cancelling import order_page, press_cancel
from tests.web.test_codes import PROVED

FREE = {"start": "", "code": ""}
VICTIM = "victim@people.example"


@pytest.fixture
def limited(shop: Shop, make_app: Callable[[config.Settings], Flask]) -> Shop:
    settings = shop.app.extensions["portal"].settings
    return Shop(make_app(settings.model_copy(update={"RATE_LIMITS": "on", "REDIS_URL": ""})), shop.stripe, shop.mailbox)


def _price(shop: Shop, pence: int) -> None:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).price_pence = pence


@pytest.mark.parametrize("session", ["%00", "cs_test_1%00", "cs_test_%0A", "..%2F..%2Frefunds", "a" * 300, "cs_%C3%A9"])
def test_a_strange_session_is_a_page_that_is_not_here(shop: Shop, session: str) -> None:
    assert shop.browser().get(f"/orders/return?session_id={session}").status_code == 404


def test_no_copy_of_a_guests_papers_is_kept_anywhere(shop: Shop) -> None:
    shop.buy()
    browser, own = shop.browser(), order_page(shop)
    papers = re.findall(rf'href="({own}/papers/[^"]+)"', browser.get(own).text)
    assert len(papers) == 2
    for paper in papers:
        assert browser.get(paper).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("pence", [100_000, 50_000, 0])
def test_nobody_pays_another_price_than_the_button_said(shop: Shop, pence: int) -> None:
    browser = shop.browser()
    checked = shop.check(browser)
    assert "Pay now £744.00" in checked.text
    _price(shop, pence)
    late = shop.press_pay(browser, checked)
    assert late.status_code == 409
    assert "The price has changed" in late.text
    assert "Nothing was ordered" in late.text
    assert shop.orders() == []
    assert shop.press_pay(browser, late).status_code == 303
    assert shop.orders()[0].total_pence == pence * 6 // 5


def test_a_sum_of_ones_own_is_not_a_price(shop: Shop) -> None:
    browser = shop.browser()
    data = {**hidden_fields(shop.check(browser).text), "terms": "yes"}
    for shown in ("1", "", "-74400", "74400.0", "７４４００", "9" * 5000):
        assert browser.post(f"/courses/{COURSE}/enrol/pay", data=data | {"shown": shown}).status_code == 409
    assert shop.orders() == []


def test_a_price_that_changes_at_the_last_moment_orders_nothing(shop: Shop) -> None:
    parts = shop.app.extensions["portal"]
    purchase = Purchase(
        **{"course": COURSE, "run": "", "buyer": Buyer.ME, "full_name": "Priya Nair", "email": "priya@nair.example"},
        **{"region": "london", "country": "GB", "heard_from": "A search", "of_age": 16, "organisation": ""},
        **{"learner_name": "Priya Nair", "course_email": "priya@nair.example", "receipt_email": "priya@nair.example"},
        telephone=None,
        start=Start.NOW,
    )
    with shop.app.app_context(), pytest.raises(orders.PriceChanged):
        orders.place(
            *(purchase, "form-1", None, parts.clock, parts.seller), minutes=31, payments_on=True, shown_pence=74399
        )
    assert shop.orders() == []


def test_a_mailbox_gets_ten_confirmations_a_day_whoever_orders(limited: Shop) -> None:
    """The learner's address is another each time; the receipt goes to somebody who never asked."""
    _price(limited, 0)
    for number in range(12):
        stranger = limited.browser()
        stranger.environ_base |= {"REMOTE_ADDR": f"198.51.100.{number}"}
        changes = {"email": f"mine{number}@evil.example", "receipt_email": f"victim+{number}@people.example"}
        answer = limited.order(stranger, **FREE, **changes)
        assert answer.status_code == (303 if number < 10 else 422)
    assert "This address has had many letters from us today" in answer.text
    assert 'id="receipt_email-error"' in answer.text
    limited.work()
    assert len([mail for mail in limited.mailbox.list_mails() if mail["to"][0].startswith("victim")]) == 10


def test_strangers_letters_do_not_shut_out_who_is_signed_in(limited: Shop) -> None:
    learner = limited.browser()
    make_trainee(learner, limited.mailbox, limited.work)
    _price(limited, 0)
    for number in range(10):
        stranger = limited.browser()
        stranger.environ_base |= {"REMOTE_ADDR": f"198.51.100.{number}"}
        changes = {"email": f"mine{number}@evil.example", "receipt_email": "aoife@odowd.example"}
        limited.order(stranger, **FREE, **changes)
    assert limited.press_pay(learner, limited.check(learner, **PROVED, **FREE)).status_code == 303


def test_ordering_and_cancelling_without_paying_writes_ten_letters_a_day_at_most(limited: Shop) -> None:
    for number in range(12):
        stranger = limited.browser()
        stranger.environ_base |= {"REMOTE_ADDR": f"198.51.100.{number}"}
        limited.session(stranger, email=f"mine{number}@evil.example", receipt_email=VICTIM)
        assert press_cancel(limited, stranger).status_code == 303
        assert limited.orders()[-1].state == OrderState.CANCELLED
    limited.work()
    assert len([mail for mail in limited.mailbox.list_mails() if mail["to"] == [VICTIM]]) == 10


def test_one_paid_order_is_no_way_to_write_to_strangers(limited: Shop) -> None:
    """Each learner who is named gets a letter with words of the payer's own."""
    browser = limited.browser()
    limited.buy(browser, learner_name="Tom Marlow", course_email="tom@marlow.example")
    own = order_page(limited)
    named = [
        press(
            browser, f"{own}/learner", f"{own}/learner", learner_name="Some Body", course_email=f"s{number}@b.example"
        )
        for number in range(12)
    ]
    assert [one.status_code for one in named] == [303] * 10 + [422] * 2
    assert "Many people were named for this order today" in named[-1].text
    assert "s11@b.example" in named[-1].text


def test_where_a_buyer_lives_is_taken_only_when_it_is_asked(shop: Shop) -> None:
    """The evidence of whose VAT is due is not theirs to turn afterwards."""
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).delivery = "automated"
    browser = shop.browser()
    sent = shop.session(browser)
    shop.stripe.pay(sent, card="GB", country="GB")
    shop.work()
    token = hidden_fields(browser.get("/complaints").text)["csrf_token"]
    answer = browser.post(f"{order_page(shop)}/country", data={"csrf_token": token, "country": "FR"})
    assert answer.status_code == 303
    assert {one.country for one in shop.rows(select(SupplyFact))} == {"GB"}
    assert shop.rows(select(OrderTrouble)) == []


def test_who_is_kept_out_does_not_come_in_again_by_cancelling(shop: Shop) -> None:
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)
    learner = shop.browser()
    make_trainee(learner, shop.mailbox, shop.work)
    _price(shop, 0)
    assert shop.press_pay(learner, shop.check(learner, **PROVED, **FREE)).status_code == 303
    shop.work()
    page = f"/admin/trainees/{reference_of(shop.app, 'aoife@odowd.example')}/places"
    assert press(boss, page, f"{page}/{places(shop)[0].reference}/suspend").status_code == 303
    own = f"/orders/{shop.orders()[0].reference}"
    shown = learner.get(f"{own}/cancel").text
    assert "This order can’t be cancelled" in shown
    assert "closed for the moment" in shown
    token = hidden_fields(learner.get("/sign-out").text)["csrf_token"]
    forced = learner.post(f"{own}/cancel", data={"csrf_token": token, "lines": "1", "shown": "1:0"})
    assert forced.status_code == 409
    again = shop.press_pay(learner, shop.check(learner, **PROVED, **FREE))
    assert again.status_code == 422
    assert [place.state for place in places(shop)] == [EnrolmentState.SUSPENDED]


def test_a_use_of_a_code_is_not_had_again_by_giving_an_open_course_back(shop: Shop) -> None:
    """Or a class without end would learn by a code for one."""
    code, browser = issue_code(shop.app, uses=1), shop.browser()
    shop.order(browser, code=code)
    shop.work()
    link = link_in(shop.letters("Your order")[-1], "/your-place/")
    press(browser, link, link, password=PASSWORD)
    shop.work()
    assert places(shop)[0].state == EnrolmentState.OPEN
    assert press_cancel(shop, browser).status_code == 303
    assert places(shop)[0].state == EnrolmentState.CANCELLED
    refused = shop.check(shop.browser(), code=code, email="second@people.example")
    assert refused.status_code == 422
    assert REFUSED in refused.text


def test_a_date_that_is_over_is_not_paid_for(shop: Shop) -> None:
    browser = shop.browser()
    with shop.app.app_context(), writing() as session:
        course = courses.get_by_code(session, "FIB-SPLICE")
        on = in_days(5)
        session.add(CourseRun(course_id=course.id, code="SPLICE-NEAR", starts_on=on, ends_on=on, capacity=8))
    sent = shop.session(browser, "FIB-SPLICE", run="SPLICE-NEAR")
    shop.stripe.expire(sent)
    shop.work()
    own = order_page(shop)
    with shop.app.app_context():
        shop.app.extensions["portal"].clock.advance(dt.timedelta(days=6))
    assert "Pay now" not in browser.get(own).text
    late = press(browser, "/complaints", f"{own}/pay")
    assert late.status_code == 409
    assert "This date can’t be booked any more" in late.text
