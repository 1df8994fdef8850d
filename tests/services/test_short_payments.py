"""A payment that was too small and that staff took: when its buyer cancels, page, refund, papers and ledger agree."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.domain import documents
from portal.domain.cancellation import Start
from portal.domain.documents import CreditNote
from portal.domain.orders import EnrolmentState, Entry
from portal.domain.payments import Returned
from portal.domain.working_days import london_day
from portal.models.course import Course
from portal.models.course_run import CourseRun
from portal.models.document import Document
from portal.models.ledger import Refund
from portal.models.order import Said
from portal.models.session import reading, writing
from portal.records import enrolments, ledger, orders, returns
from portal.services import cancelling, refund_desk
from portal.services.cancelling import Holder
from portal.services.refund_desk import Wish
from tests.services.test_incidents import place_order
from tests.services.test_refunds import RUTH
from tests.shop import Shop
from tests.together import VISIT

HOLDER = Holder(epoch=1)
_round = iter(range(10**6))


def begin(shop: Shop, reference: str, done: int, whole: int) -> None:
    """The course of every line runs for so many days, at once, and so many of them were had."""
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, reference, lock=True)
        course = session.scalars(select(Course).where(Course.code == "FIB-SPLICE")).one()
        first = london_day(order.ordered_at) - dt.timedelta(days=done)
        last = first + dt.timedelta(days=whole - 1)
        run = CourseRun(course_id=course.id, code=f"RUN-{order.id}", starts_on=first, ends_on=last)
        session.add(run)
        session.flush()
        order.start = Start.NOW
        orders.say(session, order, Said.START_NOW, "Straight away, please", order.ordered_at)
        for line in order.lines:
            line.course_id, line.course_run_id = course.id, run.id
        for place in enrolments.list_of_order(session, order.id):
            place.state, place.opened_at = EnrolmentState.OPEN, order.ordered_at


def stripe_did_all(shop: Shop, reference: str) -> None:
    """Everything that was asked for has gone back."""
    parts = shop.app.extensions["portal"]
    with shop.app.app_context(), writing() as session:
        order = orders.get_by_reference(session, reference, lock=True)
        for one in session.scalars(select(Refund).where(Refund.order_id == order.id)).all():
            said = Returned(
                f"re_{one.key}", one.key, one.payment_intent, one.amount_pence, "gbp", "succeeded", one.asked_at
            )
            returns.take_in(session, order, said, one.asked_at, parts.seller)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), prices=st.lists(st.integers(1, 90000), min_size=1, max_size=3), whole=st.integers(1, 9))
def test_what_goes_back_of_a_short_payment_is_what_the_page_said_to_the_penny(
    shop: Shop, data: st.DataObject, prices: list[int], whole: int
) -> None:
    total = sum(price + (price * 20 + 50) // 100 for price in prices)
    assume(total > 1)
    short, done = data.draw(st.integers(1, total - 1), "short"), data.draw(st.integers(0, whole - 1), "days had")
    payment = f"pi_short_{next(_round)}"
    reference, parts = place_order(shop, prices, payment, short=short), shop.app.extensions["portal"]
    begin(shop, reference, done, whole)
    before = data.draw(st.integers(0, 2), "goodwill, in pence")
    with shop.app.app_context():
        shown = refund_desk.show(reference, parts.clock)
        goodwill = min(before, shown.lines[0].left_pence, shown.left_pence)
        if goodwill:
            refund_desk.give_back(
                reference, Wish({1: goodwill}, [], "Goodwill"), VISIT, parts.clock, parts.seller, RUTH
            )
        offered = cancelling.offer(reference, HOLDER, parts.clock)
        positions = {one.line.position for one in offered.open_lines}
        assert len(positions) == len(prices)
        cancelling.cancel(reference, positions, offered.refund_pence, HOLDER, VISIT, parts.clock, parts.seller)
    stripe_did_all(shop, reference)
    with shop.app.app_context(), reading() as session:
        order = orders.get_by_reference(session, reference)
        entries = ledger.list_of(session, order)
        made = list(session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)))
        of_order = (Document.order_id == order.id, Document.kind == "credit_note")
        rows = session.scalars(select(Document).where(*of_order).order_by(Document.id))
        notes = [one for one in map(documents.from_json, (row.snapshot for row in rows)) if isinstance(one, CreditNote)]
    wanted = [pence for pence in (goodwill, offered.refund_pence) if pence]
    assert [one.amount_pence for one in made] == wanted
    assert [one.gross_pence for one in notes] == [short, *wanted]
    assert ledger.total(entries, Entry.CREDITED) == short + sum(wanted)
    assert ledger.total(entries, Entry.REFUNDED) == sum(wanted) <= total - short
    assert ledger.balance(entries) == 0
    kept = total - short - sum(wanted)
    assert 0 <= kept <= (total - short) * done / whole
    vat = sum(line.vat_pence for line in order.lines)
    assert sum(one.vat_pence for one in notes) <= vat
    if not kept:
        assert sum(one.vat_pence for one in notes) == vat
