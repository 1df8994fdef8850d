"""The optional profile's four states, from the page to the database and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.domain.profile import QUESTIONS
from portal.gateways.clock import Clock
from portal.records.accounts import Person
from portal.services import profile

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.promise("OLT-8")
def test_the_four_states_are_kept_and_given_out_apart(make_person: Callable[..., Person], clock: Clock) -> None:
    person, other = make_person(), make_person()
    assert [one.state for one in profile.list_answers(person)] == ["not_asked"] * len(QUESTIONS)
    said = {
        "organisation": "Nair Fibre",
        "job_role": "prefer_not_to_say",
        "experience": "not_known",
        "teaching": "mixed",
    }
    profile.save(person, said, clock)
    found = [(one.question.code, one.state, one.value, one.words) for one in profile.list_answers(person)]
    assert found == [
        ("organisation", "answered", "Nair Fibre", "Nair Fibre"),
        ("job_role", "prefer_not_to_say", "", "Prefer not to say"),
        ("telephone", "not_known", "", "Not provided"),
        ("experience", "not_known", "", "Not provided"),
        ("teaching", "answered", "mixed", "Some of each"),
    ]
    assert {one.state for one in profile.list_answers(other)} == {"not_asked"}


def test_a_later_answer_replaces_the_earlier_one(make_person: Callable[..., Person], clock: Clock) -> None:
    person = make_person()
    for words in ("Nair Fibre", "prefer_not_to_say", "", "Acme", "Acme"):
        profile.save(person, {"organisation": words}, clock)
    assert profile.list_answers(person)[0].words == "Acme"
