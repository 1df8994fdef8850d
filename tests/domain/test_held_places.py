"""How many unpaid places of one date a visitor may hold."""

from __future__ import annotations

import pytest

from portal.domain.held_places import Held, refusal_of_free


@pytest.mark.parametrize(
    ("by_browser", "by_network", "begun", "said"),
    [
        (1, 1, 1, ""),
        (4, 10, 20, ""),
        (5, 5, 5, "You hold 4 places"),
        (1, 11, 11, "10 places on this date are being paid for from your network"),
        (1, 1, 21, "Too many places on this date were kept for your network today"),
        (5, 11, 21, "You hold 4 places"),
    ],
)
def test_a_class_of_ten_has_room_and_nobody_holds_all(by_browser: int, by_network: int, begun: int, said: str) -> None:
    refusal = Held(by_browser, by_network, begun).refusal
    assert refusal.startswith(said)
    assert bool(refusal) == bool(said)


def test_a_class_of_thirty_has_room_where_there_is_nothing_to_pay() -> None:
    assert refusal_of_free(30) == ""
    assert refusal_of_free(31).startswith("30 places on this date")
