"""The front door's rules: when it closes, and what is noted of a device."""

from __future__ import annotations

import pytest

from portal.domain.security import Lock, device, lock

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("of_account", "of_network", "closed"),
    [
        (0, 0, None),
        (9, 29, None),
        (10, 0, Lock.ACCOUNT),
        (0, 30, Lock.NETWORK),
        (400, 400, Lock.ACCOUNT),
    ],
)
def test_the_door_closes_after_ten_tries_at_one_address_or_thirty_from_one_network(
    of_account: int, of_network: int, closed: Lock | None
) -> None:
    assert lock(of_account, of_network) == closed


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        (f"{IPHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on an iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on a Mac"),
        ("curl/8.0", "an unknown device"),
        ("<script>alert(1)</script>", "an unknown device"),
        ("", "an unknown device"),
    ],
)
def test_a_device_is_known_by_a_few_words_and_nothing_of_its_own_is_kept(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
