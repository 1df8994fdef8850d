"""The vault: what it locks nobody reads without a key, and a key can be replaced without losing anything."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.vault import CanNotOpen, Vault, is_key

OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([byte]) * 32).decode() for byte in (1, 2, 3))
VAULT = Vault([OLD], "secret")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_is_locked_opens_again_and_shows_nothing(text: str) -> None:
    locked = VAULT.lock("totp", text)
    assert VAULT.open("totp", locked) == text
    assert len(text) < 4 or text not in locked


def test_the_same_text_is_locked_differently_each_time() -> None:
    assert VAULT.lock("totp", "text") != VAULT.lock("totp", "text")


def test_what_was_locked_for_one_purpose_opens_for_no_other() -> None:
    with pytest.raises(CanNotOpen):
        VAULT.open("recovery code", VAULT.lock("totp", "text"))


@pytest.mark.parametrize("forged", ["", "x", "gAAAAA", "ü", "\x00"])
def test_what_it_did_not_lock_it_does_not_open(forged: str) -> None:
    for attempt in (VAULT.lock_again, lambda text: VAULT.open("totp", text)):
        with pytest.raises(CanNotOpen):
            attempt(forged)


def test_a_new_key_opens_the_old_and_locks_anew() -> None:
    locked = VAULT.lock("totp", "text")
    both = Vault([NEW, OLD], "secret")
    assert both.open("totp", locked) == "text"
    again = both.lock_again(locked)
    assert Vault([NEW], "secret").open("totp", again) == "text"
    for keys, text in (([OLD], again), ([NEW], locked), ([OTHER], again)):
        with pytest.raises(CanNotOpen):
            Vault(keys, "secret").open("totp", text)


@pytest.mark.parametrize(("text", "right"), [(OLD, True), ("", False), ("x" * 44, False), (OLD[:-1], False)])
def test_a_key_is_32_bytes_in_base64(text: str, right: bool) -> None:
    assert is_key(text) is right


def test_what_is_locked_undated_tells_no_time_even_when_its_key_is_changed() -> None:
    locked = VAULT.lock_undated("equality", "text")
    assert int.from_bytes(base64.urlsafe_b64decode(locked)[1:9]) == 0
    assert VAULT.open("equality", locked) == "text"
    assert int.from_bytes(base64.urlsafe_b64decode(VAULT.lock_again(locked))[1:9]) == 0
    assert int.from_bytes(base64.urlsafe_b64decode(VAULT.lock("totp", "text"))[1:9]) > 0


def test_a_digest_stands_for_its_text_and_only_with_this_secret() -> None:
    assert VAULT.mailbox("A@B.example") == VAULT.mailbox("a@b.EXAMPLE")
    assert VAULT.mailbox("a@b.example") != VAULT.digest("letters", "a@b.example")
    assert VAULT.mailbox("a@b.example") != Vault([OLD], "another").mailbox("a@b.example")
