"""Published totals: nothing small, nothing exact, nothing that follows from anything else that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import equality_totals
from portal.domain.equality import Answer, suppressed
from portal.domain.equality_totals import Given, publishable, tables

COUNTS = st.lists(st.integers(0, 30), min_size=2, max_size=8)


def _given(nation: str = "england", times: int = 1, **answers: str) -> list[Given]:
    said = {question.replace("_", "-"): Answer(code) for question, code in answers.items()}
    return [(nation, "2026-11", said)] * times


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([0, 0, 0], [None, None, None]),
        ([0, 5, 30], [None, None, 30]),
        ([0, 7, 7], [None, None, None]),
        ([0, 0, 5, 30], [None, None, 5, 30]),
        ([0, 8, 8, 30], [None, None, None, 30]),
        ([5, 6, 7, 8], [5, 5, 5, 10]),
        ([12, 13, 101], [10, 15, 100]),
        ([1, 2, 30], [None, None, 30]),
        ([3, 9, 31], [None, None, 30]),
        ([0, 0, 40], [None, None, None]),
        ([0, 1, 2, 40], [None, None, None, 40]),
        ([4, 4, 4], [None, None, None]),
    ],
)
def test_what_is_small_or_gives_it_away_is_hidden_and_the_rest_is_rounded(
    counts: list[int], shown: list[int | None]
) -> None:
    assert list(publishable(dict(zip("abcd", counts, strict=False))).values()) == shown


@pytest.mark.promise("PRE-2")
@given(COUNTS)
def test_nothing_that_is_shown_is_small_or_exact_and_it_only_takes_away_from_what_is_safe(counts: list[int]) -> None:
    table = dict(zip("abcdefgh", counts, strict=False))
    safe, shown = suppressed(table), publishable(table)
    for cell, count in shown.items():
        assert count is None or (count >= 5 and count % 5 == 0 and abs(count - table[cell]) <= 2)
        assert count is None or safe[cell] is not None


@given(st.integers(2, 8), st.integers(0, 60), st.integers(0, 7))
def test_that_everybody_answered_the_same_is_never_shown(cells: int, everybody: int, which: int) -> None:
    counts = {f"cell {number}": everybody if number == which % cells else 0 for number in range(cells)}
    assert set(publishable(counts).values()) == {None}


def test_a_question_is_shown_with_the_words_of_its_list() -> None:
    found = tables([*_given(times=12, sex="female"), *_given(times=8, sex="male"), *_given(times=2, religion="sikh")])
    assert [(one.nation, one.question, one.counts) for one in found] == [
        ("england", "What is your sex?", {"Female": 10, "Male": None, "Prefer not to say": None})
    ]


def test_a_nation_of_which_nothing_can_be_shown_looks_like_one_where_nobody_answered() -> None:
    assert tables([]) == tables(_given("wales", 4, sex="female")) == []


def test_a_follow_up_is_shown_only_under_an_answer_that_is() -> None:
    white = _given(times=9, ethnic_group="white", ethnic_group_white="white-british")
    black = _given(times=21, ethnic_group="black", ethnic_group_black="black-african")
    black += _given(times=11, ethnic_group="black", ethnic_group_black="black-caribbean")
    asian = _given(times=4, ethnic_group="asian", ethnic_group_asian="indian")
    found = {one.question: one.counts for one in tables([*white, *black, *asian])}
    assert [question for question in found if "background" in question] == [
        "Which of the following best describes your Black, African, Caribbean or Black British background?"
    ]
    assert {words for words, count in found["What is your ethnic group?"].items() if count} == {
        "Black, African, Caribbean or Black British"
    }


def _possible(cells: int, most: int, *, is_follow_up: bool) -> Iterator[set[int]]:
    """For each table that is published of counts up to `most`: what its hidden cells may be, as far as it tells.

    Which cell has which number makes no difference to what is hidden, so sorted counts stand for all.
    """
    hidden: dict[object, set[int]] = {}
    for counts in combinations_with_replacement(range(most), cells):
        lead = equality_totals.rounded(sum(counts)) if is_follow_up else None
        made = list(publishable({str(place): count for place, count in enumerate(counts)}, lead).values())
        if any(made) and None in made:
            shown = tuple(sorted(count for count in made if count))
            found = hidden.setdefault((lead, shown), set())
            found.update(count for count, cell in zip(counts, made, strict=True) if cell is None)
    return iter(hidden.values())


@pytest.mark.parametrize("is_follow_up", [False, True])
@pytest.mark.parametrize(("cells", "most"), [(2, 60), (3, 40), (4, 24), (5, 16), (6, 11)])
def test_no_hidden_cell_is_known_to_be_small_or_nought_even_beside_a_leading_answer(
    cells: int, most: int, is_follow_up: bool
) -> None:
    for values in _possible(cells, most, is_follow_up=is_follow_up):
        assert min(values) < 5 <= max(values)


def test_a_follow_up_that_would_tell_more_than_its_leading_answer_is_left_out() -> None:
    def asked(*counts: int) -> list[str]:
        codes = ("black-african", "black-caribbean", "other-black")
        black = [
            one
            for code, times in zip(codes, counts, strict=True)
            for one in _given(times=times, ethnic_group="black", ethnic_group_black=code)
        ]
        others = [*_given(times=60, ethnic_group="white"), *_given(times=50, ethnic_group="asian")]
        return [one.question for one in tables([*black, *others]) if "background" in one.question]

    assert asked(19, 1, 2) == []
    assert len(asked(20, 15, 9)) == 1


def test_answers_to_a_list_that_nobody_knows_are_left_out() -> None:
    assert tables([("atlantis", "1999-01", {"sex": Answer("female")})] * 9) == []


def test_the_tables_are_kept_as_they_were() -> None:
    found = tables([*_given("wales", 7, sex="female"), *_given("wales", 8, sex="male")])
    assert equality_totals.from_text(equality_totals.to_text(found)) == found
