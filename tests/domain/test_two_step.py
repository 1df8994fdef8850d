"""The second step: codes of the half minute, each good once; recovery codes that are typed by people."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest

from portal.domain import two_step

# RFC 6238, appendix B: the shared secret of its test vectors, with the last six of its eight figures.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


def _at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert two_step.matching_step(RFC_SECRET, code, _at(seconds), None) == seconds // 30


def test_a_code_is_good_for_its_half_minute_and_one_on_each_side() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(3000)
    judged = [two_step.matching_step(RFC_SECRET, code, _at(3000 + late), None) for late in (-31, -30, 0, 59, 60)]
    assert judged == [None, 100, 100, 100, None]


def test_a_code_is_good_once_and_so_is_any_before_it() -> None:
    before, code = pyotp.TOTP(RFC_SECRET).at(2970), pyotp.TOTP(RFC_SECRET).at(3000)
    used = two_step.matching_step(RFC_SECRET, code, _at(3000), None)
    assert two_step.matching_step(RFC_SECRET, code, _at(3000), used) is None
    assert two_step.matching_step(RFC_SECRET, before, _at(3000), used) is None


@pytest.mark.parametrize("typed", ["287 082", "287-082", " 287082 "])
def test_it_can_be_typed_as_the_app_shows_it(typed: str) -> None:
    assert two_step.matching_step(RFC_SECRET, typed, _at(59), None) == 1


@pytest.mark.parametrize("typed", ["", "287081", "28708", "2870820", "٢٨٧٠٨٢", "abc", "\x00"])
def test_anything_else_is_wrong(typed: str) -> None:
    assert two_step.matching_step(RFC_SECRET, typed, _at(59), None) is None


def test_the_app_reads_who_and_where() -> None:
    address = two_step.address(RFC_SECRET, "aoife+x@odowd.example", "Meridian & Sons")
    assert address.startswith(f"otpauth://totp/Meridian%20%26%20Sons:aoife%2Bx%40odowd.example?secret={RFC_SECRET}")
    assert two_step.in_groups("ABCDEFGH") == "ABCD EFGH"


def test_ten_recovery_codes_that_nobody_guesses_or_misreads() -> None:
    codes = two_step.new_recovery_codes()
    assert len(set(codes)) == 10
    assert not set("".join(codes)) & set("01258BILOSUVZ")
    assert two_step.plain_recovery_code(f" {codes[0].lower().replace('-', ' ')} ") == codes[0].replace("-", "")
