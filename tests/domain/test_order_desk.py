"""What can be done about an order that needs somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.domain.cancellation import Buyer, Start
from portal.domain.order_desk import (
    STATES,
    TROUBLES,
    Act,
    Sums,
    acts,
    advice_of,
    button,
    difference,
    may_begin,
    title_of,
)
from portal.domain.orders import OrderState, Trouble

ORDERED = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def _acts(
    what: Trouble, state: OrderState = OrderState.HELD_UP, owed: int = -74400, paid: int = 74400
) -> tuple[Act, ...]:
    return acts(what, state, Sums(74400, paid, owed))


def test_everything_has_words() -> None:
    assert set(STATES) == set(OrderState)
    assert set(TROUBLES) == set(Trouble)
    assert all(button(_acts(what)) for what in Trouble)


@pytest.mark.parametrize(
    ("what", "known", "expected"),
    [
        (Trouble.FULL, {}, (Act.RESEAT, Act.REFUND)),
        (Trouble.DIFFERS, {"paid": 70000}, (Act.ACCEPT, Act.REFUND)),
        (Trouble.DIFFERS, {}, (Act.REFUND,)),
        (Trouble.TWICE, {}, (Act.REFUND,)),
        (Trouble.REFUND_FAILED, {}, (Act.REFUND, Act.SETTLE)),
        (Trouble.SUPPLY, {}, (Act.SETTLE,)),
        (Trouble.BACK_TWICE, {"owed": 74400}, (Act.SENT_BACK, Act.SETTLE)),
        (Trouble.DISPUTED, {"owed": 74400}, (Act.SETTLE,)),
        (Trouble.DISPUTED, {}, (Act.REFUND, Act.SETTLE)),
    ],
)
def test_what_can_be_done_while_we_keep_their_money(
    what: Trouble, known: dict[str, Any], expected: tuple[Act, ...]
) -> None:
    assert _acts(what, **known) == expected


@pytest.mark.parametrize("what", [Trouble.FULL, Trouble.TWICE, Trouble.DIFFERS])
def test_a_note_settles_it_once_the_money_is_back_and_not_before(what: Trouble) -> None:
    assert _acts(what, OrderState.RETURNED, 0) == (Act.SETTLE,)
    assert _acts(what, OrderState.PAID, -5600) == (Act.REFUND,)


def test_a_payment_that_differs_says_what_accepting_it_means() -> None:
    assert difference(Sums(74400, 70000, -70000)).endswith("we bear £44.00.")
    assert difference(Sums(74400, 70000, -60000)).endswith("we bear £144.00."), "£100 of it has gone back already"
    assert difference(Sums(74400, 80000, -80000)).endswith("give £56.00 back.")
    assert "only be given back" in difference(Sums(74400, 70000, -70000, is_foreign=True))


def test_a_dispute_about_money_that_we_owe_says_so() -> None:
    sums = Sums(74400, 74400, -74400)
    assert advice_of(Trouble.DISPUTED, "du_1", sums).startswith("We have £744.00 that is theirs")
    assert advice_of(Trouble.DISPUTED, "du_1", Sums(74400, 74400, 74400)).startswith("Answer it on Stripe’s pages")


def test_what_is_no_money_of_ours_is_not_accepted_whatever_its_sum() -> None:
    for paid in (70000, 74400):
        found = acts(Trouble.DIFFERS, OrderState.HELD_UP, Sums(74400, paid, -paid, is_foreign=True))
        assert found == (Act.REFUND,)


@pytest.mark.parametrize(
    ("buyer", "start", "days", "may"),
    [
        (Buyer.ORGANISATION, None, 2, True),
        (Buyer.ME, Start.NOW, 2, True),
        (Buyer.ME, None, 2, False),
        (Buyer.ME, Start.AFTER_14_DAYS, 14, False),
        (Buyer.ME, Start.AFTER_14_DAYS, 15, True),
        (Buyer.ME, None, 15, True),
    ],
)
def test_nobody_is_moved_into_the_14_days_who_did_not_ask_for_it(
    buyer: Buyer, start: Start | None, days: int, may: bool
) -> None:
    assert may_begin(buyer, start, ORDERED, ORDERED.date() + dt.timedelta(days=days)) is may


def test_a_country_that_is_known_reads_otherwise_than_facts_that_disagree() -> None:
    sums = Sums(18000, 18000, 0)
    assert title_of(Trouble.SUPPLY, "IE") == "The buyer lives in another country"
    assert "VAT is due there" in advice_of(Trouble.SUPPLY, "IE", sums)
    for about in ("", "unknown"):
        assert title_of(Trouble.SUPPLY, about) == TROUBLES[Trouble.SUPPLY][0]
        assert "Ask the buyer where they live" in advice_of(Trouble.SUPPLY, about, sums)
