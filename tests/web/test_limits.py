"""Whom a request counts for."""

from __future__ import annotations

import pytest

from portal.web.limits import network


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix", "unix"),
    ],
)
def test_all_addresses_of_one_home_count_as_one(address: str, counted: str) -> None:
    assert network(address) == counted
