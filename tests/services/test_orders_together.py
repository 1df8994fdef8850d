"""Several who work on one order at the same moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from portal.domain.errors import NotFound
from portal.domain.orders import EnrolmentState, OrderState
from portal.domain.payments import Asked, Visit
from portal.gateways.deadline import Deadline
from portal.gateways.payments import Payments
from portal.models.enrolment import Enrolment
from portal.services import cancelling, places
from portal.services.cancelling import Holder
from portal.services.payments import NothingToPay
from tests import payments
from tests.payments import books
from tests.shop import Shop
from tests.together import VISIT, in_turn, on_postgresql


@dataclass
class Overtaken:
    """Stripe, whose answer takes so long that something else happens meanwhile."""

    stripe: Payments
    meanwhile: Callable[[], object]

    def open_checkout(self, asked: Asked, deadline: Deadline) -> Visit:
        """Make the page, and let the other thing happen."""
        made = self.stripe.open_checkout(asked, deadline)
        self.meanwhile()
        return made


@on_postgresql
def test_a_buyer_who_cancels_and_a_learner_who_declines_do_not_wait_for_each_other(shop: Shop) -> None:
    reference = shop.buy(learner_name="Sam Lee", course_email="sam@lee.example")
    (place,) = shop.rows(select(Enrolment))
    parts = shop.app.extensions["portal"]

    def cancel() -> None:
        cancelling.cancel(reference, {1}, 0, Holder(epoch=1), VISIT, parts.clock, parts.seller)

    def decline() -> None:
        places.decline(place.reference, place.link_epoch, parts.clock)

    with shop.app.app_context():
        cancelled, declined = in_turn(shop.app, (cancel, decline), "SELECT 1 FROM order_line FOR NO KEY UPDATE")
    assert cancelled is None
    assert isinstance(declined, NotFound)
    assert shop.rows(select(Enrolment.state)) == [EnrolmentState.CANCELLED]


def test_nobody_is_sent_to_a_page_that_was_given_up_while_stripe_thought_about_it(shop: Shop) -> None:
    """The answer came so late that another page had been opened: two pages to pay at would be one too many."""
    shop.stripe.expire(shop.session(shop.browser()))
    shop.work()
    till, reference = payments.till(shop), shop.orders()[0].reference
    opened: list[str] = []

    def meanwhile() -> None:
        payments.time_passes(shop, dt.timedelta(seconds=31))
        opened.append(till.begin(reference))

    late = dataclasses.replace(till, stripe=Overtaken(till.stripe, meanwhile))  # type: ignore[arg-type]
    with shop.app.app_context(), pytest.raises(NothingToPay):
        late.begin(reference)
    newest = payments.sessions(shop)[-1]
    assert newest in opened[0]
    shop.stripe.pay(newest)
    shop.work()
    assert (books(shop).states, books(shop).unbalanced) == ([OrderState.PAID], [])
