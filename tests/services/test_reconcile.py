"""Our books against Stripe's, by command and by night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select

from portal.cli import main
from portal.domain.delivery import Kind, State
from portal.domain.orders import OrderState, Trouble
from portal.models.enrolment import Enrolment
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout
from portal.models.session import writing
from tests import payments
from tests.payments import OTHER, books, one_place
from tests.shop import Shop

Portal = Callable[..., Result]
CLEAN = "0 differences left: {} and 0 refunds of the last 30 days.\n"


@pytest.fixture
def portal(shop: Shop, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The `portal` command beside the shop."""
    for name, value in (
        ("PORTAL_ENV", "testing"),
        ("DATABASE_URL", database),
        ("PORTAL_DATA_DIR", str(tmp_path)),
        ("STRIPE_API_BASE", shop.stripe.base),
        ("CHECKOUT_ORIGIN", shop.stripe.base),
    ):
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["reconcile", *arguments])

    return run


def test_nothing_differs(shop: Shop, portal: Portal) -> None:
    shop.buy()
    done = portal()
    assert (done.exit_code, done.output) == (0, CLEAN.format("1 visit"))


def test_what_was_missed_is_taken_in(shop: Shop, portal: Portal) -> None:
    payments.lose_messages(shop)
    paid, left = shop.session(shop.browser()), shop.session(shop.browser(), **OTHER)
    shop.stripe.pay(paid)
    shop.stripe.expire(left)
    first, second = (order.reference for order in shop.orders())
    done = portal()
    assert done.exit_code == 0, done.output
    assert done.output == (
        f"{second}: its page has ended at Stripe, and is open in our books. Taken in now: the order is expired.\n"
        f"{first}: £744.00 is paid at Stripe, and not in our books. Taken in now: the order is paid.\n"
        + CLEAN.format("2 visits")
    )
    shop.work()
    assert [order.state for order in shop.orders()] == [OrderState.PAID, OrderState.EXPIRED]
    assert books(shop).enrolled == 1
    assert len(shop.letters("Your order")) == 1
    assert portal().output == CLEAN.format("2 visits")


def test_what_is_left_is_said_and_fails(shop: Shop, portal: Portal) -> None:
    reference = shop.buy()
    with shop.app.app_context(), writing() as session:
        session.execute(delete(Enrolment))
        session.scalars(select(Checkout)).one().session = "cs_test_gone"
    payments.time_passes(shop)
    done = portal("--days", "2")
    assert done.exit_code == 1
    assert f"{reference}: Stripe knows of no visit cs_test_gone.\n" in done.output
    assert f"{reference}: it is paid, and not every place of it was given.\n" in done.output
    assert done.output.endswith("3 differences left: 1 visit and 0 refunds of the last 2 days.\n")


def test_a_refund_made_on_stripes_own_pages_is_told_and_taken_in(shop: Shop, portal: Portal) -> None:
    reference = shop.buy()
    intent = shop.rows(select(Checkout.payment_intent))[0]
    shop.stripe.switches(drop="on")
    made = shop.stripe.client().v1.refunds.create({"payment_intent": intent, "amount": 1000})
    done = portal()
    assert done.exit_code == 0
    told = f"{reference}: £10.00 went back at Stripe as {made.id}, and not in our books."
    assert done.output == f"{told} Taken in now.\n0 differences left: 1 visit and 1 refund of the last 30 days.\n"
    assert books(shop).unbalanced == []


def test_a_dispute_of_which_no_message_came_is_told_and_taken_in(shop: Shop, portal: Portal) -> None:
    reference = shop.buy()
    payments.lose_messages(shop)
    (charge,) = shop.stripe.client().v1.charges.list({"limit": 10}).data
    dispute = str(shop.stripe.dispute(str(charge.id))["id"])
    took = f"{reference}: the bank took £744.00 back as {dispute}, and not in our books. Taken in now.\n"
    assert portal().output == took + CLEAN.format("1 visit")
    assert (books(shop).troubles, books(shop).unbalanced) == ([Trouble.DISPUTED], [74400])
    shop.stripe.dispute_ends(dispute, "won")
    payments.time_passes(shop, dt.timedelta(days=70))
    returned = f"{reference}: the bank returned £744.00 of {dispute}, and not in our books. Taken in now.\n"
    assert portal().output == returned + CLEAN.format("0 visits")
    assert books(shop).unbalanced == []


def test_without_an_answer_from_stripe_nothing_is_said(shop: Shop, portal: Portal) -> None:
    shop.buy()
    shop.stripe.switches(down="on")
    done = portal()
    assert done.exit_code == 1
    assert done.stderr.startswith("Stripe could not be asked to the end: ")


def test_where_nothing_is_sold_there_is_nothing_to_compare(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENTS", "off")
    assert portal().stderr == "Payments are switched off.\n"


def _a_night_passes(shop: Shop) -> None:
    payments.time_passes(shop, dt.timedelta(days=1, hours=1))
    comparison = shop.app.extensions["portal.reconciliation"]
    with shop.app.app_context():
        comparison.plan()
        payments.time_passes(shop, dt.timedelta(hours=3))
        comparison.plan()
    shop.work()


def test_at_night_what_was_missed_is_taken_in(shop: Shop) -> None:
    payments.lose_messages(shop)
    shop.stripe.pay(shop.session(shop.browser()))
    _a_night_passes(shop)
    one_place(shop)


def test_at_night_a_refund_that_was_missed_is_taken_in(shop: Shop) -> None:
    shop.buy()
    payments.lose_messages(shop)
    intent = shop.rows(select(Checkout.payment_intent))[0]
    shop.stripe.client().v1.refunds.create({"payment_intent": intent})
    _a_night_passes(shop)
    found = books(shop)
    assert (found.states, found.enrolled, found.unbalanced) == ([OrderState.RETURNED], 0, [])
    failed = shop.rows(select(OutboxMessage.state).where(OutboxMessage.kind == Kind.RECONCILE))
    assert State.FAILED not in failed


def test_at_night_a_payment_and_its_refund_that_were_both_missed_are_taken_in_one_after_the_other(shop: Shop) -> None:
    """Nobody is called for what the next night mends by itself."""
    session = shop.session(shop.browser())
    shop.stripe.pay_later(session)
    shop.work()
    payments.lose_messages(shop)
    shop.stripe.arrive(session)
    intent = shop.rows(select(Checkout.payment_intent))[0]
    shop.stripe.client().v1.refunds.create({"payment_intent": intent})
    for state in (OrderState.PAID, OrderState.RETURNED):
        _a_night_passes(shop)
        assert shop.orders()[0].state == state
    assert (books(shop).enrolled, books(shop).unbalanced) == (0, [])
    failed = shop.rows(select(OutboxMessage.state).where(OutboxMessage.kind == Kind.RECONCILE))
    assert State.FAILED not in failed


def test_at_night_what_differs_is_given_to_a_person(shop: Shop) -> None:
    reference = shop.buy()
    with shop.app.app_context(), writing() as session:
        session.scalars(select(Checkout)).one().session = "cs_test_gone"
    _a_night_passes(shop)
    failed = shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.RECONCILE))
    assert {one.state for one in failed} == {State.FAILED}
    assert failed[0].last_error.startswith(f"{reference}: ")
    assert failed[0].last_error.endswith("“portal reconcile” lists them.")
