"""What holds of the right to cancel for every contract, at every moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import cancellation
from portal.domain.cancellation import Answer, Buyer, Content, Contract, Start, Supplied
from portal.domain.working_days import LONDON

MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31), timezones=st.just(dt.UTC))
NEAR = st.integers(-3600, 60 * 24 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    made = draw(MOMENTS)
    near = st.none() | NEAR.map(lambda after: made + after)
    opened = draw(near)
    whole = draw(st.integers(1, 40))
    return Contract(
        draw(st.sampled_from(Buyer)),
        draw(st.sampled_from(Content)),
        made,
        paid_pence=draw(st.integers(0, 1_000_000)),
        supplied=Supplied(draw(st.integers(0, whole)) if opened else 0, whole),
        requested_at=draw(near),
        acknowledged_at=draw(near),
        confirmed_at=draw(near),
        informed_at=draw(near),
        opened_at=opened,
        performed=bool(opened) and draw(st.booleans()),
        refunded_pence=draw(st.integers(0, 1_000_000)),
    )


def answered(contract: Contract, after: dt.timedelta) -> Answer:
    return cancellation.cancel(contract, contract.made_at + abs(after))


@settings(max_examples=300, deadline=None)
@given(contracts(), NEAR)
def test_every_answer_is_in_bounds_and_can_be_said(contract: Contract, after: dt.timedelta) -> None:
    answer = answered(contract, after)
    assert 0 <= answer.refund_pence <= max(0, contract.paid_pence - contract.refunded_pence)
    assert answer.can_cancel or not answer.refund_pence
    assert cancellation.sentence(answer).endswith(".")
    if contract.buyer is Buyer.ORGANISATION:
        assert not answer.can_cancel
    else:
        assert answer.last_day is not None
        assert answer.last_day >= contract.made_at.astimezone(LONDON).date() + dt.timedelta(days=14)


@settings(max_examples=300, deadline=None)
@given(contracts(), NEAR)
def test_a_consumer_pays_only_for_a_service_asked_for_or_for_a_right_that_ended(
    contract: Contract, after: dt.timedelta
) -> None:
    answer = answered(contract, after)
    if not answer.can_cancel or not answer.pays_pence:
        return
    opened, asked = contract.opened_at, contract.requested_at
    assert contract.content is Content.SERVICE
    assert opened is not None
    assert asked is not None
    assert asked <= opened
    assert contract.informed_at is not None
    assert contract.informed_at <= contract.made_at
    exact = contract.paid_pence * contract.supplied.share
    assert exact - 1 < answer.pays_pence <= exact


@settings(max_examples=200, deadline=None)
@given(contracts(), NEAR)
def test_having_had_more_never_gives_more_back(contract: Contract, after: dt.timedelta) -> None:
    if contract.opened_at and contract.supplied.done < contract.supplied.whole:
        more = replace(contract, supplied=Supplied(contract.supplied.done + 1, contract.supplied.whole))
        assert answered(more, after).refund_pence <= answered(contract, after).refund_pence


@settings(max_examples=200, deadline=None)
@given(MOMENTS)
def test_no_course_that_waits_opens_while_the_right_lasts(made: dt.datetime) -> None:
    last, opens = cancellation.last_day(made, made), cancellation.opens_at(made, Start.AFTER_14_DAYS)
    assert (opens - dt.timedelta(microseconds=1)).astimezone(LONDON).date() == last
    assert opens.astimezone(LONDON).date() == cancellation.opens_on(made, Start.AFTER_14_DAYS)
