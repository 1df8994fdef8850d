"""Who gets an enquiry: one example for each sentence of the rules of routing."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.routing import Decision, Question, Rule, RuleBook, Standing, fault_of, mismatch

SUBJECTS = {"FIB-SPLICE": "fibre", "FIB-OTDR": "fibre", "SAF-STREET": "safety"}
FREE = Standing()


def rule(priority: int, *partners: str, **conditions: Any) -> Rule:
    return Rule(priority, f"Rule {priority}", partners or ("A",), **conditions)


def question(**changes: Any) -> Question:
    return Question(**{"region": "wales", "interest": "FIB-SPLICE", "audience": "individual", **changes})


def matches(one: Rule, asked: Question) -> bool:
    return list(RuleBook([one], SUBJECTS).matching(asked)) == [one]


def decide(rules: list[Rule], asked: Question | None = None, **standings: Standing) -> Decision:
    known = {code: FREE for one in rules for code in one.partners}
    return RuleBook(rules, SUBJECTS).decide(asked or question(), {**known, **standings})


def test_rules_are_tried_in_ascending_priority_whatever_their_order_in_the_file() -> None:
    late, early = rule(20, "A"), rule(3, "B")
    assert decide([late, early]) == Decision("B", early)


def test_a_rule_without_conditions_matches_everything() -> None:
    for asked in (
        question(),
        question(region="outside-uk", country="FR", interest="other"),
        question(audience="organisation", learners=None),
        question(audience="organisation", learners=90_000),
    ):
        assert matches(rule(1), asked)


@pytest.mark.parametrize(("region", "expected"), [("wales", True), ("scotland", True), ("london", False)])
def test_a_region_must_be_one_of_those_listed(region: str, expected: bool) -> None:
    assert matches(rule(1, regions=("wales", "scotland")), question(region=region)) is expected


@pytest.mark.parametrize(("country", "expected"), [("IE", True), ("FR", True), ("DE", False), (None, False)])
def test_a_country_must_be_one_of_those_listed(country: str | None, expected: bool) -> None:
    asked = question(region="outside-uk", country=country)
    assert matches(rule(1, countries=("IE", "FR")), asked) is expected


@pytest.mark.parametrize(
    ("listed", "interest", "expected"),
    [
        ("FIB-SPLICE", "FIB-SPLICE", True),
        ("FIB-SPLICE", "FIB-OTDR", False),
        ("fibre", "FIB-SPLICE", True),
        ("fibre", "SAF-STREET", False),
        ("fibre", "fibre", True),
        ("FIB-SPLICE", "fibre", False),
        ("other", "other", True),
        ("other", "FIB-SPLICE", False),
        ("fibre", "other", False),
    ],
)
def test_an_interest_is_a_course_a_subject_or_other_and_a_course_has_its_subject(
    listed: str, interest: str, expected: bool
) -> None:
    assert matches(rule(1, interests=(listed,)), question(interest=interest)) is expected


@pytest.mark.parametrize(
    ("wanted", "audience", "expected"),
    [
        ("individual", "individual", True),
        ("individual", "organisation", False),
        ("organisation", "organisation", True),
        ("organisation", "individual", False),
    ],
)
def test_an_audience_must_be_the_same(wanted: str, audience: str, expected: bool) -> None:
    assert matches(rule(1, audience=wanted), question(audience=audience, learners=5)) is expected


@pytest.mark.parametrize(("learners", "expected"), [(4, False), (5, True), (7, True), (10, True), (11, False)])
def test_both_bounds_of_learners_are_included(learners: int, expected: bool) -> None:
    asked = question(audience="organisation", learners=learners)
    assert matches(rule(1, min_learners=5, max_learners=10), asked) is expected


def test_one_bound_alone_leaves_the_other_side_open() -> None:
    many = question(audience="organisation", learners=100_000)
    few = question(audience="organisation", learners=1)
    assert matches(rule(1, min_learners=5), many)
    assert not matches(rule(1, min_learners=5), few)
    assert matches(rule(1, max_learners=5), few)
    assert not matches(rule(1, max_learners=5), many)


def test_blank_learners_is_one_for_an_individual() -> None:
    assert matches(rule(1, min_learners=1, max_learners=1), question(learners=None))
    assert not matches(rule(1, min_learners=2), question(learners=None))


@pytest.mark.parametrize("bounds", [{"min_learners": 0}, {"max_learners": 100_000}, {"min_learners": 1}])
def test_blank_learners_of_an_organisation_matches_no_rule_with_bounds(bounds: dict[str, int]) -> None:
    asked = question(audience="organisation", learners=None)
    assert not matches(rule(1, **bounds), asked)
    assert matches(rule(1), asked)


def test_every_condition_must_hold_at_once() -> None:
    strict = rule(1, regions=("wales",), interests=("fibre",), audience="organisation", min_learners=2)
    right = {"region": "wales", "interest": "FIB-OTDR", "audience": "organisation", "learners": 2}
    assert matches(strict, Question(**right))  # type: ignore[arg-type]
    for wrong in ({"region": "london"}, {"interest": "other"}, {"audience": "individual"}, {"learners": 1}):
        assert not matches(strict, Question(**{**right, **wrong}))  # type: ignore[arg-type]


def test_first_takes_the_first_available_in_the_order_listed() -> None:
    assert decide([rule(1, "B", "A")]).partner == "B"
    assert decide([rule(1, "B", "A")], B=Standing("paused")).partner == "A"


def test_share_takes_the_available_one_with_the_fewest_referrals() -> None:
    one = rule(1, "A", "B", "C", strategy="share")
    counts = {"A": Standing("", None, 5), "B": Standing("", None, 3), "C": Standing("not active", None, 0)}
    assert decide([one], **counts).partner == "B"


def test_share_breaks_ties_by_the_order_listed() -> None:
    one = rule(1, "C", "A", "B", strategy="share")
    counts = {"A": Standing("", None, 1), "B": Standing("", None, 1), "C": Standing("", None, 2)}
    assert decide([one], **counts).partner == "A"
    assert decide([one]).partner == "C"


@pytest.mark.parametrize(
    ("capacity", "had", "available"),
    [(None, 10_000, True), (0, 0, False), (3, 2, True), (3, 3, False), (3, 4, False), (1, 0, True)],
)
def test_a_partner_is_available_below_its_capacity_only(capacity: int | None, had: int, available: bool) -> None:
    decision = decide([rule(1, "A")], A=Standing("", capacity, had))
    assert decision.partner == ("A" if available else None)


def test_without_an_available_partner_the_next_matching_rule_is_asked() -> None:
    rules = [rule(1, "A"), rule(2, "B", regions=("london",)), rule(3, "A", "C"), rule(4, "D")]
    assert decide(rules, A=Standing("", 0)) == Decision("C", rules[2])


def test_with_no_rule_left_our_own_team_answers() -> None:
    assert decide([]) == Decision()
    assert decide([rule(1, regions=("london",))]) == Decision()
    assert decide([rule(1, "A")], A=Standing("paused")) == Decision()


def test_share_is_not_asked_again_while_the_named_partner_is_available() -> None:
    shared = rule(1, "A", "B", strategy="share")
    book = RuleBook([shared], SUBJECTS)
    standings = {"A": Standing("", None, 9), "B": FREE}
    assert book.decide(question(), standings).partner == "B"
    assert book.decide(question(), standings, (shared.key, "A")).partner == "A"


def test_the_named_partner_stays_when_one_listed_before_it_is_free_again() -> None:
    one = rule(1, "A", "B")
    assert RuleBook([one], SUBJECTS).decide(question(), {"A": FREE, "B": FREE}, (one.key, "B")).partner == "B"


def test_a_named_partner_that_is_no_longer_available_or_listed_is_not_the_answer() -> None:
    one = rule(1, "A", "B")
    book = RuleBook([one], SUBJECTS)
    assert book.decide(question(), {"A": FREE, "B": Standing("paused")}, (one.key, "B")).partner == "A"
    assert book.decide(question(), {"A": FREE, "B": FREE}, (one.key, "C")).partner == "A"


def test_another_rule_that_comes_first_now_takes_the_answer_from_the_named_partner() -> None:
    newer, older = rule(1, "A"), rule(2, "B")
    book = RuleBook([older, newer], SUBJECTS)
    assert book.decide(question(), {"A": FREE, "B": FREE}, (older.key, "B")) == Decision("A", newer)


def test_the_same_partner_named_by_another_rule_does_not_stay() -> None:
    one = rule(1, "A", "B")
    assert RuleBook([one], SUBJECTS).decide(question(), {"A": FREE, "B": FREE}, ("7:Other", "B")).partner == "A"


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"partners": ()}, "it names no partner"),
    ({"strategy": "whim"}, "its strategy is 'whim', not first or share"),
    ({"audience": "cats"}, "its audience is 'cats'"),
    ({"min_learners": -1}, "its fewest learners are below nought"),
    ({"min_learners": 5, "max_learners": 4}, "its most learners are fewer than its fewest"),
    ({"max_learners": -1}, "its most learners are fewer than its fewest"),
    ({"regions": ("wales", "atlantis")}, "its region 'atlantis' is not known"),
    ({"countries": ("QQ",)}, "its country 'QQ' is not known"),
    ({"interests": ("other", "NO-SUCH")}, "its interest 'NO-SUCH' is not known"),
]


@pytest.mark.parametrize(("breakage", "words"), BROKEN)
def test_a_broken_rule_is_passed_over_named_and_explained(breakage: dict[str, Any], words: str) -> None:
    broken = Rule(**{"priority": 1, "name": "Broken", "partners": ("A",), **breakage})
    sound = rule(2, "B")
    book = RuleBook([broken, sound], SUBJECTS)
    standings = {"A": FREE, "B": FREE}
    decision = book.decide(question(), standings)
    assert decision == Decision("B", sound, ("1:Broken",))
    assert book.faults == {"1:Broken": words}
    assert book.explain(question(), standings, decision)[0] == {"rule": "Broken", "raised": words}
    assert fault_of(broken, SUBJECTS) == words
    assert fault_of(sound, SUBJECTS) == ""


def test_a_rule_that_raises_while_it_is_compiled_is_passed_over() -> None:
    broken, sound = rule(1, "A", min_learners="five"), rule(2, "B")
    assert decide([broken, sound]) == Decision("B", sound, (broken.key,))


def test_a_rule_that_raises_while_it_is_tried_is_passed_over() -> None:
    lost, sound = rule(1, "A", "GONE"), rule(2, "A")
    book = RuleBook([lost, sound], SUBJECTS)
    decision = book.decide(question(), {"A": FREE})
    assert decision == Decision("A", sound, (lost.key,))
    explained = book.explain(question(), {"A": FREE}, decision)
    assert explained[0] == {"rule": "Rule 1", "raised": "it failed while it was tried"}


def test_when_every_rule_is_broken_our_own_team_answers() -> None:
    decision = decide([rule(1, audience="cats"), rule(2, strategy="whim")])
    assert decision == Decision(raised=("1:Rule 1", "2:Rule 2"))


@pytest.mark.promise("OTT-6")
def test_staff_read_every_rule_looked_at_its_partners_and_their_capacity_up_to_the_chosen_one() -> None:
    rules = [rule(1, "A", regions=("london",)), rule(2, "A", "B"), rule(3, "C", "D"), rule(4, "D")]
    book = RuleBook(rules, SUBJECTS)
    standings = {"A": Standing("", 2, 2), "B": Standing("paused"), "C": Standing("not active"), "D": FREE}
    assert book.explain(question(), standings, book.decide(question(), standings)) == [
        {"rule": "Rule 1", "no_match": "another region"},
        {"rule": "Rule 2", "partners": {"A": "full: 2 of 2 this week", "B": "paused"}},
        {"rule": "Rule 3", "partners": {"C": "not active", "D": "available"}, "chosen": "D"},
    ]


@pytest.mark.parametrize(
    ("conditions", "changes", "words"),
    [
        ({}, {}, ""),
        ({"regions": ("london",)}, {}, "another region"),
        ({"countries": ("IE",)}, {"region": "outside-uk", "country": "FR"}, "another country"),
        ({"interests": ("safety",)}, {}, "another interest"),
        ({"audience": "organisation"}, {}, "another audience"),
        ({"min_learners": 2}, {"audience": "organisation"}, "learners not given"),
        ({"min_learners": 2}, {}, "too few learners"),
        ({"max_learners": 2}, {"learners": 3}, "too many learners"),
    ],
)
def test_a_mismatch_is_named_in_a_word_or_two(conditions: dict[str, Any], changes: dict[str, Any], words: str) -> None:
    assert mismatch(rule(1, **conditions), question(**changes), SUBJECTS) == words


def test_candidates_are_each_partner_of_a_matching_rule_once() -> None:
    book = RuleBook([rule(1, "B", "A"), rule(2, "C", regions=("london",)), rule(3, "A", "D")], SUBJECTS)
    assert book.candidates(question()) == ["B", "A", "D"]
