"""Routing against a plain reading of its rules, over random rules, partners and questions, and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.domain.routing import Decision, Question, Rule, RuleBook, Standing

SUBJECTS = {"FIB-1": "fibre", "FIB-2": "fibre", "SAF-1": "safety", "LAS-1": "laser"}
INTERESTS = [*SUBJECTS, *sorted(set(SUBJECTS.values())), "other"]
REGIONS = ["wales", "scotland", "london", "outside-uk"]
COUNTRIES = ["IE", "FR", "US"]
AUDIENCES = ["individual", "organisation"]
PARTNERS = ["A", "B", "C", "D"]
LEARNERS = st.none() | st.integers(1, 12)
STANDINGS = st.fixed_dictionaries(
    {
        code: st.builds(
            Standing,
            obstacle=st.sampled_from(["", "", "", "paused", "not active"]),
            weekly_capacity=st.none() | st.integers(0, 3),
            referrals_this_week=st.integers(0, 4),
        )
        for code in PARTNERS
    }
)


def some(values: list[str], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    """Up to three of the values, or none at all, which means "any"."""
    chosen = st.lists(st.sampled_from(values), min_size=max(least, 1), max_size=3, unique=True).map(tuple)
    return chosen if least else st.just(()) | chosen


RULES = st.lists(
    st.builds(
        Rule,
        priority=st.integers(1, 500),
        name=st.sampled_from(["North", "South", "Any"]),
        partners=some(PARTNERS, 1),
        regions=some(REGIONS),
        countries=st.just(()) | st.just(()) | some(COUNTRIES),
        interests=some(INTERESTS),
        audience=st.none() | st.sampled_from([*AUDIENCES, "cats"]),
        min_learners=st.none() | st.integers(0, 8),
        max_learners=st.none() | st.integers(3, 12),
        strategy=st.sampled_from(["first", "share"]),
    ),
    max_size=9,
    unique_by=lambda one: one.priority,
)
QUESTIONS = st.builds(
    Question,
    region=st.sampled_from(REGIONS),
    interest=st.sampled_from(INTERESTS),
    audience=st.sampled_from(AUDIENCES),
    country=st.none() | st.sampled_from(COUNTRIES),
    learners=LEARNERS,
)


def holds(one: Rule, asked: Question) -> bool:
    if one.regions and asked.region not in one.regions:
        return False
    if one.countries and asked.country not in one.countries:
        return False
    if one.interests and asked.interest not in one.interests and SUBJECTS.get(asked.interest) not in one.interests:
        return False
    if one.audience and one.audience != asked.audience:
        return False
    if one.min_learners is None and one.max_learners is None:
        return True
    learners = asked.learners
    if learners is None and asked.audience == "individual":
        learners = 1
    if learners is None:
        return False
    above = one.min_learners is None or learners >= one.min_learners
    return above and (one.max_learners is None or learners <= one.max_learners)


def is_broken(one: Rule) -> bool:
    crossed = one.min_learners is not None and one.max_learners is not None and one.min_learners > one.max_learners
    return one.audience == "cats" or crossed


def is_available(partner: Standing) -> bool:
    if partner.obstacle:
        return False
    return partner.weekly_capacity is None or partner.referrals_this_week < partner.weekly_capacity


def plain_decision(
    rules: list[Rule], asked: Question, standings: Mapping[str, Standing], named: tuple[str, str] | None
) -> Decision:
    raised = []
    for one in sorted(rules, key=lambda candidate: candidate.priority):
        if is_broken(one):
            raised.append(one.key)
            continue
        if not holds(one, asked):
            continue
        available = [code for code in one.partners if is_available(standings[code])]
        if not available:
            continue
        answer = available[0]
        if one.strategy == "share":
            for code in available:
                if standings[code].referrals_this_week < standings[answer].referrals_this_week:
                    answer = code
        if named is not None and named[0] == one.key and named[1] in available:
            answer = named[1]
        return Decision(answer, one, tuple(raised))
    return Decision(None, None, tuple(raised))


@settings(max_examples=250, deadline=None)
@given(data=st.data(), rules=RULES, asked=QUESTIONS, standings=STANDINGS)
def test_a_decision_is_what_a_plain_reading_of_the_rules_says(
    data: st.DataObject, rules: list[Rule], asked: Question, standings: dict[str, Standing]
) -> None:
    keys = [one.key for one in rules] or ["1:None"]
    named = data.draw(st.none() | st.tuples(st.sampled_from(keys), st.sampled_from(PARTNERS)), label="named")
    assert RuleBook(rules, SUBJECTS).decide(asked, standings, named) == plain_decision(rules, asked, standings, named)


@settings(max_examples=200, deadline=None)
@given(rules=RULES, asked=QUESTIONS, standings=STANDINGS)
def test_what_staff_read_agrees_with_the_decision(
    rules: list[Rule], asked: Question, standings: dict[str, Standing]
) -> None:
    book = RuleBook(rules, SUBJECTS)
    decision = book.decide(asked, standings)
    told = book.explain(asked, standings, decision)
    looked_at = [one for one in book.rules if decision.rule is None or one.priority <= decision.rule.priority]
    assert [entry["rule"] for entry in told] == [one.name for one in looked_at]
    for one, entry in zip(looked_at, told, strict=True):
        if is_broken(one):
            assert entry["raised"]
        elif not holds(one, asked):
            assert entry["no_match"]
        else:
            partners = entry["partners"]
            assert isinstance(partners, dict)
            assert {code for code, said in partners.items() if said == "available"} == {
                code for code in one.partners if is_available(standings[code])
            }
    assert [entry["chosen"] for entry in told if "chosen" in entry] == ([decision.partner] if decision.partner else [])
    assert sum("raised" in entry for entry in told) == len(decision.raised)


@settings(max_examples=100, deadline=None)
@given(rules=RULES, asked=QUESTIONS, standings=STANDINGS)
def test_the_candidates_standings_are_all_that_a_decision_needs(
    rules: list[Rule], asked: Question, standings: dict[str, Standing]
) -> None:
    book = RuleBook(rules, SUBJECTS)
    needed = {code: standings[code] for code in book.candidates(asked)}
    assert book.decide(asked, needed) == book.decide(asked, standings)


class AWeekOfReferrals(RuleBasedStateMachine):
    """Enquiries, pauses, capacities and time; each decision against one made from the whole history."""

    SHARED = Rule(10, "Shared", ("C", "A", "B"), regions=("wales",), strategy="share")
    BEHIND = Rule(20, "Behind", ("A", "D"))
    WEEK = dt.timedelta(hours=168)

    @initialize(capacities=st.fixed_dictionaries({code: st.none() | st.integers(0, 3) for code in PARTNERS}))
    def start(self, capacities: dict[str, int | None]) -> None:
        self.book = RuleBook([self.BEHIND, self.SHARED], SUBJECTS)
        self.now = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
        self.history: list[tuple[dt.datetime, str]] = []
        self.paused: set[str] = set()
        self.capacities = dict(capacities)

    def week_of(self, code: str) -> int:
        return sum(who == code and self.now - at < self.WEEK for at, who in self.history)

    def has_room(self, code: str) -> bool:
        limit = self.capacities[code]
        return code not in self.paused and (limit is None or self.week_of(code) < limit)

    def expected(self, region: str) -> str | None:
        sharing = [code for code in self.SHARED.partners if self.has_room(code)]
        if region == "wales" and sharing:
            fewest = min(self.week_of(code) for code in sharing)
            return next(code for code in sharing if self.week_of(code) == fewest)
        return next((code for code in self.BEHIND.partners if self.has_room(code)), None)

    def standings(self) -> dict[str, Standing]:
        return {
            code: Standing("paused" if code in self.paused else "", self.capacities[code], self.week_of(code))
            for code in PARTNERS
        }

    @rule(region=st.sampled_from(["wales", "wales", "london"]))
    def enquire(self, region: str) -> None:
        decision = self.book.decide(Question(region, "other", "individual"), self.standings())
        assert decision.partner == self.expected(region)
        if decision.partner:
            self.history.append((self.now, decision.partner))

    @rule(hours=st.sampled_from([1, 12, 24, 72, 167, 168]))
    def wait(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(code=st.sampled_from(PARTNERS))
    def pause(self, code: str) -> None:
        self.paused.add(code)

    @precondition(lambda self: self.paused)
    @rule(data=st.data())
    def take_up_again(self, data: st.DataObject) -> None:
        self.paused.remove(data.draw(st.sampled_from(sorted(self.paused))))

    @rule(code=st.sampled_from(PARTNERS), limit=st.none() | st.integers(0, 3))
    def set_capacity(self, code: str, limit: int | None) -> None:
        self.capacities[code] = limit

    @invariant()
    def a_paused_partner_or_one_without_room_is_never_the_answer(self) -> None:
        answer = self.book.decide(Question("wales", "other", "individual"), self.standings()).partner
        assert answer is None or self.has_room(answer)


AWeekOfReferrals.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestAWeekOfReferrals = AWeekOfReferrals.TestCase
