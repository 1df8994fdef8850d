"""Money that goes back twice: paid by bank when Stripe could not be reached, and done by Stripe after all."""

from __future__ import annotations

from portal.domain.refunds import OtherWay
from portal.models.ledger import Refund
from portal.models.session import writing
from portal.records import orders, returns
from portal.services import repayments
from portal.services.repayments import PaidOtherwise
from tests.factories import in_days
from tests.services.test_refunds import RUTH, WHOLE, give_back, refund
from tests.shop import Shop
from tests.together import VISIT


def refused(shop: Shop) -> Refund:
    """Stripe can't be reached for days: the newest refund is given up; answers it."""
    failed = refund(shop)
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, shop.orders()[-1].reference, lock=True)
        returns.refuse(session, order, session.get_one(Refund, failed.id), order.ordered_at)
    return failed


def pay_by_bank(shop: Shop, failed: Refund) -> None:
    """Ruth pays it by bank transfer today, and enters it."""
    paid = PaidOtherwise(OtherWay.BANK_TRANSFER, in_days(0), "By Faster Payments")
    with shop.app.app_context():
        clock = shop.app.extensions["portal"].clock
        repayments.enter(shop.orders()[-1].reference, failed.key, paid, VISIT, clock, RUTH)


def stripe_does_it(shop: Shop, failed: Refund) -> str:
    """Stripe makes the refund after all, as we had asked for it; answers Stripe's id."""
    asked = {"payment_intent": failed.payment_intent, "amount": failed.amount_pence, "metadata": {"key": failed.key}}
    return str(shop.stripe.client().v1.refunds.create(asked).id)  # type: ignore[arg-type]


def given_twice(shop: Shop, pence: int, *, ends: bool = False) -> str:
    """Of the newest order: refused, paid by bank, and done by Stripe after all; answers the refund's key."""
    give_back(shop, pence, ends=ends)
    failed = refused(shop)
    pay_by_bank(shop, failed)
    stripe_does_it(shop, failed)
    shop.work()
    return failed.key


def all_given_twice(shop: Shop) -> str:
    """An order, all of which went back twice; the key of the refund that was too much."""
    shop.buy()
    return given_twice(shop, WHOLE, ends=True)
