"""Letters say what is so when they are sent: whatever held them up, and whatever became of the order meanwhile."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from portal.domain.orders import EnrolmentState, OrderState
from portal.domain.roles import Role
from portal.models.enrolment import Enrolment
from portal.models.session import writing
from portal.records import courses
from portal.services import orders
from tests import payments
from tests.changed_dates import FIRM, ME, SOON, buy, move
from tests.factories import PASSWORD, press
from tests.order_pages import AT_WORK, DATED, page_of_last, paid_when_full, set_capacity
from tests.people import make_staff
from tests.shop import COURSE, Shop, link_in


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def own_page(shop: Shop) -> str:
    """The guest's page of the newest order."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        return orders.guest_path(shop.orders()[-1].reference, parts.links, parts.clock)


def paid_and_nothing_sent(shop: Shop, **changes: str) -> None:
    """Somebody pays for a place on the date; every letter waits."""
    session = shop.session(shop.browser(), DATED, **{**ME, **changes})
    shop.stripe.pay(session)
    assert payments.settle(shop, session) == OrderState.PAID


def cancel_date(boss: FlaskClient) -> None:
    """Staff cancel the date; nothing is worked."""
    assert press(boss, f"{SOON}/cancel", f"{SOON}/cancel").status_code == 303


def test_a_confirmation_that_goes_out_after_the_order_was_cancelled_promises_no_place(shop: Shop) -> None:
    paid_and_nothing_sent(shop)
    path = f"{own_page(shop)}/cancel"
    assert press(shop.browser(), path, path).status_code == 303
    shop.work()
    assert [mail for mail in shop.letters() if "You have a place" in mail["text"]] == []
    (papers,) = shop.letters("The papers of your order")
    assert "has ended since" in papers["text"]
    assert len(shop.letters("is cancelled")) == 1


def test_a_confirmation_of_what_cost_nothing_is_withdrawn(shop: Shop) -> None:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).price_pence = 0
    browser = shop.browser()
    own = shop.order(browser, start="", code="").location
    assert press(browser, f"{own}/cancel", f"{own}/cancel").status_code == 303
    shop.work()
    assert [mail["subject"] for mail in shop.letters()] == [f"Your order {shop.orders()[-1].reference} is cancelled"]


def test_a_confirmation_of_a_date_that_is_cancelled_says_so_and_keeps_the_papers(shop: Shop, boss: FlaskClient) -> None:
    paid_and_nothing_sent(shop)
    cancel_date(boss)
    shop.work()
    (letter,) = shop.letters("Your order")
    assert "have cancelled this date since" in letter["text"]
    assert "You have a place" not in letter["text"]
    assert "The course opens" not in letter["text"]
    page = shop.browser().get(link_in(letter, "/your-order/")).text
    assert "We have cancelled the date" in page
    assert "Choose what happens" in page
    assert "/your-date/" in page


def test_the_word_to_a_learner_says_that_the_date_is_cancelled(shop: Shop, boss: FlaskClient) -> None:
    paid_and_nothing_sent(shop, **FIRM)
    cancel_date(boss)
    shop.work()
    (letter,) = shop.letters("has ordered a place for you")
    assert "We have cancelled this date since" in letter["text"]
    assert "The course opens" not in letter["text"]
    page = shop.browser().get(link_in(letter, "/your-place/")).text
    assert "We have cancelled this date" in page


def test_nobody_is_reminded_of_a_place_on_a_cancelled_date(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel_date(boss)
    shop.work()
    shop.days_pass(4)
    assert shop.letters("still waiting") == []
    assert len(shop.letters("Please choose")) == 2


def test_who_paid_for_a_date_that_was_cancelled_meanwhile_reads_that_and_what_is_possible(
    shop: Shop, boss: FlaskClient
) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    cancel_date(boss)
    shop.stripe.pay(session)
    shop.work()
    assert shop.orders()[-1].state == OrderState.HELD_UP
    (letter,) = shop.letters("We have cancelled the date that you paid for")
    assert "last place" not in letter["text"]
    assert "Leeds" in letter["text"]
    assert "when you press “Have all of it back”" in letter["text"]
    browser = shop.browser()
    own = link_in(letter, "/your-order/")
    page = browser.get(own).text
    assert "We have cancelled this date, and have your payment" in page
    assert "last place" not in page
    assert "Pay now" not in page
    assert "Have all of it back" in page
    desk, listed = boss.get(page_of_last(shop)).text, boss.get("/admin/orders").text
    assert "Paid, and we had cancelled the date" in desk
    assert "Re-seat" in desk
    assert "the date was full" not in desk
    assert "Date was cancelled" in listed
    assert "Paid, and we had cancelled the date" in boss.get("/admin").text
    assert "Cancel and get £576.00 back" in browser.get(f"{own}/cancel").text
    assert press(browser, f"{own}/cancel", f"{own}/cancel").status_code == 303
    shop.work()
    assert shop.orders()[-1].state == OrderState.RETURNED


def test_where_no_other_date_has_room_none_is_offered(shop: Shop, boss: FlaskClient) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    cancel_date(boss)
    set_capacity(shop, "SPLICE-LATER", 0)
    shop.stripe.pay(session)
    shop.work()
    (letter,) = shop.letters("We have cancelled the date that you paid for")
    assert "No other date has a place left" in letter["text"]


def test_a_date_that_was_full_is_still_told_as_that(shop: Shop) -> None:
    paid_when_full(shop)
    (letter,) = shop.letters("the last place was gone")
    assert "Leeds" in letter["text"]
    assert "cancelled this date" not in letter["text"]


def test_nobody_is_sent_to_pay_for_a_cancelled_date(shop: Shop, boss: FlaskClient) -> None:
    """Also while the page at Stripe is still open."""
    shop.session(shop.browser(), DATED, **ME)
    own, browser = own_page(shop), shop.browser()
    assert "Pay now" in browser.get(own).text
    cancel_date(boss)
    page = browser.get(own).text
    assert "Pay now" not in page
    assert "We have cancelled this date" in page
    assert "See what can be booked" in page
    assert press(browser, "/complaints", f"{own}/pay").status_code == 409


def test_a_place_that_filled_up_is_not_offered_to_be_paid_for(shop: Shop) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    shop.stripe.expire(session)
    shop.work()
    set_capacity(shop, "SPLICE-SOON", 0)
    page = shop.browser().get(own_page(shop)).text
    assert "The last place of this date has gone" in page
    assert "Pay now" not in page


def test_a_payment_that_never_came_is_not_asked_for_again_when_the_date_is_cancelled(
    shop: Shop, boss: FlaskClient
) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    shop.stripe.pay_later(session)
    assert payments.settle(shop, session) == OrderState.AWAITING
    cancel_date(boss)
    shop.work()
    (awaited,) = shop.letters("waiting for your bank")
    assert "The place is kept" not in awaited["text"]
    assert "We have cancelled this date" in shop.browser().get(own_page(shop)).text
    shop.stripe.fail(session)
    shop.work()
    (letter,) = shop.letters("did not arrive")
    assert "pay again" not in letter["text"]
    assert "We have cancelled this date" in letter["text"]
    assert f"/courses/{DATED}" in letter["text"]


def test_a_payment_on_its_way_keeps_its_place_and_says_so(shop: Shop) -> None:
    session = shop.session(shop.browser(), DATED, **ME)
    shop.stripe.pay_later(session)
    shop.work()
    (awaited,) = shop.letters("waiting for your bank")
    assert "The place is kept meanwhile" in awaited["text"]


def test_who_paid_twice_reads_of_a_safe_place_only_where_this_order_gave_it(shop: Shop) -> None:
    sessions = [shop.session(shop.browser()) for _ in range(2)]
    for session in sessions:
        shop.stripe.pay(session)
        shop.work()
    (letter,) = shop.letters("You have paid twice")
    assert "safe" not in letter["text"]
    assert "your other order stays as it is" in letter["text"]
    page = shop.browser().get(own_page(shop)).text
    assert "safe" not in page.partition("<main")[2].partition("</main")[0]
    assert "your other order stays as it is" in page


def test_one_order_paid_twice_says_that_its_place_is_safe(shop: Shop) -> None:
    browser = shop.browser()
    sent = shop.session(browser)
    payments.let_go(shop, sent)
    again = payments.pay_again(shop, browser)
    for session in (sent, again):
        shop.stripe.pay(session)
    shop.work()
    (letter,) = shop.letters("You have paid twice")
    assert "Your place is safe" in letter["text"]


def test_paid_twice_for_what_was_full_the_buyer_can_have_all_of_it_back(shop: Shop) -> None:
    """The second payment must not shut the way to the first one's money."""
    payments.places(shop, 1)
    first = shop.session(shop.browser(), DATED, **{"run": "SPLICE-SOON", **AT_WORK})
    payments.let_go(shop, first)
    again = payments.pay_again(shop, shop.browser())
    payments.let_go(shop, again)
    shop.buy(course=DATED, run="SPLICE-SOON", **payments.OTHER)
    for session in (first, again):
        shop.stripe.pay(session)
    shop.work()
    held_up = shop.orders()[0]
    assert held_up.state == OrderState.HELD_UP
    (letter,) = shop.letters("You have paid twice")
    assert "safe" not in letter["text"]
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        path = f"{orders.guest_path(held_up.reference, parts.links, parts.clock)}/cancel"
    browser = shop.browser()
    assert "Cancel and get £1,152.00 back" in browser.get(path).text


def test_a_place_that_staff_ended_is_no_place_any_more(shop: Shop) -> None:
    buy(shop)
    with shop.app.app_context(), writing() as session:
        session.execute(update(Enrolment).values(state=EnrolmentState.ENDED))
    page = shop.browser().get(own_page(shop)).text
    assert "Your place has ended" in page
    assert "You have a place" not in page


def test_once_the_date_has_begun_nobody_is_led_to_a_choice_that_is_over(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    page = shop.browser().get(own_page(shop)).text
    assert "We have changed the date" in page
    assert "Choose what happens" in page
    shop.days_pass(34)
    assert "Choose what happens" not in shop.browser().get(own_page(shop)).text


def test_whoever_would_cancel_is_told_of_the_choice_that_gives_more(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    shop.days_pass(20)
    move(shop, boss)
    path = f"{own_page(shop)}/cancel"
    page = shop.browser().get(path).text
    assert "We have changed your date" in page
    assert "or all the money back" in page
    assert "/your-date/" in page


def test_the_account_leads_to_the_choice_first(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    own, browser = link_in(shop.letters("Your order")[-1], "/your-place/"), shop.browser()
    assert press(browser, own, own, password=PASSWORD).status_code == 303
    cancel_date(boss)
    shop.work()
    page = browser.get("/account").text
    assert "We have cancelled this date, and are sorry" in page
    assert "It opens" not in page
    assert page.count("/your-date/") == 2
