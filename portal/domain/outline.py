"""What is done in a course, step by step, as a route line that ends in what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Dot(StrEnum):
    """How a dot of the line looks: one step, or the ringed one at its end."""

    STEP = "step"
    END = "end"


@dataclass(frozen=True)
class Step:
    """One dot: its title, one line of words, how it looks."""

    title: str
    words: str
    state: Dot


def steps(outline: str, award: str, award_note: str) -> list[Step]:
    """`outline` holds one step a line, as title|words; nothing when it is empty, whatever it leads to."""
    pairs = [line.partition("|") for line in outline.splitlines() if line.strip()]
    line = [Step(title.strip(), words.strip(), Dot.STEP) for title, _, words in pairs]
    return [*line, Step(award, award_note, Dot.END)] if line and award else line
