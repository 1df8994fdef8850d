"""The front door's rules: when it closes, and what is noted of a device."""

from __future__ import annotations

import pytest

from portal.domain.security import (
    ALERTS,
    CAUSES,
    SAID,
    Happened,
    Lock,
    device,
    lock,
    suspicion,
    too_many_locked,
    too_many_read,
    too_much_exported,
)

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


def test_every_kind_of_entry_has_words_of_its_own() -> None:
    assert set(SAID) == set(Happened)
    assert len(set(SAID.values())) == len(SAID)
    assert set(ALERTS) < set(SAID)
    assert set(CAUSES) == set(ALERTS)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/.env", "a settings file"),
        ("/.env.production", "a settings file"),
        ("/api/.aws/credentials", "a settings file"),
        ("/.git/config", "the code’s history"),
        ("/.git", "the code’s history"),
        ("/wp-login.php", "WordPress"),
        ("//wp-admin/", "WordPress"),
        ("/blog/WP-CONTENT/x", "WordPress"),
        ("/xmlrpc.php", "WordPress"),
        ("/phpmyadmin/", "a database’s pages"),
        ("/phpMyAdmin-5.1/index.php", "a database’s pages"),
        ("/etc/passwd", "the system’s files"),
        ("/courses/../../etc/passwd", "a way out of the folder"),
        ("/courses/..", "a way out of the folder"),
        ("/courses/%2e%2e/x", "a way out of the folder"),
        ("/x/..\\..\\windows\\win.ini", "a way out of the folder"),
        ("/admin.php", "another system’s program"),
        ("/shell.PHP", "another system’s program"),
        ("/index.php/x", "another system’s program"),
        ("/default.aspx", "another system’s program"),
        ("/cgi-bin/luci", "old server programs"),
        ("/backup.sql.gz", "a copy of the data"),
        ("/" + "a/" * 900 + ".env", "a settings file"),
    ],
)
def test_what_only_an_attacker_asks_for_is_known_by_its_kind(path: str, what: str) -> None:
    assert suspicion(path) == what


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/nowhere",
            "/courses/FIB-SPLICE",
            "/courses/gone",
            "/enquiries/eyJyIjoiR.abc-D",
            "/environment",
        ),
        *("/favicon.ico", "/robots.txt", "/.well-known/security.txt", "/apple-touch-icon.png", "/php-training", "/git"),
        *("/sign-in/", "/assets/portal.old.css", "/courses/C..D", "/etcetera", "/cours%C3%A9s", "", "/" + "x" * 50_000),
    ],
)
def test_an_address_that_anybody_may_mistype_is_none_of_them(path: str) -> None:
    assert suspicion(path) == ""


@pytest.mark.parametrize(
    ("accounts", "said"), [(0, ""), (4, ""), (5, "5 accounts within an hour"), (60, "60 accounts within an hour")]
)
def test_five_accounts_closed_within_an_hour_are_an_alert(accounts: int, said: str) -> None:
    assert too_many_locked(accounts) == said


@pytest.mark.parametrize(("trainees", "said"), [(0, ""), (9, ""), (10, "10 trainees within an hour")])
def test_ten_trainees_whose_support_needs_are_opened_within_an_hour_are_an_alert(trainees: int, said: str) -> None:
    assert too_many_read(trainees) == said


@pytest.mark.parametrize(
    ("rows", "exports", "said"),
    [
        (499, 2, ""),
        (0, 1, ""),
        (500, 1, "500 rows at once"),
        (12_000, 3, "12,000 rows at once"),
        (3, 3, "3 lists within an hour"),
    ],
)
def test_much_or_often_taken_away_is_an_alert(rows: int, exports: int, said: str) -> None:
    assert too_much_exported(rows, exports) == said
