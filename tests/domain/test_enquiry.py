"""An enquiry's answers, what is shown of an address, and what looks like a machine."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.enquiry import (
    SPAM_LIMIT,
    Answers,
    email_key,
    is_encoded,
    masked_email,
    masked_telephone,
    same_mailbox,
    spam_score,
)
from portal.domain.routing import Question


def answers(**more: Any) -> Answers:
    return Answers(
        **{"full_name": "P", "email": "p@x", "interest": "other", "region": "wales", "audience": "a", **more}
    )


def test_routing_gets_the_place_the_subject_the_audience_and_the_number_and_nothing_of_the_person() -> None:
    asked = answers(country="IE", learners=6, message="Secret").question
    assert asked == Question("wales", "other", "a", "IE", 6)


def test_only_what_was_answered_is_counted() -> None:
    assert answers().given == 5
    assert answers(learners=6, telephone="1").given == 7
    assert answers(marketing=False).given == 5
    assert answers(marketing=True).given == 6


def test_an_address_has_one_key_however_its_letters_are_typed() -> None:
    assert email_key("Priya@NairFibre.Example") == email_key("priya@nairfibre.example")
    assert email_key("jose\u0301@x.example") == email_key("JOSÉ@x.example")


@pytest.mark.parametrize(
    ("one", "other"), [("a@strasse.example", "a@straße.example"), ("tess@x.example", "teß@x.example")]
)
def test_addresses_of_two_owners_are_two(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


def test_a_plus_and_dots_make_another_key() -> None:
    assert len({email_key(one) for one in ("p@x.example", "p+a@x.example", "p.@x.example", "p@y.example")}) == 4


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("priya@nairfibre.example", "p••••@nairfibre.example"),
        ("p@nairfibre.example", "p••••@nairfibre.example"),
        ('"a@b"@nairfibre.example', '"••••@nairfibre.example'),
        ("жанна@пример.example", "ж••••@пример.example"),
    ],
)
def test_a_masked_address_shows_the_first_letter_and_the_host(address: str, masked: str) -> None:
    assert masked_email(address) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("07700 900148", "••••• •••148"),
        ("+44 (0)7700 900 148", "+•• (•)•••• ••• 148"),
        ("1234567", "••••567"),
        ("123456", "••••••"),
        ("12345", "•••••"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_three_digits_of_a_long_one_and_none_of_a_short_one(number: str, masked: str) -> None:
    assert masked_telephone(number) == masked


LINK = "https://site.example/page "


@pytest.mark.parametrize(
    ("message", "score"),
    [
        (None, 0),
        ("Could it be at our yard?", 0),
        (LINK * 2, 0),
        (LINK * 3, 1),
        (LINK * 4, 2),
        (LINK * 40, 2),
        ("www.a.example WWW.b.example HTTP://c.example", 1),
        ("https://www.a.example and https://www.b.example", 0),
    ],
)
def test_more_than_two_links_look_like_a_machine_but_never_enough_alone(message: str | None, score: int) -> None:
    assert spam_score(honeypot="", seconds_to_fill=60, message=message) == score < SPAM_LIMIT


@pytest.mark.parametrize(("seconds", "score"), [(None, 0), (0, 1), (1.99, 1), (2, 0), (600, 0)])
def test_less_than_two_seconds_look_like_a_machine_but_not_enough_alone(seconds: float | None, score: int) -> None:
    assert spam_score(honeypot="", seconds_to_fill=seconds, message="") == score < SPAM_LIMIT


@pytest.mark.parametrize("address", ["victim@mail.example", "Victim+news@Mail.example", "VICTIM+1+2@MAIL.EXAMPLE"])
def test_many_ways_to_write_an_address_are_one_mailbox(address: str) -> None:
    assert same_mailbox(address) == "victim@mail.example"


def test_the_hidden_field_alone_is_enough() -> None:
    assert spam_score(honeypot="x", seconds_to_fill=None, message=None) == SPAM_LIMIT


@pytest.mark.parametrize(
    "name",
    [
        "Win at https://prize.example",
        "See WWW.prize.example now",
        "prize.example",
        "Win at prize.example/x",
        "//prize.example",
        "ftp://x.example",
        "https:\uff0f\uff0fx",
        "t.co/abc",
    ],
)
def test_a_name_that_is_a_link_alone_is_enough(name: str) -> None:
    assert spam_score(honeypot="", seconds_to_fill=60, message="", full_name=name) == SPAM_LIMIT


@pytest.mark.parametrize(
    "name", ["Priya Nair", "Dr. A.B. Smith-Jones (www)", "D’Arcy/Ames", "J.Smith", "Dr.Patel", "St.John Ames"]
)
def test_a_name_is_a_name(name: str) -> None:
    assert spam_score(honeypot="", seconds_to_fill=60, message="", full_name=name) == 0


def test_quick_and_full_of_links_is_enough() -> None:
    assert spam_score(honeypot="", seconds_to_fill=1, message=LINK * 4) == SPAM_LIMIT
    assert spam_score(honeypot="", seconds_to_fill=1, message=LINK * 3) < SPAM_LIMIT


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("priya@nairfibre.example", False),
        ("priya+a=b@nairfibre.example", False),
        ("who?@nairfibre.example", False),
        ("=?utf-8?q?=0D=0ABcc?=@nairfibre.example", True),
        ("a=?utf-8?b?QQ?=@nairfibre.example", True),
    ],
)
def test_an_address_is_what_people_read_in_it(address: str, encoded: bool) -> None:
    assert is_encoded(address) is encoded
