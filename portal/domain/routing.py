"""Which partner gets an enquiry, exactly as docs/routing.md says.

A rule book is compiled once. Each condition of each rule becomes a bit in a few masks, so that "which rules match?"
is a handful of ANDs however many rules there are, and only matching rules are ever looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.places import REGIONS, countries


class Audience(StrEnum):
    """Who the course is for."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


class Strategy(StrEnum):
    """How a rule chooses among its available partners."""

    FIRST = "first"
    SHARE = "share"


@dataclass(frozen=True)
class Question:
    """What routing needs to know of an enquiry. `interest` is a course code, a subject or "other"."""

    region: str
    interest: str
    audience: str
    country: str | None = None
    learners: int | None = None

    @property
    def counted_learners(self) -> int | None:
        """Blank is one person for an individual; for an organisation it stays unknown."""
        if self.learners is None and self.audience == Audience.INDIVIDUAL:
            return 1
        return self.learners


@dataclass(frozen=True)
class Rule:
    """One rule as stored: lists are in the order given, empty means "any"; `partners` are codes, in order."""

    priority: int
    name: str
    partners: tuple[str, ...]
    regions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    audience: str | None = None
    min_learners: int | None = None
    max_learners: int | None = None
    strategy: str = Strategy.FIRST

    @property
    def key(self) -> str:
        """What makes it the same rule from the check page to the sending."""
        return f"{self.priority}:{self.name}"


@dataclass(frozen=True)
class Standing:
    """How a partner stands now: why it can't take enquiries at all (empty when it can), and its week."""

    obstacle: str = ""
    weekly_capacity: int | None = None
    referrals_this_week: int = 0

    @property
    def unavailable(self) -> str:
        """Why it can't take this enquiry, in staff's words; empty when it can."""
        if self.obstacle:
            return self.obstacle
        if self.weekly_capacity is not None and self.referrals_this_week >= self.weekly_capacity:
            return f"full: {self.referrals_this_week} of {self.weekly_capacity} this week"
        return ""


Standings = Mapping[str, Standing]


@dataclass(frozen=True)
class Decision:
    """Who gets it: a partner's code and the rule, or our own team (both None). `raised` names the rules that failed."""

    partner: str | None = None
    rule: Rule | None = None
    raised: tuple[str, ...] = ()


@dataclass
class _Masks:
    """For one condition: the rules that any value meets, and per value the further ones."""

    any_value: int = 0
    per_value: dict[str, int] = field(default_factory=dict)

    def add(self, bit: int, values: Iterable[str]) -> None:
        empty = True
        for value in values:
            empty = False
            self.per_value[value] = self.per_value.get(value, 0) | bit
        if empty:
            self.any_value |= bit

    def matching(self, value: str | None) -> int:
        return self.any_value | (self.per_value.get(value, 0) if value else 0)


class RuleBook:
    """All the rules, compiled. `subjects` gives the subject of each course code."""

    def __init__(self, rules: Sequence[Rule], subjects: Mapping[str, str]) -> None:
        self.rules = sorted(rules, key=lambda rule: rule.priority)
        self.faults: dict[str, str] = {}
        self._subjects = dict(subjects)
        self._regions, self._countries, self._interests, self._audiences = (_Masks() for _ in range(4))
        self._broken = 0
        self._unbounded = 0
        self._bounds: list[tuple[int, int, int]] = []
        for index, rule in enumerate(self.rules):
            self._compile(1 << index, rule)
        self._edges, self._within = self._cut_at_bounds()

    def _compile(self, bit: int, rule: Rule) -> None:
        try:
            fault = fault_of(rule, self._subjects)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        if fault:
            self.faults[rule.key] = fault
            self._broken |= bit
            return
        self._regions.add(bit, rule.regions)
        self._countries.add(bit, rule.countries)
        self._interests.add(bit, rule.interests)
        self._audiences.add(bit, (rule.audience,) if rule.audience else ())
        if rule.min_learners is None and rule.max_learners is None:
            self._unbounded |= bit
        else:
            highest = rule.max_learners if rule.max_learners is not None else 1 << 62
            self._bounds.append((rule.min_learners or 0, highest, bit))

    def _cut_at_bounds(self) -> tuple[list[int], list[int]]:
        """The numbers of learners at which the matching rules change, and the mask from each on."""
        edges = sorted({0} | {low for low, _, _ in self._bounds} | {high + 1 for _, high, _ in self._bounds})
        masks = []
        for edge in edges:
            mask = self._unbounded
            for low, high, bit in self._bounds:
                if low <= edge <= high:
                    mask |= bit
            masks.append(mask)
        return edges, masks

    def _matching(self, question: Question) -> int:
        learners = question.counted_learners
        by_learners = (
            self._unbounded if learners is None else self._within[max(0, bisect_right(self._edges, learners) - 1)]
        )
        interest = self._interests.matching(question.interest)
        if (subject := self._subjects.get(question.interest)) is not None:
            interest |= self._interests.matching(subject)
        good = (
            self._regions.matching(question.region)
            & self._countries.matching(question.country)
            & interest
            & self._audiences.matching(question.audience)
            & by_learners
        )
        return good | self._broken

    def matching(self, question: Question) -> Iterable[Rule]:
        """The rules that match, and the broken ones, in ascending priority."""
        mask = self._matching(question)
        while mask:
            bit = mask & -mask
            yield self.rules[bit.bit_length() - 1]
            mask ^= bit

    def candidates(self, question: Question) -> list[str]:
        """The codes of all partners that some matching rule names: whose standing a decision needs."""
        return list(dict.fromkeys(code for rule in self.matching(question) for code in rule.partners))

    def decide(self, question: Question, standings: Standings, still: tuple[str, str] | None = None) -> Decision:
        """Who gets the enquiry.

        `still` is (rule key, partner code) as a check page named them: while that rule is the first with an available
        partner and that partner is available in it, it stays the answer, and `share` is not asked again.
        """
        raised: list[str] = []
        for rule in self.matching(question):
            if rule.key in self.faults:
                raised.append(rule.key)
                continue
            try:
                available = [code for code in rule.partners if not standings[code].unavailable]
                if available:
                    return Decision(_choose(rule, available, standings, still), rule, tuple(raised))
            except Exception:
                raised.append(rule.key)
        return Decision(raised=tuple(raised))

    def explain(self, question: Question, standings: Standings, decision: Decision) -> list[dict[str, object]]:
        """What staff read: every rule looked at up to the decision, in order, and how each ended."""
        mask = self._matching(question)
        looked_at: list[dict[str, object]] = []
        for index, rule in enumerate(self.rules):
            entry: dict[str, object] = {"rule": rule.name}
            if not mask >> index & 1:
                entry["no_match"] = mismatch(rule, question, self._subjects)
            elif rule.key in decision.raised:
                entry["raised"] = self.faults.get(rule.key, "it failed while it was tried")
            else:
                entry["partners"] = {code: standings[code].unavailable or "available" for code in rule.partners}
            looked_at.append(entry)
            if rule is decision.rule:
                entry["chosen"] = decision.partner
                break
        return looked_at


def _choose(rule: Rule, available: list[str], standings: Standings, still: tuple[str, str] | None) -> str:
    if still and still[0] == rule.key and still[1] in available:
        return still[1]
    if rule.strategy == Strategy.SHARE:
        return min(available, key=lambda code: standings[code].referrals_this_week)
    return available[0]


def fault_of(rule: Rule, subjects: Mapping[str, str]) -> str:
    """Why the rule can't be used, in one sentence; empty when it can. `subjects` maps course codes to subjects."""
    return find_fault(rule, subjects)[1]


def find_fault(rule: Rule, subjects: Mapping[str, str]) -> tuple[str, str]:
    """The column that keeps the rule from being used, and why; both empty when it can be."""
    checks: list[tuple[str, Callable[[], bool], str]] = [
        ("partners", lambda: not rule.partners, "it names no partner"),
        (
            "strategy",
            lambda: rule.strategy not in set(Strategy),
            f"its strategy is {rule.strategy!r}, not first or share",
        ),
        (
            "audience",
            lambda: bool(rule.audience) and rule.audience not in set(Audience),
            f"its audience is {rule.audience!r}",
        ),
        (
            "min_learners",
            lambda: rule.min_learners is not None and rule.min_learners < 0,
            "its fewest learners are below nought",
        ),
        (
            "max_learners",
            lambda: rule.max_learners is not None and rule.max_learners < (rule.min_learners or 0),
            "its most learners are fewer than its fewest",
        ),
    ]
    for column, is_wrong, words in checks:
        if is_wrong():
            return column, words
    known_interests = {*subjects, *subjects.values(), "other"}
    for column, kind, values, known in (
        ("regions", "region", rule.regions, REGIONS.keys()),
        ("countries", "country", rule.countries, countries().keys()),
        ("interests", "interest", rule.interests, known_interests),
    ):
        if unknown := [value for value in values if value not in known]:
            return column, f"its {kind} {unknown[0]!r} is not known"
    return "", ""


def mismatch(rule: Rule, question: Question, subjects: Mapping[str, str]) -> str:
    """The first condition that the question does not meet, in a word or two for staff; empty when it meets all."""
    learners = question.counted_learners
    interests = {question.interest, subjects.get(question.interest)}
    bounded = rule.min_learners is not None or rule.max_learners is not None
    tests = (
        ("another region", bool(rule.regions) and question.region not in rule.regions),
        ("another country", bool(rule.countries) and question.country not in rule.countries),
        ("another interest", bool(rule.interests) and not interests.intersection(rule.interests)),
        ("another audience", bool(rule.audience) and question.audience != rule.audience),
        ("learners not given", bounded and learners is None),
        ("too few learners", learners is not None and learners < (rule.min_learners or 0)),
        ("too many learners", learners is not None and rule.max_learners is not None and learners > rule.max_learners),
    )
    return next((words for words, differs in tests if differs), "")
