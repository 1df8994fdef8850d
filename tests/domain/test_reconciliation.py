"""Comparing Stripe's words with our books: each kind of difference is found, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from portal.domain.orders import Checkout, OrderState, RefundState
from portal.domain.payments import Disputed, Returned, Visit
from portal.domain.reconciliation import Books, OurPayment, OurRefund, OurVisit, compare

NOW = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
BEFORE = NOW - dt.timedelta(days=2)
PAID = Visit(
    *("cs_1", "ORD-AAAA-AAAA", 1, "", "complete", True, False, 57600, "gbp", False, "pi_1", "", "GB", "GB", BEFORE)
)
OURS = OurVisit("ORD-AAAA-AAAA", 1, "cs_1", "pi_1", Checkout.COMPLETE, OrderState.PAID, BEFORE)
PAYMENT = OurPayment("ORD-AAAA-AAAA", "pi_1", 57600, BEFORE)
RETURNED = Returned("re_1", "key-1", "pi_1", 1000, "gbp", "succeeded", BEFORE)
REFUND = OurRefund("ORD-AAAA-AAAA", "key-1", "re_1", 1000, RefundState.SUCCEEDED, BEFORE)
UNPAID: dict[str, Any] = {"is_paid": False, "payment_intent": ""}
BOOKS = Books(
    disputed=frozenset({"du_1", "du_2"}),
    won=frozenset({"du_2"}),
    beyond={},
    visits=[OURS],
    payments=[PAYMENT],
    refunds=[REFUND],
    payers={"pi_1": "ORD-AAAA-AAAA"},
    placeless=[],
    references=frozenset({"ORD-AAAA-AAAA"}),
    since=NOW - dt.timedelta(days=30),
    until=NOW,
)


def _but(visit: dict[str, Any] | None = None, theirs: Returned | None = RETURNED, **books: Any) -> list[str]:
    """What differs when Stripe's visit, its refund or our books are otherwise."""
    visits = [dataclasses.replace(PAID, **visit)] if visit is not None else [PAID]
    found = compare(dataclasses.replace(BOOKS, **books), visits, [theirs] if theirs else [], [])
    return [f"{'missed, ' if one.session else ''}{one}" for one in found]


def _ours(**changes: Any) -> list[OurVisit]:
    return [dataclasses.replace(OURS, **changes)]


def test_what_agrees_says_nothing() -> None:
    assert _but() == []


def test_paid_at_stripe_and_not_here_was_missed() -> None:
    assert _but(payments=[]) == ["missed, ORD-AAAA-AAAA: £576.00 is paid at Stripe, and not in our books."]


def test_a_visit_whose_answer_we_never_had_is_found_by_its_order() -> None:
    found = _but(
        visits=_ours(session="", state=Checkout.MAKING, order=OrderState.OPEN), payments=[], payers={}, refunds=[]
    )
    assert found == ["missed, ORD-AAAA-AAAA: £576.00 is paid at Stripe, and not in our books."]


def test_sums_that_differ() -> None:
    assert _but({"amount_pence": 57599}) == [
        "ORD-AAAA-AAAA: £575.99 is paid at Stripe, and £576.00 stands in our books."
    ]


def test_paid_here_and_not_at_stripe() -> None:
    said = ["ORD-AAAA-AAAA: £576.00 stands in our books, and Stripe says it is not paid."]
    assert _but({"is_paid": False}) == said


def test_paid_by_a_visit_that_nobody_made() -> None:
    found = _but(payments=[PAYMENT, dataclasses.replace(PAYMENT, source="pi_9")])
    assert found == ["ORD-AAAA-AAAA: £576.00 stands in our books as pi_9, and no visit led to it."]


def test_a_session_of_ours_that_stripe_does_not_know() -> None:
    found = compare(dataclasses.replace(BOOKS, payments=[], refunds=[]), [], [], [])
    assert [str(one) for one in found] == ["ORD-AAAA-AAAA: Stripe knows of no visit cs_1."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "expired"}, "its page has ended at Stripe, and is open in our books."),
        ({"status": "complete"}, "its page was used at Stripe, and is open in our books."),
    ],
    ids=["ended", "used"],
)
def test_a_page_that_ended_unheard_was_missed(changes: dict[str, Any], said: str) -> None:
    visits = _ours(state=Checkout.OPEN, order=OrderState.OPEN, payment_intent="")
    found = _but({**UNPAID, **changes}, None, visits=visits, payments=[], refunds=[], payers={})
    assert found == [f"missed, ORD-AAAA-AAAA: {said}"]


def test_a_failure_that_was_not_heard_of_was_missed() -> None:
    visits = _ours(order=OrderState.AWAITING)
    found = _but({"is_paid": False, "has_failed": True}, None, visits=visits, payments=[], refunds=[])
    assert found == ["missed, ORD-AAAA-AAAA: its payment failed at Stripe, and is awaited in our books."]


def test_a_page_that_is_open_for_both_is_no_difference() -> None:
    visits = _ours(state=Checkout.OPEN, order=OrderState.OPEN, payment_intent="")
    assert _but({**UNPAID, "status": "open"}, None, visits=visits, payments=[], refunds=[], payers={}) == []


@pytest.mark.parametrize(
    ("references", "why"),
    [({"ORD-AAAA-AAAA"}, "the order has no such visit"), ((), "there is no such order here")],
    ids=["visit", "order"],
)
def test_paid_for_what_we_do_not_know(references: set[str], why: str) -> None:
    found = _but(None, None, visits=[], payments=[], refunds=[], payers={}, references=frozenset(references))
    assert found == [f"ORD-AAAA-AAAA: £576.00 is paid at Stripe by cs_1, and {why}."]


@pytest.mark.parametrize("reference", ["", "MUG-1"])
def test_what_another_site_sells_is_not_ours(reference: str) -> None:
    other = {"session": "cs_mug", "reference": reference, "payment_intent": "pi_mug"}
    assert _but(other, None, visits=[], payments=[], refunds=[], payers={}) == []


def test_paid_and_without_a_place() -> None:
    assert _but(placeless=["ORD-AAAA-AAAA"]) == ["ORD-AAAA-AAAA: it is paid, and not every place of it was given."]


def test_a_refund_that_our_books_do_not_have() -> None:
    said = ["ORD-AAAA-AAAA: £10.00 went back at Stripe as re_1, and not in our books."]
    assert _but(refunds=[]) == said


def test_a_refund_of_another_sites_payment_is_not_ours() -> None:
    assert _but(None, dataclasses.replace(RETURNED, refund="re_9", key="", payment_intent="pi_9"), refunds=[]) == []


def test_a_refund_that_stands_differently() -> None:
    pending = dataclasses.replace(RETURNED, status="requires_action")
    said = "the refund re_1 of £10.00 is “requires action” at Stripe, and “succeeded” in our books."
    assert _but(None, pending) == [f"ORD-AAAA-AAAA: {said}"]


@pytest.mark.parametrize(("heard", "is_missed"), [("", True), ("re_1", False)])
def test_one_that_stripe_did_after_we_had_given_up_is_taken_in(heard: str, is_missed: bool) -> None:
    """Of one that Stripe has named to us and that failed there, "succeeded" is old news."""
    ours = dataclasses.replace(REFUND, refund=heard, state=RefundState.FAILED)
    found = compare(dataclasses.replace(BOOKS, refunds=[ours]), [PAID], [RETURNED], [])
    said = "ORD-AAAA-AAAA: the refund re_1 of £10.00 is “succeeded” at Stripe, and “failed” in our books."
    assert [(str(one), one.is_missed) for one in found] == [(said, is_missed)]


def test_more_that_went_back_than_was_owed_is_named() -> None:
    found = _but(beyond={"ORD-AAAA-AAAA": 74400})
    assert found == ["ORD-AAAA-AAAA: £744.00 more has gone back than was owed."]


def test_a_refund_of_another_sum() -> None:
    found = _but(None, dataclasses.replace(RETURNED, amount_pence=999))
    assert found == ["ORD-AAAA-AAAA: £9.99 went back at Stripe as re_1, and £10.00 in our books."]


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"refund": "", "state": RefundState.ASKED}, True),
        ({"refund": "", "state": RefundState.ASKED, "asked_at": NOW - dt.timedelta(minutes=5)}, False),
        ({"refund": "", "state": RefundState.FAILED}, False),
        ({"asked_at": NOW - dt.timedelta(days=31)}, False),
    ],
    ids=["named", "asked long ago", "asked just now", "refused", "older than was asked for"],
)
def test_a_refund_that_stripe_does_not_know(changes: dict[str, Any], is_told: bool) -> None:
    found = _but(None, None, refunds=[dataclasses.replace(REFUND, **changes)])
    assert found == (["ORD-AAAA-AAAA: Stripe knows of no refund of £10.00 (key-1)."] if is_told else [])


@pytest.mark.parametrize("seconds", [3, -3], ids=["made after", "noted before and made after"])
def test_what_was_made_while_stripe_was_asked_is_no_difference(seconds: int) -> None:
    made_at = NOW + dt.timedelta(seconds=seconds)
    visits = [OURS, dataclasses.replace(OURS, session="cs_2", payment_intent="", made_at=made_at)]
    assert _but(visits=visits) == []


@pytest.mark.parametrize(
    ("dispute", "status", "said"),
    [
        ("du_1", "needs_response", ""),
        ("du_1", "won", "the bank returned £5.00 of du_1, and not in our books."),
        ("du_2", "won", ""),
        ("du_3", "lost", "the bank took £5.00 back as du_3, and not in our books."),
        ("du_3", "won", "the bank took £5.00 back as du_3, and not in our books."),
        ("du_3", "warning_needs_response", ""),
    ],
)
def test_a_dispute_is_told_where_our_books_lack_its_money(dispute: str, status: str, said: str) -> None:
    ours = dataclasses.replace(BOOKS, visits=[], payments=[], refunds=[])
    payment = next(iter(ours.payers))
    found = compare(ours, [], [], [Disputed(dispute, payment, 500, status)])
    assert [(one.words, one.dispute) for one in found if one.dispute] == ([(said, dispute)] if said else [])
    assert compare(ours, [], [], [Disputed(dispute, "pi_of_another_site", 500, status)]) == compare(ours, [], [], [])
