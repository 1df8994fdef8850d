"""How far an enquiry has come, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portal.domain.journey import Facts, StepState, Stop, at, journey

DONE, NOW, TO_COME, FAILED = StepState.DONE, StepState.NOW, StepState.TO_COME, StepState.FAILED
SENT = dt.datetime(2026, 11, 20, 14, 32, tzinfo=dt.UTC)
DUE = dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC)
SOON = SENT + dt.timedelta(minutes=3)
YOU = ("You", "Sent Friday 20 November, 14:32", DONE)


def told(**changes: Any) -> tuple[str, str, list[tuple[str, str, StepState]]]:
    facts = Facts(**{"received_at": SENT, "due_at": DUE, "now": SOON, "recipient": "Lindum Training", **changes})
    one = journey(facts)
    return one.heading, one.lead, [(step.title, step.words, step.state) for step in one.steps]


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


@pytest.mark.parametrize(
    ("stop", "lead", "step"),
    [
        (
            Stop.ON_ITS_WAY,
            "Lindum Training had it. They are being told to stop and to delete what we sent.",
            ("Lindum Training", "Being told to stop", NOW),
        ),
        (
            Stop.TOLD,
            "Lindum Training had it. They have been told to stop and to delete what we sent.",
            ("Lindum Training", "Told to stop", DONE),
        ),
        (
            Stop.CAME_BACK,
            "Lindum Training had it. Our stop notice came back, so our own people tell them.",
            ("Lindum Training", "The stop notice came back", FAILED),
        ),
        (
            Stop.NOT_NEEDED,
            "Lindum Training never had it. Nothing more is sent.",
            ("Lindum Training", "Never told", DONE),
        ),
    ],
)
def test_withdrawn_from_a_partner(stop: Stop, lead: str, step: tuple[str, str, StepState]) -> None:
    assert told(delivered_at=SOON, withdrawn_at=SOON, stop=stop) == (
        "You withdrew this enquiry",
        lead,
        [YOU, ("Withdrawn", "Friday 20 November, 14:35", DONE), step],
    )


@pytest.mark.parametrize(
    ("stop", "lead", "step"),
    [
        (
            Stop.ON_ITS_WAY,
            "Our own team had it. They are being told to leave it and to delete the mail.",
            ("Our own team", "Being told to stop", NOW),
        ),
        (
            Stop.TOLD,
            "Our own team had it. They have been told to leave it and to delete the mail.",
            ("Our own team", "Told to stop", DONE),
        ),
        (
            Stop.CAME_BACK,
            "Our own team had it. Our mail failed: if somebody writes to you all the same, please ring us.",
            ("Our own team", "The stop notice came back", FAILED),
        ),
        (Stop.NOT_NEEDED, "Our own team never had it. Nothing more is sent.", ("Our own team", "Never told", DONE)),
    ],
)
def test_withdrawn_from_our_own_team(stop: Stop, lead: str, step: tuple[str, str, StepState]) -> None:
    assert told(recipient=None, withdrawn_at=SOON, stop=stop) == (
        "You withdrew this enquiry",
        lead,
        [YOU, ("Withdrawn", "Friday 20 November, 14:35", DONE), step],
    )


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"stop": Stop.TOLD}, " Lindum Training had it. They have been told to stop and to delete what we sent."),
        (
            {"stop": Stop.CAME_BACK},
            " Lindum Training had it. Our stop notice came back, so our own people tell them.",
        ),
        ({"stop": Stop.NOT_NEEDED}, ""),
        ({"recipient": None, "stop": Stop.TOLD}, ""),
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
