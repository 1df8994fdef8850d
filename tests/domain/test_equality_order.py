"""Which equality question comes when: in order, a follow-up after the answer that leads to it and never else."""

from __future__ import annotations

import pytest

from portal.domain import equality
from portal.domain.equality import Answer

NATIONS = ("england", "wales", "scotland", "northern-ireland")
ENGLAND = equality.for_region("london")


def _walk(nation: str, chosen: dict[str, str]) -> list[str]:
    """The questions that somebody is led through who chooses these answers and leaves the others blank."""
    questions = equality.for_region(nation)
    seen = [questions.questions[0].code]
    while then := equality.after(questions, seen[-1], chosen.get(seen[-1], "")):
        seen.append(then.code)
    return seen


@pytest.mark.parametrize("nation", NATIONS)
def test_who_leaves_everything_blank_sees_five_questions(nation: str) -> None:
    expected = ["disability", "ethnic-group", "religion", "sex", "sexual-orientation"]
    assert _walk(nation, {}) == expected
    assert _walk(nation, dict.fromkeys(expected, "prefer_not_to_say")) == expected


def test_an_answer_leads_to_its_follow_up_and_that_to_the_next_question() -> None:
    assert _walk("england", {"disability": "yes", "ethnic-group": "white", "ethnic-group-white": "roma"}) == [
        *("disability", "disability-impact", "ethnic-group", "ethnic-group-white"),
        *("religion", "sex", "sexual-orientation"),
    ]


def test_the_way_back_is_the_way_that_was_come() -> None:
    answers = {"disability": Answer("no"), "ethnic-group": Answer("white")}
    walked = ["sexual-orientation"]
    while previous := equality.before(ENGLAND, walked[-1], answers):
        walked.append(previous.code)
    assert walked[1:] == ["sex", "religion", "ethnic-group-white", "ethnic-group", "disability"]
    assert equality.before(ENGLAND, "shoe-size", answers) is None


def test_after_an_unknown_question_comes_none() -> None:
    assert equality.after(ENGLAND, "shoe-size", "") is None
    assert equality.asked_first(ENGLAND, "shoe-size") is None


def test_a_follow_up_is_asked_only_where_an_answer_leads_to_it() -> None:
    white = {"ethnic-group": Answer("white")}
    assert equality.is_asked(ENGLAND, "ethnic-group-white", white)
    assert not equality.is_asked(ENGLAND, "ethnic-group-asian", white)
    assert not equality.is_asked(ENGLAND, "ethnic-group-white", {})
    assert equality.is_asked(ENGLAND, "sex", {})
    assert not equality.is_asked(ENGLAND, "shoe-size", {})


def test_what_no_longer_follows_falls_away() -> None:
    first = equality.asked_first(ENGLAND, "ethnic-group-white")
    assert first
    assert first.code == "ethnic-group"
    kept = {"ethnic-group": Answer("white"), "ethnic-group-white": Answer("other-white", "Cornish")}
    assert equality.belonging(first, kept) == kept
    for changed in ("asian", "prefer_not_to_say"):
        assert equality.belonging(first, {**kept, "ethnic-group": Answer(changed)}) == {"ethnic-group": Answer(changed)}
    assert equality.belonging(first, {**kept, "ethnic-group": Answer("unheard-of")}) == {}


def test_an_answer_that_is_divided_says_into_what() -> None:
    ethnic = ENGLAND.find_question("ethnic-group")
    disability = ENGLAND.find_question("disability")
    religion = ENGLAND.find_question("religion")
    assert ethnic
    assert disability
    assert religion
    assert (
        equality.examples(ethnic, ethnic.options[2])
        == "Indian, Pakistani, Bangladeshi, Chinese, any other Asian background"
    )
    assert equality.examples(disability, disability.options[0]) == ""
    assert equality.examples(religion, religion.options[1]).startswith("Including Church of England")
