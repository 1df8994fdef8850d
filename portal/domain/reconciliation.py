"""Comparing what Stripe says with our books: each difference in plain words, and whether a visit was only missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.money import pounds
from portal.domain.orders import Checkout, OrderState, RefundState
from portal.domain.payments import Disputed, Returned, Visit
from portal.domain.refunds import follows, state_of

A_MOMENT = dt.timedelta(minutes=1)
"""A visit stands in our books for so long, at most, before Stripe has heard of it."""
A_DISPUTE_LASTS = dt.timedelta(days=120)
"""So long ago a dispute may have begun that a bank decides now."""
UNANSWERED = dt.timedelta(hours=1)
"""For so long a refund may wait for the worker before anybody is told."""


@dataclass(frozen=True)
class OurVisit:
    """A visit to Stripe's page as our books have it, with its order's reference and state."""

    reference: str
    attempt: int
    session: str
    payment_intent: str
    state: Checkout
    order: OrderState
    made_at: dt.datetime


@dataclass(frozen=True)
class OurPayment:
    """Money that our books say came in. `source` is its payment intent, or its session where there is none."""

    reference: str
    source: str
    pence: int
    entered_at: dt.datetime


@dataclass(frozen=True)
class OurRefund:
    """Money that our books say went back, or is asked to. `refund` is Stripe's name of it, once we have heard it."""

    reference: str
    key: str
    refund: str
    pence: int
    state: RefundState
    asked_at: dt.datetime


@dataclass(frozen=True)
class Books:
    """What our books say of a time.

    It reaches back a little further than what Stripe was asked for, and that a little further than `since`: what lies
    on the border is known to both. `until` is when Stripe was asked. `payers` has the reference of the order of each
    payment intent; `placeless` are the orders that are paid and have not given a place for every line. `disputed` and
    `won` are the disputes by which money was taken, and those by which it came back. `beyond` has the references of
    orders of which more has gone back than was owed, with how much, in pence.
    """

    visits: Sequence[OurVisit]
    payments: Sequence[OurPayment]
    refunds: Sequence[OurRefund]
    payers: Mapping[str, str]
    placeless: Sequence[str]
    references: frozenset[str]
    disputed: frozenset[str]
    won: frozenset[str]
    beyond: Mapping[str, int]
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True)
class Difference:
    """One difference. With a `session` it is news of an `attempt` that never came: settling that visit mends it.

    With a `payment` it is news of a refund that never came: taking in that payment's refunds mends it. With a
    `dispute` it is news of that.
    """

    reference: str
    words: str
    session: str = ""
    attempt: int = 0
    payment: str = ""
    dispute: str = ""

    @property
    def is_missed(self) -> bool:
        """True for news that never came: it can be taken in now."""
        return bool(self.session or self.payment or self.dispute)

    def __str__(self) -> str:
        return f"{self.reference}: {self.words}" if self.reference else self.words


def compare(
    books: Books, visits: Sequence[Visit], refunds: Sequence[Returned], disputes: Sequence[Disputed]
) -> list[Difference]:
    """Every difference, in the order of our own visits, payments, places, refunds, disputes and balances."""
    return [
        *_of_visits(books, visits),
        *_not_at_stripe(books, visits),
        *(Difference(reference, "it is paid, and not every place of it was given.") for reference in books.placeless),
        *_of_refunds(books, refunds),
        *_of_disputes(books, disputes),
        *(Difference(reference, _beyond_words(pence)) for reference, pence in books.beyond.items()),
    ]


def _of_visits(books: Books, visits: Sequence[Visit]) -> Iterator[Difference]:
    by_session = {one.session: one for one in books.visits if one.session}
    unanswered = {(one.reference, one.attempt): one for one in books.visits if not one.session}
    payments = {one.source: one for one in books.payments}
    for visit in visits:
        ours = by_session.get(visit.session) or unanswered.get((visit.reference, visit.attempt))
        if ours is None:
            yield from _unknown_visit(books, visit)
        elif visit.is_paid:
            yield from _of_paid(ours, visit, payments.get(visit.payment_intent or visit.session))
        else:
            yield from _of_unpaid(ours, visit, payments.get(visit.payment_intent or visit.session))


def _unknown_visit(books: Books, visit: Visit) -> Iterator[Difference]:
    """A payment for an order of ours by a way that is none; one that names no order of ours is another site's."""
    if not visit.is_paid or not visit.reference.startswith("ORD-"):
        return
    why = "the order has no such visit" if visit.reference in books.references else "there is no such order here"
    yield Difference(visit.reference, f"{pounds(visit.amount_pence)} is paid at Stripe by {visit.session}, and {why}.")


def _of_paid(ours: OurVisit, visit: Visit, payment: OurPayment | None) -> Iterator[Difference]:
    sum_ = pounds(visit.amount_pence)
    if payment is None:
        yield _missed(ours, visit, f"{sum_} is paid at Stripe, and not in our books.")
    elif payment.pence != visit.amount_pence:
        yield Difference(ours.reference, f"{sum_} is paid at Stripe, and {pounds(payment.pence)} stands in our books.")


def _of_unpaid(ours: OurVisit, visit: Visit, payment: OurPayment | None) -> Iterator[Difference]:
    if payment is not None:
        yield Difference(
            ours.reference, f"{pounds(payment.pence)} stands in our books, and Stripe says it is not paid."
        )
    elif ours.state in (Checkout.MAKING, Checkout.OPEN) and visit.status != "open":
        ended = "has ended" if visit.status == "expired" else "was used"
        yield _missed(ours, visit, f"its page {ended} at Stripe, and is open in our books.")
    elif visit.has_failed and ours.order == OrderState.AWAITING:
        yield _missed(ours, visit, "its payment failed at Stripe, and is awaited in our books.")


def _missed(ours: OurVisit, visit: Visit, words: str) -> Difference:
    return Difference(ours.reference, words, visit.session, ours.attempt)


def _not_at_stripe(books: Books, visits: Sequence[Visit]) -> Iterator[Difference]:
    known = {one.session for one in visits}
    paid = known | {one.payment_intent for one in visits}
    for ours in books.visits:
        if ours.session and ours.session not in known and books.since <= ours.made_at <= books.until - A_MOMENT:
            yield Difference(ours.reference, f"Stripe knows of no visit {ours.session}.")
    named = paid | {one.session for one in books.visits} | books.payers.keys()
    for payment in books.payments:
        if payment.source not in named and payment.entered_at >= books.since:
            sum_ = pounds(payment.pence)
            yield Difference(
                payment.reference, f"{sum_} stands in our books as {payment.source}, and no visit led to it."
            )


def _of_refunds(books: Books, refunds: Sequence[Returned]) -> Iterator[Difference]:
    by_name = {one.refund: one for one in books.refunds if one.refund}
    by_key = {one.key: one for one in books.refunds}
    known = {one.refund for one in refunds} | {one.key for one in refunds}
    for theirs in refunds:
        ours = by_name.get(theirs.refund) or by_key.get(theirs.key)
        if ours is not None:
            yield from _of_refund(ours, theirs)
        elif reference := books.payers.get(theirs.payment_intent):
            sum_ = pounds(theirs.amount_pence)
            words = f"{sum_} went back at Stripe as {theirs.refund}, and not in our books."
            yield Difference(reference, words, payment=theirs.payment_intent)
    for ours in books.refunds:
        if ours.refund not in known and ours.key not in known and _should_be_there(books, ours):
            yield Difference(ours.reference, f"Stripe knows of no refund of {pounds(ours.pence)} ({ours.key}).")


def _of_refund(ours: OurRefund, theirs: Returned) -> Iterator[Difference]:
    if ours.pence != theirs.amount_pence:
        yield Difference(
            ours.reference,
            f"{pounds(theirs.amount_pence)} went back at Stripe as {theirs.refund}, and {pounds(ours.pence)} in our"
            " books.",
        )
    if ours.state != theirs.status:
        yield Difference(
            ours.reference,
            f"the refund {theirs.refund} of {pounds(ours.pence)} is “{_plain(theirs.status)}” at Stripe, and"
            f" “{_plain(ours.state)}” in our books.",
            payment=theirs.payment_intent if _is_news(ours, theirs) else "",
        )


def _is_news(ours: OurRefund, theirs: Returned) -> bool:
    """True when taking it in mends it: of a refund that Stripe did after we had given up it is the first word."""
    return not ours.refund or follows(ours.state, state_of(theirs.status))


def _should_be_there(books: Books, ours: OurRefund) -> bool:
    """One that was asked for a moment ago is still the worker's; one that failed need never have been made."""
    if not books.since <= ours.asked_at <= books.until:
        return False
    return bool(ours.refund) or (ours.state == RefundState.ASKED and books.until - ours.asked_at > UNANSWERED)


def _of_disputes(books: Books, disputes: Sequence[Disputed]) -> Iterator[Difference]:
    for one in disputes:
        reference, sum_ = books.payers.get(one.payment_intent), pounds(one.amount_pence)
        if reference is None or not one.took_money:
            continue
        if one.dispute not in books.disputed:
            words = f"the bank took {sum_} back as {one.dispute}, and not in our books."
            yield Difference(reference, words, dispute=one.dispute)
        elif one.is_won and one.dispute not in books.won:
            words = f"the bank returned {sum_} of {one.dispute}, and not in our books."
            yield Difference(reference, words, dispute=one.dispute)


def _beyond_words(pence: int) -> str:
    return f"{pounds(pence)} more has gone back than was owed."


def _plain(state: str) -> str:
    return state.replace("_", " ")
