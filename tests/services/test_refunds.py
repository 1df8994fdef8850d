"""Giving money back: by staff, through Stripe, whatever comes back from there and in whatever order."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.orders import EnrolmentState, OrderState, RefundState, Seat
from portal.models.course_run import CourseRun
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund
from portal.models.order import OrderLine, OrderTrouble
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import ledger, orders
from portal.records.accounts import Person
from portal.services import refund_desk
from portal.services.refund_desk import Wish
from tests.shop import Shop, session_of
from tests.together import VISIT

RUTH = Person(1, 1, "ACC-RUTH", "Ruth Bello", "ruth@meridian.example")
WHOLE = 74400
_MINUTES = dt.timedelta(minutes=30)


def give_back(shop: Shop, pence: int, *, ends: bool = False, reason: str = "As agreed") -> None:
    """Ruth gives back so much of the newest order's only line."""
    parts = shop.app.extensions["portal"]
    wish = Wish({1: pence}, [1] if ends else [], reason)
    with shop.app.app_context():
        refund_desk.give_back(shop.orders()[-1].reference, wish, VISIT, parts.clock, parts.seller, RUTH)


def entries(shop: Shop) -> list[tuple[str, int]]:
    with shop.app.app_context(), reading() as session:
        order = orders.get_by_reference(session, shop.orders()[-1].reference)
        return [(one.kind.value, one.amount_pence) for one in ledger.list_of(session, order)][2:]


def balance(shop: Shop) -> int:
    with shop.app.app_context(), reading() as session:
        return sum(ledger.unbalanced(session).values())


def refund(shop: Shop) -> Refund:
    """The newest one."""
    found = shop.rows(select(Refund).order_by(Refund.id))[-1]
    assert isinstance(found, Refund)
    return found


def troubles(shop: Shop) -> list[tuple[str, bool]]:
    """(what, whether it is settled)."""
    found = shop.rows(select(OrderTrouble).order_by(OrderTrouble.id))
    return [(one.what.value, one.settled_at is not None) for one in found]


def on_stripes_pages(shop: Shop, pence: int | None = None) -> str:
    """Somebody refunds the newest payment at Stripe itself; answers Stripe's id of it."""
    client = shop.stripe.client()
    amount = {"amount": pence} if pence else {}
    return str(client.v1.refunds.create({"charge": _charge(shop), **amount}).id)  # type: ignore[typeddict-item]


def test_a_sum_goes_back_and_the_place_stays(shop: Shop) -> None:
    shop.buy()
    give_back(shop, 5000)
    shop.work()
    assert entries(shop) == [("credited", 5000), ("refunded", 5000)]
    assert balance(shop) == 0
    assert shop.orders()[0].state == OrderState.PAID
    (place,) = shop.rows(select(Enrolment))
    assert place.state == EnrolmentState.WAITING_FOR_LEARNER
    (letter,) = shop.letters("goes back to you")
    assert "£50.00 goes back to you" in letter["text"]
    assert "Your place stays as it is." in letter["text"]
    (event,) = shop.rows(select(SecurityEvent).where(SecurityEvent.kind == "refund_asked"))
    assert event.detail.endswith("by ACC-RUTH")


def test_never_more_than_is_left_of_the_line(shop: Shop) -> None:
    shop.buy()
    give_back(shop, WHOLE - 1)
    with pytest.raises(Unfit):
        give_back(shop, 2)
    give_back(shop, 1)
    with pytest.raises(Unfit):
        give_back(shop, 1)
    shop.work()
    assert sum(one.amount_pence for one in shop.rows(select(Refund))) == WHOLE
    assert shop.orders()[0].state == OrderState.RETURNED
    assert balance(shop) == 0


def test_a_refund_that_waits_is_not_back_yet(shop: Shop) -> None:
    shop.buy()
    shop.stripe.switches(refunds="pending")
    give_back(shop, WHOLE, ends=True)
    shop.work()
    assert (refund(shop).state, balance(shop)) == (RefundState.PENDING, -WHOLE)
    assert shop.orders()[0].state == OrderState.CANCELLED
    shop.stripe.refund_turns(refund(shop).stripe_refund or "", "succeeded")
    shop.work()
    assert (refund(shop).state, balance(shop)) == (RefundState.SUCCEEDED, 0)
    assert shop.orders()[0].state == OrderState.RETURNED


def test_one_that_fails_days_later_is_owed_again_and_tried_again(shop: Shop) -> None:
    shop.buy()
    give_back(shop, WHOLE, ends=True)
    shop.work()
    first = refund(shop)
    shop.stripe.refund_turns(first.stripe_refund or "", "failed")
    shop.work()
    assert entries(shop) == [("credited", WHOLE), ("refunded", WHOLE), ("refund_failed", WHOLE)]
    assert (balance(shop), shop.orders()[0].state) == (-WHOLE, OrderState.CANCELLED)
    assert troubles(shop) == [("refund_failed", False)]
    assert len(shop.letters("We could not give your money back yet")) == 1
    again(shop, first.key)
    shop.work()
    assert (balance(shop), shop.orders()[0].state) == (0, OrderState.RETURNED)
    assert troubles(shop) == [("refund_failed", True)]
    assert refund(shop).credit_note == first.credit_note
    assert len(shop.rows(select(Document).where(Document.kind == "credit_note"))) == 1
    with pytest.raises(NotFound):
        again(shop, first.key)


def again(shop: Shop, key: str) -> None:
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        refund_desk.again(shop.orders()[-1].reference, key, VISIT, parts.clock, RUTH)


def test_one_that_fails_at_once_never_counted_as_given_back(shop: Shop) -> None:
    shop.buy()
    shop.stripe.switches(refunds="fail")
    give_back(shop, WHOLE)
    shop.work()
    assert entries(shop) == [("credited", WHOLE)]
    assert (refund(shop).state, balance(shop)) == (RefundState.FAILED, -WHOLE)
    assert troubles(shop) == [("refund_failed", False)]


def test_whatever_is_sent_again_in_any_order_is_written_down_once(shop: Shop) -> None:
    shop.buy()
    shop.stripe.switches(duplicate=3, reorder="shuffled")
    give_back(shop, 30000)
    shop.work()
    shop.stripe.refund_turns(refund(shop).stripe_refund or "", "failed")
    for _ in range(3):
        shop.work()
    assert entries(shop).count(("refunded", 30000)) == 1
    assert entries(shop).count(("refund_failed", 30000)) == 1
    assert len(shop.letters("We could not")) == 1


def test_an_answer_that_was_lost_is_found_and_nothing_goes_back_twice(shop: Shop) -> None:
    shop.buy()
    give_back(shop, 30000)
    shop.stripe.switches(down="lost", down_times=9)
    shop.work()
    shop.stripe.switches(down="off")
    shop.app.extensions["portal"].clock.advance(_MINUTES)
    shop.work()
    made = shop.stripe.client().v1.refunds.list({"limit": 100}).data
    assert [one.amount for one in made] == [30000]
    assert entries(shop) == [("credited", 30000), ("refunded", 30000)]


def test_one_that_stripe_refuses_is_shown(shop: Shop) -> None:
    shop.buy()
    shop.stripe.dispute(_charge(shop))
    give_back(shop, 30000)
    shop.work()
    assert refund(shop).state == RefundState.FAILED
    assert ("refund_failed", False) in troubles(shop)


def _charge(shop: Shop) -> str:
    return str(shop.stripe.client().v1.charges.list({"limit": 1}).data[0].id)


def test_all_of_it_given_back_on_stripes_own_pages_ends_the_place(shop: Shop) -> None:
    shop.buy()
    on_stripes_pages(shop)
    shop.work()
    assert entries(shop) == [("credited", WHOLE), ("refunded", WHOLE)]
    assert shop.orders()[0].state == OrderState.RETURNED
    assert shop.rows(select(Enrolment))[0].state == EnrolmentState.CANCELLED
    assert (refund(shop).asked_by, refund(shop).credit_note) == ("", "CRN-000001")
    assert troubles(shop) == []


def test_part_of_the_only_line_given_back_there_leaves_the_place(shop: Shop) -> None:
    shop.buy()
    on_stripes_pages(shop, 12345)
    shop.work()
    assert entries(shop) == [("credited", 12345), ("refunded", 12345)]
    assert shop.rows(select(Enrolment))[0].state == EnrolmentState.WAITING_FOR_LEARNER


def test_a_failed_one_made_good_on_stripes_own_pages_is_not_credited_twice(shop: Shop) -> None:
    shop.buy()
    shop.stripe.switches(refunds="fail")
    give_back(shop, 30000)
    shop.work()
    shop.stripe.switches(refunds="succeed")
    on_stripes_pages(shop, 30000)
    shop.work()
    assert entries(shop) == [("credited", 30000), ("refunded", 30000)]
    assert troubles(shop) == [("refund_failed", True)]
    assert balance(shop) == 0


def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(shop: Shop) -> None:
    shop.buy()
    dispute = shop.stripe.dispute(_charge(shop))["id"]
    shop.work()
    assert (entries(shop), balance(shop)) == ([("disputed", WHOLE)], WHOLE)
    assert troubles(shop) == [("disputed", False)]
    with pytest.raises(Unfit):
        give_back(shop, 1)
    shop.stripe.dispute_ends(dispute, "won")
    shop.work()
    assert (entries(shop), balance(shop)) == ([("disputed", WHOLE), ("dispute_won", WHOLE)], 0)
    assert troubles(shop) == [("disputed", True)]


def test_a_lost_dispute_stays(shop: Shop) -> None:
    shop.buy()
    dispute = shop.stripe.dispute(_charge(shop))["id"]
    shop.stripe.dispute_ends(dispute, "lost")
    shop.work()
    assert entries(shop) == [("disputed", WHOLE)]
    assert troubles(shop) == [("disputed", False)]


def test_a_payment_without_a_place_goes_back_whole_and_without_paper(shop: Shop) -> None:
    held_up(shop)
    (found,) = shop.rows(select(OrderTrouble))
    parts = shop.app.extensions["portal"]
    reference = shop.orders()[-1].reference
    with shop.app.app_context():
        refund_desk.give_back_payment(reference, found.about, "Full", VISIT, parts.clock, RUTH)
        with pytest.raises(Refusal):
            refund_desk.give_back_payment(reference, found.about, "Full", VISIT, parts.clock, RUTH)
    assert shop.orders()[-1].state == OrderState.CANCELLED
    shop.work()
    assert shop.orders()[-1].state == OrderState.RETURNED
    assert troubles(shop) == [("full", True)]
    assert balance(shop) == 0
    assert shop.rows(select(Document)) == []


def held_up(shop: Shop) -> None:
    """An order whose date became full while its payment was on its way."""
    session = session_of(shop.order(shop.browser(), "FIB-SPLICE", run="SPLICE-SOON", start=""))
    with shop.app.app_context(), writing() as db:
        db.scalars(select(CourseRun).where(CourseRun.code == "SPLICE-SOON")).one().capacity = 0
        db.scalars(select(OrderLine)).one().seat = Seat.RELEASED
    shop.stripe.pay(session)
    shop.work()
    assert shop.orders()[-1].state == OrderState.HELD_UP


def test_the_charged_payment_is_given_back_by_its_lines_alone(shop: Shop) -> None:
    shop.buy()
    parts = shop.app.extensions["portal"]
    with shop.app.app_context(), reading() as session:
        (paid, *_) = ledger.list_of(session, orders.get_by_reference(session, shop.orders()[0].reference))
    with shop.app.app_context(), pytest.raises(NotFound):
        refund_desk.give_back_payment(shop.orders()[0].reference, paid.source, "", VISIT, parts.clock, RUTH)
