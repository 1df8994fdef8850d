"""The equality questions: which are asked where, what counts as an answer, and what totals may be shown.

The lists are versioned data (`data/equality/<nation>-<version>.json`), because the standards behind them change: a new
list is a new file beside the old one, and the old one stays for the answers given under it. Source: Data Protection
Act 2018, Schedule 1, paragraph 8, which names ethnic origin, belief, health and sexual orientation as what may be kept
under review. Gender identity is not named there, so it is not asked.

A code stands for the same answer in every list that has it. "Any other" answers mean "none of those above", so they
reach as far as their list lets them: totals of two nations are laid side by side, not added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portal.domain.answers import PREFER_NOT_TO_SAY_WORDS, AnswerState

LISTS = Path(__file__).parent / "data" / "equality"
ENGLAND = "england"

PREFER_NOT_TO_SAY = AnswerState.PREFER_NOT_TO_SAY.value

OPENER = "Do you want to answer the equality questions?"
OPENER_YES = "Yes, answer the equality questions (takes 2 minutes)"
OPENER_NO = "No, skip the equality questions"
OPENER_EXPLAINS = (
    "These questions differ from the others: they are about you, and have nothing to do with how you are taught.",
    "We ask them to see whether everybody has the same chance to train with us. We look at the answers only as totals,"
    " and leave small numbers out.",
    "They are optional: answer all of them, some or none.",
    "Your answers do not affect your course. Tutors, training partners and sponsors never see them.",
)


@dataclass(frozen=True)
class Option:
    """One answer to choose. `own_words` labels the optional box that opens with it; empty when there is none."""

    code: str
    words: str
    hint: str = ""
    own_words: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer that somebody gave: the code of its option, and their own words if they added some."""

    code: str
    own_words: str = ""


@dataclass(frozen=True)
class Question:
    """One question, with the options of its list in their order; `choices` are what a person sees.

    `or_divider` says whether an "or" stands before "Prefer not to say". `follow_ups` has the question that an answer
    leads to, by the code of the answer; most answers lead to none.
    """

    code: str
    asks: str
    options: tuple[Option, ...]
    hint: str = ""
    or_divider: bool = True
    follow_ups: Mapping[str, Question] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def choices(self) -> tuple[Option, ...]:
        """Every answer that can be chosen: the options, and last of all "Prefer not to say"."""
        # Added here, and not in the lists, so that no list can leave it out or put it anywhere else.
        return (*self.options, Option(PREFER_NOT_TO_SAY, PREFER_NOT_TO_SAY_WORDS))


@dataclass(frozen=True)
class QuestionSet:
    """The questions of one nation in one version (a year and month, "2026-11"), and the standard they are from."""

    nation: str
    version: str
    source: str
    questions: tuple[Question, ...]

    def with_follow_ups(self) -> Iterator[Question]:
        """Every question that can be asked, each follow-up after the question that leads to it."""
        return _with_follow_ups(self.questions)

    def find_question(self, code: str) -> Question | None:
        """The question with this code, follow-ups included, or None."""
        return next((one for one in self.with_follow_ups() if one.code == code), None)


def _with_follow_ups(questions: Iterable[Question]) -> Iterator[Question]:
    for one in questions:
        yield one
        yield from _with_follow_ups(one.follow_ups.values())


def _question(raw: Mapping[str, Any]) -> Question:
    # The constructors are given the keys as they stand, so that a misspelt or missing one fails at once.
    parts = dict(raw)
    options = tuple(Option(**option) for option in parts.pop("options"))
    follow_ups = {answer: _question(one) for answer, one in parts.pop("follow_ups", {}).items()}
    return Question(options=options, follow_ups=MappingProxyType(follow_ups), **parts)


def _read(path: Path) -> QuestionSet:
    parts = json.loads(path.read_text(encoding="utf-8"))
    questions = tuple(_question(one) for one in parts.pop("questions"))
    return QuestionSet(questions=questions, **parts)


# Read when the module is, so that a broken list stops the start and not somebody's page. Sorted by version, so that
# the later of two lists of a nation replaces the earlier one in _LATEST: years and months sort as text.
_ALL = sorted((_read(path) for path in LISTS.glob("*.json")), key=lambda one: one.version)
_BY_VERSION = {(one.nation, one.version): one for one in _ALL}
_LATEST = {one.nation: one for one in _ALL}


def for_region(region_slug: str) -> QuestionSet:
    """The questions to ask somebody in this region (a slug of `places.REGIONS`), in the latest version.

    Wales, Scotland and Northern Ireland have lists of their own; everywhere else, unknown places included, has
    England's, as the GOV.UK pattern says.
    """
    return _LATEST.get(region_slug, _LATEST[ENGLAND])


def find(nation: str, version: str) -> QuestionSet | None:
    """The questions as this version asked them, so that an old answer can be read in its words; None if unknown."""
    return _BY_VERSION.get((nation, version))


def find_option(question: Question, code: str) -> Option | None:
    """The answer with this code, "Prefer not to say" included, or None."""
    return next((option for option in question.choices if option.code == code), None)


def is_answer(question: Question, code: str) -> bool:
    """Whether this code answers this question; "Prefer not to say" answers every question."""
    return find_option(question, code) is not None


def follow_up(question: Question, code: str) -> Question | None:
    """The question that this answer leads to; None when it leads to none, as "Prefer not to say" always does."""
    return question.follow_ups.get(code)


def examples(question: Question, option: Option) -> str:
    """What stands under an answer: its hint, or what it is divided into where the next question asks for that."""
    then = question.follow_ups.get(option.code)
    if option.hint or then is None or not any(kind.own_words for kind in then.options):
        return option.hint
    first, *others = (kind.words for kind in then.options)
    return ", ".join([first, *(words.replace("Any other", "any other") for words in others)])


def asked_first(questions: QuestionSet, code: str) -> Question | None:
    """The question of the list's own that leads to this one, or is it; None when neither is in the list."""
    return next((one for one in questions.questions if any(code == it.code for it in _with_follow_ups([one]))), None)


def belonging(first: Question, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Of a question's answers and its follow-ups' (by question code), those that still hang together.

    Each is an answer of this list, and leads to the next one; whatever an earlier answer no longer leads to is left
    out.
    """
    found: dict[str, Answer] = {}
    question: Question | None = first
    while question and question.code in answers and is_answer(question, answers[question.code].code):
        found[question.code] = answers[question.code]
        question = follow_up(question, found[question.code].code)
    return found


def is_asked(questions: QuestionSet, code: str, answers: Mapping[str, Answer]) -> bool:
    """Whether somebody with these answers is asked this question: always, or when an answer of theirs leads to it."""
    first = asked_first(questions, code)
    if first is None or first.code == code:
        return first is not None
    led_to = (
        follow_up(one, answer.code)
        for one_code, answer in belonging(first, answers).items()
        if (one := questions.find_question(one_code))
    )
    return any(one is not None and one.code == code for one in led_to)


def after(questions: QuestionSet, code: str, answer: str) -> Question | None:
    """The question that comes after this one with this answer (empty: none was given); None after the last."""
    question, first = questions.find_question(code), asked_first(questions, code)
    if question is None or first is None:
        return None
    if then := follow_up(question, answer):
        return then
    place = questions.questions.index(first) + 1
    return questions.questions[place] if place < len(questions.questions) else None


def before(questions: QuestionSet, code: str, answers: Mapping[str, Answer]) -> Question | None:
    """The question that somebody with these answers was asked before this one; None before the first."""
    asked = [one for one in questions.with_follow_ups() if one.code == code or is_asked(questions, one.code, answers)]
    places = [place for place, one in enumerate(asked) if one.code == code]
    return asked[places[0] - 1] if places and places[0] else None


def suppressed(counts: Mapping[str, int], smallest: int = 5) -> dict[str, int | None]:
    """The counts of one question with the small ones hidden (None), safe to show beside their total.

    A count of at least 1 and below `smallest` is small. No small count: all are shown. All counts small or zero: all
    are hidden, the zeros too. Otherwise the small ones are hidden and zeros are shown; and where the small ones are a
    single count, or several of the same number, the next larger number is hidden as well, in every cell that has it.

    The promise: whoever knows the cells shown, their total, `smallest` and this rule can work out no hidden cell, for
    each could be at least two numbers. Why it holds: what is hidden depends on the numbers alone, never on the cell
    they stand in, so unequal hidden numbers could have changed places and nobody would see a difference. That is why
    equal numbers must be hidden together, and why two 1s need a third cell: shown to add up to 2, each must be 1.
    Hidden numbers are all equal only where every cell is the same small number, and then another table hidden whole
    has the same total.

    It needs two cells or more (the total of one cell is the cell) and a `smallest` of 3 or more (below 2 there is only
    1): ValueError when `smallest` is less. And it speaks of one table. The caller keeps apart what would give a cell
    away by subtraction: the same people counted on two days or with and without one course, shares in percent of a
    hidden count, and a follow-up's table, which may stand only where the answer that leads to it is shown, for its
    total is that answer's count.
    """
    if smallest < 3:
        raise ValueError("smallest must be at least 3: of counts below 2 everybody knows that they are 1")
    small = {count for count in counts.values() if 0 < count < smallest}
    large = {count for count in counts.values() if count >= smallest}
    if not small:
        return dict(counts)
    hidden = small
    if not large:
        hidden = small | {0}
    elif len(small) == 1:
        hidden = small | {min(large)}
    return {cell: None if count in hidden else count for cell, count in counts.items()}
