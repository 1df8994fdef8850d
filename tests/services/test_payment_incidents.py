"""What went wrong with money elsewhere, each as a test here. Sources: peers of this site, by project and issue."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from portal.domain.delivery import Kind, State
from portal.domain.orders import Entry, OrderState, Trouble
from portal.gateways.deadline import Deadline
from portal.models.enrolment import Enrolment
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout
from portal.models.session import writing
from portal.records import enrolments
from tests import payments
from tests.factories import PASSWORD, hidden_fields, press
from tests.payments import FIBRE, OTHER, SOON, Dying, Killed, books, come_back, one_place, settle
from tests.shop import COURSE, Shop, link_in, session_of
from tests.together import together


def _dying(shop: Shop) -> payments.Till:
    return dataclasses.replace(payments.till(shop), stripe=Dying(payments.till(shop).stripe))  # type: ignore[arg-type]


def test_paid_but_sold_out(shop: Shop) -> None:
    """pretix #74: somebody pays for a place that is gone by then, and is neither told nor paid back."""
    payments.places(shop, 1)
    late = shop.session(shop.browser(), FIBRE, run=SOON)
    payments.let_go(shop, late)
    shop.buy(course=FIBRE, run=SOON, **OTHER)
    shop.stripe.pay(late)
    shop.work()
    found = books(shop)
    assert found.states == [OrderState.HELD_UP, OrderState.PAID]
    assert (found.enrolled, payments.filled(shop), found.troubles) == (1, 1, [Trouble.FULL])
    assert found.unbalanced == [-57600]  # all of it is the buyer's
    (letter,) = shop.letters("the last place was gone")
    assert letter["to"] == ["priya@nairfibre.example"]
    assert "the last place was gone" in come_back(shop, late).text


@pytest.mark.parametrize(
    "news", ["checkout.session.async_payment_failed", "checkout.session.expired", "payment_intent.payment_failed"]
)
def test_failed_is_never_shown_after_success(shop: Shop, news: str) -> None:
    """pretix #1233: late news of a failure turned a paid order's page to "failed", and the buyer paid again."""
    session = shop.session(shop.browser())
    shop.stripe.decline(session)  # the first card is refused
    shop.stripe.pay(session)
    assert settle(shop, session) == OrderState.PAID
    assert payments.send(shop, news, payments.object_of(shop, session)) == 200
    one_place(shop)
    page = come_back(shop, session).text
    assert "You have a place" in page
    assert "did not arrive" not in page
    assert "Nothing was paid" not in page
    assert shop.letters("did not arrive") == []


def test_the_confirmation_is_sent_once(shop: Shop) -> None:
    """pretix #1166: the page that buyers come back to and Stripe's message each sent the confirmation."""
    shop.stripe.switches(duplicate=3)
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    acts = [lambda: settle(shop, session)] * 4 + [lambda: come_back(shop, session).status_code] * 2
    assert set(together(shop.app, *acts)) == {OrderState.PAID, 200}
    one_place(shop)


def test_paid_and_the_message_lost_the_page_of_return_enrols(shop: Shop) -> None:
    """moodle-enrol_stripepayment #81: no message came, and who had paid was not enrolled."""
    payments.lose_messages(shop)
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    assert come_back(shop, session).status_code == 200
    one_place(shop)


def test_paid_and_everything_lost_the_worker_finds_it(shop: Shop) -> None:
    """moodle-enrol_stripepayment #82: no message came, and the buyer closed the window."""
    payments.lose_messages(shop)
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    payments.time_passes(shop)
    payments.sweep(shop)
    one_place(shop)


def test_the_answer_of_stripe_lost_the_next_try_has_the_same_page(shop: Shop) -> None:
    """The page was made and its address lost on the way: asking again must not make a second one to pay on."""
    browser = shop.browser()
    shop.stripe.switches(down="lost", down_times=3)
    sent = shop.order(browser)
    assert "/your-order/" in sent.location
    again = browser.post(f"{sent.location}/pay", data=hidden_fields(browser.get(sent.location).text))
    assert [session_of(again)] == payments.sessions(shop)
    shop.stripe.pay(session_of(again))
    one_place(shop)


def test_killed_between_the_answer_of_stripe_and_our_row(shop: Shop) -> None:
    """The page is open and our books do not know its name: Stripe's message must find its order all the same."""
    sent = shop.session(shop.browser())
    shop.stripe.expire(sent)
    shop.work()
    reference = shop.orders()[0].reference
    with shop.app.app_context(), pytest.raises(Killed):
        _dying(shop).begin(reference)
    orphan = payments.sessions(shop)[-1]
    assert [one.session for one in shop.rows(select(Checkout).order_by(Checkout.id))] == [sent, None]
    shop.stripe.pay(orphan)
    one_place(shop)


def test_killed_between_reading_and_writing(shop: Shop) -> None:
    """Whoever settles is killed half-way: nothing is written, and the next one does all of it."""
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    with shop.app.app_context(), pytest.raises(Killed), Deadline(10) as deadline:
        _dying(shop).settle(session, deadline)
    assert books(shop).entries == []
    one_place(shop)


def test_two_browsers_enrol_one_person_once(shop: Shop) -> None:
    """joanie #173: one learner, two sessions at once, two enrolments."""
    visits = [shop.session(shop.browser()) for _ in range(2)]
    for session in visits:
        shop.stripe.pay(session)
    ends = together(shop.app, *(lambda session=session: settle(shop, session) for session in visits))  # type: ignore[misc]
    assert set(ends) == {OrderState.PAID, OrderState.HELD_UP}
    shop.work()
    found = books(shop)
    assert (found.enrolled, found.troubles, found.unbalanced) == (1, [Trouble.TWICE], [-74400])
    assert len(shop.letters("You have paid twice")) == 1
    assert len(shop.letters("Your order")) == 1


def test_a_cancelled_place_enrols_nobody(shop: Shop) -> None:
    """joanie #485: one could still enrol on an order that had been cancelled."""
    session = shop.session(shop.browser())
    shop.stripe.pay(session)
    shop.work()
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    with shop.app.app_context(), writing() as session_:
        found = enrolments.get_by_reference(session_, session_.scalars(select(Enrolment.reference)).one(), lock=True)
        enrolments.cancel(found, found.enrolled_at)
    browser = shop.browser()
    assert browser.get(place).status_code in (404, 410)
    assert browser.post(place, data={"password": PASSWORD}).status_code in (400, 404, 410)
    assert settle(shop, session) == OrderState.PAID  # late news of the payment brings nothing back
    shop.work()
    assert books(shop).enrolled == 0
    assert shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.OPEN_COURSE)) == []


def test_cancelled_between_taking_it_up_and_opening(shop: Shop) -> None:
    """joanie #485 once more: the course was about to open when the place ended."""
    browser = shop.browser()
    shop.buy(browser)
    place = link_in(shop.letters("Your order")[0], "/your-place/")
    browser.post(place, data={**hidden_fields(browser.get(place).text), "password": PASSWORD})
    with shop.app.app_context(), writing() as session:
        found = enrolments.get_by_reference(session, session.scalars(select(Enrolment.reference)).one(), lock=True)
        enrolments.cancel(found, found.enrolled_at)
    shop.work()
    assert shop.letters("Your course is open") == []
    (opening,) = shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.OPEN_COURSE))
    assert opening.state == State.CANCELLED


def test_two_payments_of_one_order_are_both_in_the_books(shop: Shop) -> None:
    """joanie, changelog: a payment provider that misbehaves took several payments of one order."""
    sent = shop.session(browser := shop.browser())
    payments.let_go(shop, sent)
    own = shop.app.extensions["portal"].links
    with shop.app.app_context():
        placed = shop.orders()[0]
        path = own.order_path(placed.reference, placed.link_epoch, placed.ordered_at)
    again = session_of(browser.post(f"{path}/pay", data=hidden_fields(browser.get(path).text)))
    assert again != sent
    shop.stripe.pay(sent)
    shop.stripe.pay(again)
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled, found.troubles) == ([OrderState.PAID], 1, [Trouble.TWICE])
    assert [one for one in found.entries if one[0] == Entry.PAID] == [(Entry.PAID, 74400)] * 2
    assert found.unbalanced == [-74400]
    assert len(shop.letters("Your order")) == 1


def test_abandoned_and_paid_late_has_its_place_again(shop: Shop) -> None:
    """pretix #827: the money came in time and was booked late; the order had ended, though there was room."""
    late = shop.session(shop.browser(), FIBRE, run=SOON)
    payments.let_go(shop, late)
    assert payments.filled(shop) == 0
    shop.stripe.pay(late)
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled, payments.filled(shop)) == ([OrderState.PAID], 1, 1)
    assert (found.troubles, found.unbalanced) == ([], [])


def test_who_comes_back_to_a_full_date_is_told_before_paying(shop: Shop) -> None:
    """An abandoned order is taken up again when the last place has gone: nobody may be sent to pay for it."""
    payments.places(shop, 1)
    browser = shop.browser()
    sent = shop.order(browser, FIBRE, run=SOON)
    shop.stripe.expire(session_of(sent))
    shop.work()
    shop.buy(course=FIBRE, run=SOON, **OTHER)
    first = shop.orders()[0]
    path = shop.app.extensions["portal"].links.order_path(first.reference, first.link_epoch, first.ordered_at)
    assert "Pay now" not in browser.get(path).text
    refused = press(browser, "/complaints", f"{path}/pay")
    assert refused.status_code == 409
    assert "The last place of this date has gone" in refused.text
    assert len(payments.sessions(shop)) == 2


def test_two_tabs_with_the_same_answers_are_one_order(shop: Shop) -> None:
    """Two tabs of one form, both at once: one order, one page to pay on."""
    browser = shop.browser()
    checked = shop.check(browser)
    cookie = browser.get_cookie("portal_session")
    assert cookie

    def press() -> str:
        tab = shop.browser()
        tab.set_cookie("portal_session", cookie.value)
        return session_of(shop.press_pay(tab, checked))

    ends = together(shop.app, press, press, press)
    assert len(set(ends)) == 1, ends
    assert len(shop.orders()) == 1
    shop.stripe.pay(str(ends[0]))
    one_place(shop)


def test_two_tabs_with_other_answers_leave_one_page_to_pay(shop: Shop) -> None:
    """Going back and changing an answer must not leave two pages that both take money."""
    browser = shop.browser()
    first = shop.check(browser)
    fields = hidden_fields(first.text)
    one = session_of(shop.press_pay(browser, first))
    changed = browser.post(f"/courses/{COURSE}/enrol", data={**fields, "full_name": "Priya K Nair"})
    two = session_of(shop.press_pay(browser, changed))
    assert shop.stripe.pay(one).status_code == 409
    shop.stripe.pay(two)
    shop.work()
    found = books(shop)
    assert (found.states, found.enrolled) == ([OrderState.EXPIRED, OrderState.PAID], 1)
