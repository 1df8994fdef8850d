"""Money that went back twice: by a bank transfer that staff entered, and by Stripe after all."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.errors import NotFound, Refusal
from portal.domain.orders import OrderState
from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.deadline import Deadline
from portal.models.ledger import Refund
from portal.models.order import OrderTrouble
from portal.models.payment import Checkout
from portal.services import refund_desk, sent_back
from tests import payments
from tests.factories import in_days, press
from tests.given_twice import all_given_twice, given_twice, pay_by_bank, refused, stripe_does_it
from tests.order_pages import logged, page_of_last, paid_when_full
from tests.people import make_staff
from tests.services.test_refunds import RUTH, WHOLE, balance, entries, give_back, on_stripes_pages, refund, troubles
from tests.shop import Shop
from tests.together import VISIT, counted, together


def differences(shop: Shop) -> list[str]:
    with shop.app.app_context(), Deadline(10) as deadline:
        found = shop.app.extensions["portal.reconciliation"].compare(7, deadline)
    return [str(one) for one in found.differences]


def test_what_stripe_gave_back_after_all_is_a_named_difference(shop: Shop) -> None:
    all_given_twice(shop)
    assert troubles(shop) == [("refund_failed", True), ("back_twice", False)]
    assert entries(shop) == [("credited", WHOLE), ("refunded", WHOLE), ("refunded", WHOLE)]
    assert balance(shop) == WHOLE
    assert shop.orders()[-1].state == OrderState.CANCELLED
    reference = shop.orders()[-1].reference
    assert differences(shop) == [f"{reference}: £744.00 more has gone back than was owed."]
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    assert f"More went back than was owed: {reference}" in boss.get("/admin").text
    assert "They owe us" in boss.get(page_of_last(shop)).text


def test_at_night_it_is_taken_in_and_named(shop: Shop) -> None:
    """No message of it came: the comparison hears of it first."""
    shop.buy()
    give_back(shop, WHOLE, ends=True)
    failed = refused(shop)
    pay_by_bank(shop, failed)
    payments.lose_messages(shop)
    stripe_does_it(shop, failed)
    (heard,) = (one for one in _compared(shop) if one.payment)
    with shop.app.app_context(), Deadline(10) as deadline:
        assert shop.app.extensions["portal.reconciliation"].take_in(heard, deadline)
    assert ("back_twice", False) in troubles(shop)


def _compared(shop: Shop) -> list[object]:
    with shop.app.app_context(), Deadline(10) as deadline:
        return list(shop.app.extensions["portal.reconciliation"].compare(7, deadline).differences)


@pytest.mark.parametrize("pence", [WHOLE, 30000])
def test_one_of_stripes_own_pages_is_named_the_same(shop: Shop, pence: int) -> None:
    """Stripe said that it failed, it was paid by bank, and somebody gives it back there as well."""
    shop.buy()
    shop.stripe.switches(refunds="fail")
    give_back(shop, WHOLE, ends=True)
    shop.work()
    pay_by_bank(shop, refund(shop))
    shop.stripe.switches(refunds="succeed")
    on_stripes_pages(shop, pence)
    shop.work()
    assert troubles(shop) == [("refund_failed", True), ("back_twice", False)]
    assert balance(shop) == pence


def test_what_was_never_charged_is_named_the_same(shop: Shop) -> None:
    paid_when_full(shop)
    (trouble,) = shop.rows(select(OrderTrouble))
    with shop.app.app_context():
        clock = shop.app.extensions["portal"].clock
        refund_desk.give_back_payment(shop.orders()[-1].reference, trouble.about, "Full", VISIT, clock, RUTH)
    failed = refused(shop)
    pay_by_bank(shop, failed)
    stripe_does_it(shop, failed)
    shop.work()
    assert troubles(shop) == [("full", True), ("refund_failed", True), ("back_twice", False)]
    assert balance(shop) == failed.amount_pence


def test_when_the_second_fails_days_later_all_is_even_and_nobody_is_written_to(shop: Shop) -> None:
    all_given_twice(shop)
    made = shop.stripe.client().v1.refunds.list({"limit": 1}).data[0].id
    before = len(shop.letters("We could not"))
    shop.stripe.refund_turns(made, "failed")
    shop.work()
    assert troubles(shop) == [("refund_failed", True), ("back_twice", True)]
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)
    assert len(shop.letters("We could not")) == before
    assert differences(shop) == []


def test_a_part_given_twice_leaves_the_order_as_it_is(shop: Shop) -> None:
    shop.buy()
    given_twice(shop, 30000)
    assert ("back_twice", False) in troubles(shop)
    assert (balance(shop), shop.orders()[-1].state) == (30000, OrderState.PAID)


def test_once_the_buyer_has_sent_it_back_the_ledger_is_even(shop: Shop) -> None:
    all_given_twice(shop)
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    page = f"{page_of_last(shop)}/refund/sent-back?refund={_too_much(shop)}"
    assert page.replace("&", "&amp;") in boss.get(page_of_last(shop)).text
    assert "Has £744.00 come back?" in boss.get(page).text
    typed = {"came_on": f"{in_days(0):%Y-%m-%d}", "note": "By bank transfer, seen by Ruth."}
    for wrong in ({"came_on": ""}, {"came_on": "1 January 2020"}, {"note": "60-83-71 12345678"}, {"note": ""}):
        answer = press(boss, page, page, **{**typed, **wrong})
        assert answer.status_code == 422, wrong
        assert "Has £744.00 come back?" in answer.text
    assert press(boss, page, page, **typed).location == f"{page_of_last(shop)}?done=sent_back"
    again = boss.get(page).text
    assert "Nothing is too much any more" in again
    assert troubles(shop) == [("refund_failed", True), ("back_twice", True)]
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)
    assert entries(shop)[-1] == ("sent_back", WHOLE)
    assert differences(shop) == []
    story = boss.get(page_of_last(shop)).text
    assert "£744.00 sent back to us" in story
    assert "entered by Ruth Bello: By bank transfer, seen by Ruth." in story
    assert logged(shop, Happened.ORDER_SETTLED)
    with shop.app.app_context(), pytest.raises(Refusal):
        sent_back.enter(*_again(shop))
    with shop.app.app_context(), pytest.raises(NotFound):
        sent_back.show(shop.orders()[-1].reference, "REF-XXXX-XXXX")


def test_two_who_enter_it_at_once_enter_it_once(shop: Shop) -> None:
    key = all_given_twice(shop)
    reference, clock = shop.orders()[-1].reference, shop.app.extensions["portal"].clock

    def enter() -> None:
        sent_back.enter(reference, key, in_days(0), "Seen", VISIT, clock, RUTH)

    assert counted(together(shop.app, enter, enter, enter)) == {"done": 1, "Refusal": 2}
    assert (balance(shop), entries(shop)[-1]) == (0, ("sent_back", WHOLE))


def _too_much(shop: Shop) -> str:
    return str(shop.rows(select(OrderTrouble.about).where(OrderTrouble.what == "back_twice"))[0])


def _again(shop: Shop) -> tuple[object, ...]:
    clock = shop.app.extensions["portal"].clock
    return (shop.orders()[-1].reference, _too_much(shop), in_days(0), "Again", VISIT, clock, RUTH)


def test_who_may_not_keep_the_books_enters_nothing(shop: Shop) -> None:
    all_given_twice(shop)
    page = f"{page_of_last(shop)}/refund/sent-back?refund={_too_much(shop)}"
    reader: FlaskClient = make_staff(shop.app, shop.mailbox, shop.work, Role.ENQUIRIES)
    assert reader.get(page).status_code == 403
    assert "One has been sent back" not in reader.get(page_of_last(shop)).text


def test_a_note_settles_it_where_the_money_is_given_up(shop: Shop) -> None:
    all_given_twice(shop)
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    order = page_of_last(shop)
    assert press(boss, order, f"{order}/settle", how="We let them keep it.").status_code == 303
    assert differences(shop) == []
    assert balance(shop) == WHOLE


def test_what_the_bank_took_by_a_dispute_is_not_paid_by_transfer_as_well(shop: Shop) -> None:
    """The refund fails since the payment is disputed: the buyer has the money from their bank."""
    shop.buy()
    dispute = str(shop.stripe.dispute(_charge(shop))["id"])
    give_back_fails(shop)
    failed = refund(shop)
    with pytest.raises(Refusal):
        pay_by_bank(shop, failed)
    shop.stripe.dispute_ends(dispute, "won")
    shop.work()
    assert balance(shop) == -WHOLE
    pay_by_bank(shop, failed)
    assert balance(shop) == 0


def give_back_fails(shop: Shop) -> None:
    """Asked for before we heard of the dispute; Stripe refuses."""
    give_back(shop, WHOLE)
    shop.work()


def test_a_dispute_that_is_won_while_we_owe_the_money_still_needs_somebody(shop: Shop) -> None:
    """Cancelled and disputed at once: when the bank returns the money it must still go back to the buyer."""
    shop.buy()
    dispute = str(shop.stripe.dispute(_charge(shop))["id"])
    give_back_fails(shop)
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.FINANCE)
    order = page_of_last(shop)
    for what in shop.rows(select(OrderTrouble).where(OrderTrouble.settled_at.is_(None))):
        how = {"trouble": f"{what.what}:{what.about}", "how": "The bank has it."}
        assert press(boss, order, f"{order}/settle", **how).status_code == 303
    shop.stripe.dispute_ends(dispute, "won")
    shop.work()
    assert ("disputed", False) in troubles(shop)
    assert "We have £744.00 that is theirs" in boss.get(order).text
    assert "Give it back" in boss.get("/admin").text
    assert press(boss, f"{order}/refund", f"{order}/refund/again", refund=refund(shop).key).status_code == 303
    shop.work()
    assert (balance(shop), shop.orders()[-1].state) == (0, OrderState.RETURNED)


def _charge(shop: Shop) -> str:
    return str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id)


def test_a_refund_that_fails_a_second_time_needs_somebody_a_second_time(shop: Shop) -> None:
    """Given up by us, done by Stripe after all, and sent back by the bank days later."""
    shop.buy()
    give_back(shop, WHOLE, ends=True)
    failed = refused(shop)
    made = stripe_does_it(shop, failed)
    shop.work()
    assert troubles(shop) == [("refund_failed", True)]
    payments.time_passes(shop, dt.timedelta(days=3))
    shop.stripe.refund_turns(made, "failed")
    shop.work()
    assert (troubles(shop), balance(shop)) == ([("refund_failed", False)], -WHOLE)
    assert len(shop.letters("We could not give your money back yet")) == 1


def test_whoever_was_quicker_on_stripes_pages_gave_it_back_once(shop: Shop) -> None:
    """Staff press here, and at Stripe too since nothing seems to happen: it is the same refund."""
    shop.buy()
    give_back(shop, 30000)
    on_stripes_pages(shop, 30000)
    shop.work()
    assert [one.amount_pence for one in shop.rows(select(Refund))] == [30000]
    assert len(shop.stripe.client().v1.refunds.list({"limit": 10}).data) == 1
    assert (entries(shop), balance(shop)) == ([("credited", 30000), ("refunded", 30000)], 0)
    assert troubles(shop) == []


def test_one_that_can_not_be_asked_for_since_the_rest_went_back_elsewhere_is_owed_no_more(shop: Shop) -> None:
    shop.buy()
    give_back(shop, 10000)
    on_stripes_pages(shop)
    shop.work()
    assert balance(shop) == 0
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert [what for what, settled in troubles(shop) if not settled] == []
    with pytest.raises(Refusal):
        pay_by_bank(shop, shop.rows(select(Refund).order_by(Refund.id))[0])


def test_money_that_went_back_before_we_heard_of_its_payment_gives_no_place(shop: Shop) -> None:
    """A bank's payment arrives and is given back at Stripe, and only the second message reaches us."""
    session = shop.session(shop.browser())
    shop.stripe.pay_later(session)
    shop.work()
    payments.lose_messages(shop)
    shop.stripe.arrive(session)
    shop.stripe.switches(drop="off")
    (intent,) = shop.rows(select(Checkout.payment_intent))
    assert intent
    on_stripes_pages(shop)
    shop.work()
    payments.settle(shop, session)
    for minutes in (1, 4, 10):
        payments.time_passes(shop, dt.timedelta(minutes=minutes))
        shop.work()
    assert balance(shop) == 0
    assert (shop.orders()[0].state, payments.books(shop).enrolled) == (OrderState.RETURNED, 0)
