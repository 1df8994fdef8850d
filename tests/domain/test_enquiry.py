"""An enquiry's answers, what is shown of an address, what looks like a machine, and its journey in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.domain.enquiry import (
    SPAM_LIMIT,
    Answers,
    Facts,
    StepState,
    at,
    email_key,
    journey,
    masked_email,
    masked_telephone,
    spam_score,
)
from portal.domain.routing import Question

DONE, NOW, TO_COME, FAILED = StepState.DONE, StepState.NOW, StepState.TO_COME, StepState.FAILED
SENT = dt.datetime(2026, 11, 20, 14, 32, tzinfo=dt.UTC)
DUE = dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC)
SOON = SENT + dt.timedelta(minutes=3)
YOU = ("You", "Sent Friday 20 November, 14:32", DONE)


def answers(**more: Any) -> Answers:
    return Answers(
        **{"full_name": "P", "email": "p@x", "interest": "other", "region": "wales", "audience": "a", **more}
    )


def told(**changes: Any) -> tuple[str, str, list[tuple[str, str, StepState]]]:
    facts = Facts(**{"received_at": SENT, "due_at": DUE, "now": SOON, "recipient": "Lindum Training", **changes})
    one = journey(facts)
    return one.heading, one.lead, [(step.title, step.words, step.state) for step in one.steps]


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
    assert email_key("STRASSE@x.example") == email_key("straße@x.example")


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


def test_the_hidden_field_alone_is_enough() -> None:
    assert spam_score(honeypot="x", seconds_to_fill=None, message=None) == SPAM_LIMIT


@pytest.mark.parametrize("name", ["Win at https://prize.example", "See WWW.prize.example now"])
def test_a_name_that_is_a_link_alone_is_enough(name: str) -> None:
    assert spam_score(honeypot="", seconds_to_fill=60, message="", full_name=name) == SPAM_LIMIT


@pytest.mark.parametrize("name", ["Priya Nair", "Dr. A.B. Smith-Jones (www)", "D’Arcy/Ames"])
def test_a_name_is_a_name(name: str) -> None:
    assert spam_score(honeypot="", seconds_to_fill=60, message="", full_name=name) == 0


def test_quick_and_full_of_links_is_enough() -> None:
    assert spam_score(honeypot="", seconds_to_fill=1, message=LINK * 4) == SPAM_LIMIT
    assert spam_score(honeypot="", seconds_to_fill=1, message=LINK * 3) < SPAM_LIMIT


def test_on_its_way_to_a_partner() -> None:
    assert told() == (
        "On its way to Lindum Training",
        "They answer by Wednesday 25 November at 17:00, to the email address you gave.",
        [
            YOU,
            ("Lindum Training", "On its way by email", NOW),
            ("Their answer", "By Wednesday 25 November, 17:00", TO_COME),
        ],
    )


def test_on_its_way_to_our_own_team() -> None:
    assert told(recipient=None) == (
        "On its way to our own team",
        "We answer by Wednesday 25 November at 17:00, to the email address you gave.",
        [YOU, ("Our own team", "On its way by email", NOW), ("Our answer", "By Wednesday 25 November, 17:00", TO_COME)],
    )


def test_arrived_at_a_partner_the_same_day() -> None:
    assert told(delivered_at=SOON) == (
        "Lindum Training has it",
        "They answer by Wednesday 25 November at 17:00, to the email address you gave.",
        [
            YOU,
            ("Lindum Training", "Reached them at 14:35", NOW),
            ("Their answer", "By Wednesday 25 November, 17:00", TO_COME),
        ],
    )


def test_arrived_on_another_day_says_which() -> None:
    _, _, steps = told(delivered_at=SENT + dt.timedelta(days=1))
    assert steps[1] == ("Lindum Training", "Reached them Saturday 21 November, 14:32", NOW)


def test_arrived_after_midnight_in_london_is_another_day() -> None:
    before = dt.datetime(2026, 7, 6, 22, 59, tzinfo=dt.UTC)
    _, _, steps = told(received_at=before, delivered_at=before + dt.timedelta(minutes=2))
    assert steps[1][1] == "Reached them Tuesday 7 July, 00:01"


def test_arrived_at_our_own_team() -> None:
    heading, lead, steps = told(recipient=None, delivered_at=SOON)
    assert heading == "Our own team has it"
    assert lead == "We answer by Wednesday 25 November at 17:00, to the email address you gave."
    assert steps[1] == ("Our own team", "Reached them at 14:35", NOW)


@pytest.mark.parametrize("late", [DUE, DUE + dt.timedelta(days=9)])
def test_once_the_day_is_over_an_answer_was_due(late: dt.datetime) -> None:
    _, lead, steps = told(delivered_at=SOON, now=late)
    assert lead == "Their answer was due by Wednesday 25 November at 17:00."
    assert steps[2] == ("Their answer", "Was due Wednesday 25 November, 17:00", TO_COME)
    _, lead, steps = told(recipient=None, now=late)
    assert lead == "Our answer was due by Wednesday 25 November at 17:00."
    assert steps[2] == ("Our answer", "Was due Wednesday 25 November, 17:00", TO_COME)


def test_a_partner_whose_mail_came_back() -> None:
    assert told(failed_at=SOON) == (
        "We could not reach Lindum Training",
        "Their mail does not take it. Nobody else has been told; our own team will write to you.",
        [
            YOU,
            ("Lindum Training", "The mail came back", FAILED),
            ("Their answer", "By Wednesday 25 November, 17:00", TO_COME),
        ],
    )


def test_withdrawn_after_the_partner_had_it() -> None:
    assert told(delivered_at=SOON, withdrawn_at=SOON, told_to_stop=True) == (
        "You withdrew this enquiry",
        "Lindum Training had it. They have been told to stop and to delete what we sent.",
        [
            YOU,
            ("Lindum Training", "Told to stop", DONE),
            ("Withdrawn", "Friday 20 November, 14:35", DONE),
        ],
    )


def test_withdrawn_and_the_stop_notice_came_back() -> None:
    assert told(delivered_at=SOON, withdrawn_at=SOON, told_to_stop=True, stop_came_back=True) == (
        "You withdrew this enquiry",
        "Lindum Training had it. Our stop notice came back, so our own people tell them.",
        [
            YOU,
            ("Lindum Training", "The stop notice came back", FAILED),
            ("Withdrawn", "Friday 20 November, 14:35", DONE),
        ],
    )


def test_withdrawn_before_the_partner_had_it() -> None:
    assert told(withdrawn_at=SOON) == (
        "You withdrew this enquiry",
        "Lindum Training never had it. Nothing more is sent.",
        [YOU, ("Lindum Training", "Never told", DONE), ("Withdrawn", "Friday 20 November, 14:35", DONE)],
    )


@pytest.mark.parametrize(
    ("told_to_stop", "lead", "words"),
    [
        (True, "Our own team had it, and has been told to leave it and to delete the mail.", "Told to stop"),
        (False, "Our own team never had it. Nothing more is sent.", "Never told"),
    ],
)
def test_withdrawn_from_our_own_team(told_to_stop: bool, lead: str, words: str) -> None:
    assert told(recipient=None, withdrawn_at=SOON, told_to_stop=told_to_stop) == (
        "You withdrew this enquiry",
        lead,
        [YOU, ("Our own team", words, DONE), ("Withdrawn", "Friday 20 November, 14:35", DONE)],
    )


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        (
            {"told_to_stop": True},
            " Lindum Training had it. They have been told to stop and to delete what we sent.",
        ),
        (
            {"told_to_stop": True, "stop_came_back": True},
            " Lindum Training had it. Our stop notice came back, so our own people tell them.",
        ),
        ({"told_to_stop": False}, ""),
        ({"recipient": None, "told_to_stop": True}, ""),
        ({"failed_at": SOON}, ""),
    ],
)
def test_removed_says_what_is_deleted_and_whom_we_told_before_anything_else(changes: dict[str, Any], more: str) -> None:
    assert told(withdrawn_at=SOON, removed_at=SOON, **changes) == (
        "This enquiry is removed",
        "Name, address, telephone and message are deleted here." + more,
        [YOU, ("Removed", "Friday 20 November, 14:35", DONE)],
    )


def test_withdrawn_is_told_before_a_mail_that_came_back() -> None:
    assert told(failed_at=SOON, withdrawn_at=SOON)[0] == "You withdrew this enquiry"


def test_a_moment_is_said_with_its_day_in_london() -> None:
    assert at(dt.datetime(2026, 7, 6, 23, 30, tzinfo=dt.UTC)) == "Tuesday 7 July, 00:30"
