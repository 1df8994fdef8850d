"""The equality questions: the same five everywhere, each nation's own lists, and totals that give nobody away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import equality
from portal.domain.equality import PREFER_NOT_TO_SAY, Question, QuestionSet, suppressed
from portal.domain.places import REGIONS

VERSION = "2026-11"
OWN_LISTS = ("wales", "scotland", "northern-ireland")
NATIONS = ("england", *OWN_LISTS)
ENGLISH = {
    "disability": "Yes / No",
    "disability-impact": "Yes, a lot / Yes, a little / Not at all",
    "ethnic-group": "White / Mixed or multiple ethnic groups / Asian or Asian British"
    " / Black, African, Caribbean or Black British / Other ethnic group",
    "ethnic-group-white": "English, Welsh, Scottish, Northern Irish or British / Irish / Gypsy or Irish Traveller"
    " / Roma / Any other White background",
    "ethnic-group-mixed": "White and Black Caribbean / White and Black African / White and Asian"
    " / Any other Mixed or multiple ethnic background",
    "ethnic-group-asian": "Indian / Pakistani / Bangladeshi / Chinese / Any other Asian background",
    "ethnic-group-black": "Caribbean / African / Any other Black, African or Caribbean background",
    "ethnic-group-other": "Arab / Any other ethnic group",
    "religion": "No religion / Christian / Buddhist / Hindu / Jewish / Muslim / Sikh / Any other religion",
    "sex": "Female / Male",
    "sexual-orientation": "Heterosexual or straight / Gay or lesbian / Bisexual / Other",
}
CENSUS = {
    ("scotland", "ethnic-group"): "white mixed asian african caribbean-or-black other",
    ("scotland", "ethnic-group-white"): "white-scottish white-other-british white-irish white-polish gypsy-or-traveller"
    " roma showman-or-showwoman other-white",
    ("scotland", "ethnic-group-asian"): "pakistani indian bangladeshi chinese other-asian",
    ("scotland", "religion"): "no-religion church-of-scotland roman-catholic other-christian muslim hindu buddhist sikh"
    " jewish pagan other",
    ("northern-ireland", "ethnic-group"): "white chinese irish-traveller roma indian filipino black-african"
    " black-not-african mixed none-of-these-groups",
    ("northern-ireland", "religion"): "roman-catholic presbyterian-church-in-ireland church-of-ireland"
    " methodist-church-in-ireland none-of-these-churches no-religion",
}
each_nation = pytest.mark.parametrize("nation", NATIONS)


def asked_in(nation: str) -> QuestionSet:
    found = equality.find(nation, VERSION)
    assert found is not None
    return found


def question(nation: str, code: str) -> Question:
    found = asked_in(nation).find_question(code)
    assert found is not None
    return found


def words(nation: str, code: str) -> list[str]:
    return [option.words for option in question(nation, code).options]


def said(nation: str) -> Iterator[str]:
    """Everything a person can come to read."""
    for one in asked_in(nation).with_follow_ups():
        yield from (one.asks, one.hint)
        for option in one.options:
            yield from (option.words, option.hint, option.own_words)


@each_nation
def test_the_same_five_questions_are_asked_in_the_same_order(nation: str) -> None:
    five = "disability ethnic-group religion sex sexual-orientation"
    assert [one.code for one in asked_in(nation).questions] == five.split()


def test_every_list_says_where_it_is_from_and_lies_in_the_file_that_its_nation_and_version_name() -> None:
    for path in equality.LISTS.iterdir():
        raw = json.loads(path.read_text(encoding="utf-8"))
        assert path.name == f"{raw['nation']}-{raw['version']}.json"
        assert re.search(r"\(.*\d{4}\)", raw["source"])


@each_nation
def test_nobody_is_asked_about_gender_identity(nation: str) -> None:
    assert [text for text in said(nation) if re.search(r"gender|trans\b|identif|birth", text, re.IGNORECASE)] == []


@each_nation
def test_prefer_not_to_say_is_in_no_list_and_last_in_every_choice(nation: str) -> None:
    assert [text for text in said(nation) if "prefer" in text.lower()] == []
    for one in asked_in(nation).with_follow_ups():
        assert one.choices[:-1] == one.options
        assert (one.choices[-1].code, one.choices[-1].words) == (PREFER_NOT_TO_SAY, "Prefer not to say")
        assert one.or_divider == (one.code != "sex"), "what stands before it"


@each_nation
def test_codes_are_slugs_and_none_comes_twice(nation: str) -> None:
    questions = list(asked_in(nation).with_follow_ups())
    ethnic = [option.code for one in questions if one.code.startswith("ethnic-group") for option in one.options]
    for codes in ([one.code for one in questions], ethnic, *([o.code for o in one.choices] for one in questions)):
        assert len(codes) == len(set(codes))
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes if code != PREFER_NOT_TO_SAY)


@each_nation
def test_people_read_british_english_with_curly_apostrophes(nation: str) -> None:
    for text in (*said(nation), asked_in(nation).source, equality.OPENER, *equality.OPENER_EXPLAINS):
        assert "'" not in text
        assert "(optional)" not in text, "the form says it"


@each_nation
def test_follow_ups_follow_answers_that_can_be_given(nation: str) -> None:
    for one in asked_in(nation).with_follow_ups():
        assert set(one.follow_ups) <= {option.code for option in one.options}
        assert equality.follow_up(one, PREFER_NOT_TO_SAY) is None
        for option in one.options:
            assert equality.follow_up(one, option.code) == one.follow_ups.get(option.code)


@each_nation
def test_every_ethnic_group_ends_with_any_other_in_own_words(nation: str) -> None:
    first = question(nation, "ethnic-group")
    for one in (*first.follow_ups.values(), *([] if first.follow_ups else [first])):
        assert one.options[-1].words.startswith("Any other")
        assert one.options[-1].own_words == "How would you describe your background?"


def test_whoever_has_no_second_list_in_scotland_has_own_words_at_once() -> None:
    first = question("scotland", "ethnic-group")
    own_words = [option.code for option in first.options if option.own_words]
    assert own_words == [option.code for option in first.options if option.code not in first.follow_ups]


@each_nation
def test_disability_sex_and_orientation_are_the_same_everywhere(nation: str) -> None:
    for code in ("disability", "disability-impact", "sex", "sexual-orientation"):
        assert question(nation, code) == question("england", code)


@pytest.mark.parametrize(("code", "listed"), ENGLISH.items())
def test_england_has_the_list_of_the_standard(code: str, listed: str) -> None:
    assert words("england", code) == listed.split(" / ")


def test_england_is_asked_in_the_words_of_the_pattern() -> None:
    first = question("england", "ethnic-group")
    for option in first.options:
        kind = "" if option.code == "other" else f"{option.words} "
        assert first.follow_ups[option.code].asks == f"Which of the following best describes your {kind}background?"
    last_words = [one.asks.split()[-1] for one in asked_in("england").questions]
    assert last_words == ["more?", "group?", "religion?", "sex?", "yourself?"]


def test_wales_has_the_answers_of_england_in_words_of_its_own() -> None:
    for theirs in asked_in("england").with_follow_ups():
        ours = question("wales", theirs.code)
        assert [option.code for option in ours.options] == [option.code for option in theirs.options]
    assert words("wales", "ethnic-group-white")[0].startswith("Welsh, English")
    assert "Asian Welsh" in words("wales", "ethnic-group")[2]
    assert "Black Welsh" in words("wales", "ethnic-group")[3]


@pytest.mark.parametrize(("nation", "code"), CENSUS)
def test_scotland_and_northern_ireland_have_the_lists_of_their_census(nation: str, code: str) -> None:
    assert [option.code for option in question(nation, code).options] == CENSUS[nation, code].split()


@pytest.mark.parametrize("region", [*REGIONS, "", "atlantis"])
def test_the_region_decides_which_list_is_asked(region: str) -> None:
    assert equality.for_region(region) is asked_in(region if region in OWN_LISTS else "england")


def test_a_version_that_nobody_knows_is_not_found() -> None:
    assert equality.find("england", "1999-01") is None
    assert equality.find("atlantis", VERSION) is None


@each_nation
def test_only_what_can_be_chosen_is_an_answer(nation: str) -> None:
    for one in asked_in(nation).with_follow_ups():
        assert all(equality.is_answer(one, option.code) for option in one.choices)
        assert not any(equality.is_answer(one, code) for code in ("", "skip", one.code, one.asks, one.options[0].words))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([0, 0, 0], [0, 0, 0]),
        ([0, 5, 30], [0, 5, 30]),
        ([1, 2, 30], [None, None, 30]),
        ([3, 9, 30], [None, None, 30]),
        ([3, 9, 9, 30, 0], [None, None, None, 30, 0]),
        ([1, 1, 30, 40], [None, None, None, 40]),
        ([3, 9, 0], [None, None, 0]),
        ([3, 0, 0], [None, None, None]),
        ([1, 1, 1], [None, None, None]),
    ],
)
def test_small_counts_are_hidden_with_what_would_give_them_away(counts: list[int], shown: list[int | None]) -> None:
    assert list(suppressed(dict(zip("abcde", counts, strict=False))).values()) == shown


@given(st.lists(st.integers(0, 12), max_size=9), st.integers(3, 8))
def test_no_small_count_is_shown_and_no_shown_count_is_changed(counts: list[int], smallest: int) -> None:
    table = dict(zip("abcdefghi", counts, strict=False))
    shown = suppressed(table, smallest)
    assert list(shown) == list(table)
    assert all(count in (None, table[cell]) for cell, count in shown.items())
    assert not any(count is not None and 0 < count < smallest for count in shown.values())
    if not any(0 < count < smallest for count in counts):
        assert shown == table


def tables(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every way to share a total among so many cells."""
    if cells < 2:
        yield (total,) * cells
    else:
        for first in range(total + 1):
            yield from ((first, *rest) for rest in tables(cells - 1, total - first))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 2) | st.integers(0, 9), min_size=2, max_size=4), st.integers(3, 6))
def test_no_hidden_count_follows_from_the_total_the_shown_counts_and_the_rule(counts: list[int], smallest: int) -> None:
    shown = suppressed(dict(zip("abcd", counts, strict=False)), smallest)
    rest = {cell: count for cell, count in shown.items() if count is not None}
    unknown = [cell for cell in shown if cell not in rest]
    possible: dict[str, set[int]] = {cell: set() for cell in unknown}
    for guess in tables(len(unknown), sum(counts) - sum(rest.values())):
        guessed = dict(zip(unknown, guess, strict=True))
        if suppressed({cell: guessed.get(cell, rest.get(cell, 0)) for cell in shown}, smallest) == shown:
            for cell, count in guessed.items():
                possible[cell].add(count)
        if all(len(numbers) > 1 for numbers in possible.values()):
            return
    pytest.fail(f"{shown}: {possible}")


def test_a_limit_under_which_only_one_number_lies_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        suppressed({"a": 1, "b": 7}, 2)
