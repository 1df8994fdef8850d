"""Passwords: weak ones are refused with what would help, and none is kept as itself."""

from __future__ import annotations

import inspect
import re

import pytest
import zxcvbn.feedback
from argon2 import extract_parameters

from portal.domain import passwords

GOOD = [
    "otter lantern granite",
    "dK9!vq-Lm2#x",
    "correct horse battery staple",
    "ünïcödé größe Straße",
    "ob la di ob la da",
]
WEAK = [
    "password",
    "12345678",
    "qwertyuiop",
    "aaaaaaaaaaaa",
    "abcabcabc",
    "letmein1",
    "P@ssw0rd",
    "19841984",
    "london2026",
]


@pytest.mark.parametrize("password", GOOD)
def test_strong_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert passwords.weakness(password) is None


@pytest.mark.parametrize("password", WEAK)
def test_weak_ones_are_refused_with_what_would_help(password: str) -> None:
    said = passwords.weakness(password)
    assert said is not None
    assert said.startswith("Use three or four words that have nothing to do with each other or with you: ")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short 7", "Enter a password of 8 characters or more"),
        ("x7 " * 43, "Enter a password of 128 characters or fewer"),
    ],
)
def test_length_is_said_as_what_to_enter(password: str, said: str) -> None:
    assert passwords.weakness(password) == said


def test_eight_to_128_characters_are_enough() -> None:
    assert passwords.weakness("g4#Kp!zQ") is None
    assert passwords.weakness(("otter lantern granite " * 6)[:128]) is None


@pytest.mark.parametrize("password", ["aoifeodowd", "aoife@odowd.example", "meridian1", "Meridian Fibre", "odowd2026"])
def test_what_an_enemy_tries_first_is_weak(password: str) -> None:
    own = ("Aoife ODowd", "aoife@odowd.example", "Meridian Fibre & Laser Training Ltd")
    assert passwords.weakness(password, own) is not None


def test_everything_the_library_may_say_is_said_in_our_words() -> None:
    source = inspect.getsource(zxcvbn.feedback)
    warned = re.findall(r"warning(?:'\s*:|\s*=)\s*_\((.*?)\)\n", source, re.DOTALL) + re.findall(
        r"warning': _\((.*?)\),", source, re.DOTALL
    )
    said = {"".join(re.findall(r"(?<!\\)'((?:[^'])*)'|\"((?:[^\"])*)\"", text)[0]) for text in warned}
    assert len(said) >= 10
    known = " ".join(passwords._WARNINGS)
    assert [text for text in said if text not in known] == []


def test_what_is_kept_is_a_hash_with_a_salt_of_its_own() -> None:
    one, other = passwords.scramble("otter lantern granite"), passwords.scramble("otter lantern granite")
    assert one != other
    assert "otter" not in one
    assert passwords.matches(one, "otter lantern granite")
    assert not passwords.matches(one, "otter lantern granit")
    assert not passwords.matches(one, "otter lantern granite ")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert passwords.matches(passwords.scramble("Zoe\u0308 lantern granite"), "Zo\u00eb lantern granite")


def test_no_account_and_no_password_never_match_and_cost_the_same() -> None:
    assert not passwords.matches(None, "anything at all")
    assert not passwords.matches("no hash at all", "anything at all")
    mine, nobodys = extract_parameters(passwords.scramble("otter")), extract_parameters(passwords.NOBODYS)
    assert mine == nobodys
    assert (mine.memory_cost, mine.time_cost, mine.parallelism) == (19 * 1024, 2, 1)


def test_a_hash_of_another_cost_is_outdated() -> None:
    assert not passwords.is_outdated(passwords.scramble("otter"))
    assert passwords.is_outdated(passwords.NOBODYS.replace("t=2", "t=1"))
