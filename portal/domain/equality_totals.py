"""What of the equality answers is published: totals of a quarter, made so that nobody can be found in them.

Four things together, and none of them alone:

1. A quarter is counted once, when it is over, and never again (services/equality_totals.py). It counts the answers
   given in that quarter and no others. So no two tables that are published count the same answers, and subtracting one
   from another (differencing) isolates nobody: whoever joins, changes an answer or tells us to stop in between changes
   no table that stands. A running total, published each quarter, would tell by its steps what each newcomer answered.
2. Small counts are hidden, with what would give them away (`equality.suppressed`, which says what it promises). A
   follow-up's table is hidden whole where its leading answer, less what it shows, leaves nothing but small counts.
3. A table in which everybody gave the same answer is hidden whole: it would say it of each of them. Zeros are hidden
   as the small counts are, so that nobody is told "none"; a single zero takes the smallest count that is shown with
   it, or else one hidden cell would always be a zero. Of a hidden cell nobody knows whether it is small.
4. What is left is rounded to the nearest five, so that a number known from elsewhere can't make it exact.

3 and 4 only take away from what 2 shows, so that its promise holds on. A question of which nothing can be shown is left
out, and so looks the same as one that nobody answered. No totals of a table are published, and no shares in percent.

Source: rounding counts of people to the nearest multiple of five is the practice of the Higher Education Statistics
Agency (its standard rounding methodology); thresholds, rounding and differencing between linked tables are treated in
the Handbook on Statistical Disclosure Control, chapter 5, https://sdctools.github.io/HandbookSDC/05-frequency-tables.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.domain import equality
from portal.domain.equality import Answer, Question, QuestionSet

BASE = 5
Given = tuple[str, str, Mapping[str, Answer]]
"""The nation and the version of a list, and the answers to one of its questions and its follow-ups, by question."""


@dataclass(frozen=True)
class Table:
    """How often each answer was given to one question of one list, to the nearest five; None where it is not shown."""

    nation: str
    question: str
    counts: Mapping[str, int | None]


def publishable(counts: Mapping[str, int], lead: int | None = None) -> dict[str, int | None]:
    """The counts of one question as they may be shown; `lead` is what is shown of the answer that leads to it."""
    if sum(count > 0 for count in counts.values()) < 2:
        return dict.fromkeys(counts)
    shown = {cell: count or None for cell, count in equality.suppressed(counts, BASE).items()}
    if list(shown.values()).count(None) == 1:
        smallest = min(count for count in shown.values() if count)
        shown = {cell: None if count == smallest else count for cell, count in shown.items()}
    made = {cell: rounded(count) if count else None for cell, count in shown.items()}
    return dict.fromkeys(counts) if lead is not None and _leaves_little(lead, made) else made


def rounded(count: int) -> int:
    """To the nearest five."""
    return (count + BASE // 2) // BASE * BASE


def tables(given: Iterable[Given]) -> list[Table]:
    """A table for each question of which something can be shown, with the words of its list."""
    tallies: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for nation, version, answers in given:
        tally = tallies.setdefault((nation, version), {})
        for question, one in answers.items():
            counts = tally.setdefault(question, {})
            counts[one.code] = counts.get(one.code, 0) + 1
    return [
        table
        for (nation, version), tally in sorted(tallies.items())
        if (questions := equality.find(nation, version))
        for first in questions.questions
        for table in _tables(questions, first, tally)
    ]


def _leaves_little(lead: int, counts: Mapping[str, int | None]) -> bool:
    """Whether what is shown leaves so little of the leading answer that no hidden count can be five.

    A five is hidden only where every count that is shown is larger, and beside a nought; beside a one as well, where
    three are hidden or more.
    """
    hidden = list(counts.values()).count(None)
    shown_at_least = sum(max(BASE + 1, count - BASE // 2) for count in counts.values() if count)
    hidden_at_most = lead + BASE // 2 - shown_at_least
    return bool(hidden) and hidden_at_most < (BASE if hidden == 2 else BASE + 1)


def _tables(
    questions: QuestionSet, question: Question, tally: Mapping[str, Mapping[str, int]], lead: int | None = None
) -> Iterator[Table]:
    """The question's table, and those of the follow-ups whose leading answer is shown in it, as `lead`."""
    given = tally.get(question.code, {})
    counts = publishable({option.code: given.get(option.code, 0) for option in question.choices}, lead)
    if any(counts.values()):
        words = {option.words: counts[option.code] for option in question.choices}
        yield Table(questions.nation, question.asks, words)
    for code, further in question.follow_ups.items():
        if shown := counts[code]:
            yield from _tables(questions, further, tally, shown)


def to_text(found: Iterable[Table]) -> str:
    """The tables as they are kept."""
    return json.dumps([[one.nation, one.question, list(one.counts.items())] for one in found], ensure_ascii=False)


def from_text(text: str) -> list[Table]:
    """And again."""
    return [Table(nation, question, dict(counts)) for nation, question, counts in json.loads(text)]
