"""Charts of counts: bars of one measure, and the finding as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SHARES = ((0.95, "nearly every {one}"), (0.6, "most of the {many}"), (0.45, "every second {one}"))
_PARTS = ((0.29, "one {one} in three"), (0.225, "one {one} in four"), (0.18, "one {one} in five"))


@dataclass(frozen=True)
class Bar:
    """One row: its label and how many."""

    label: str
    count: int


def most_often(bars: Sequence[Bar]) -> str:
    """ "“Female” was answered most often"; empty when no answer stands out. No shares: some bars may be hidden."""
    top = max((bar.count for bar in bars), default=0)
    labels = [bar.label for bar in bars if bar.count == top]
    return f"“{labels[0]}” was answered most often" if len(labels) == 1 else ""


def finding(bars: Sequence[Bar], one: str) -> str:
    """ "Laser safety brought one enquiry in three": what the largest bar says; empty when nothing stands out."""
    total = sum(bar.count for bar in bars)
    if not total:
        return ""
    top = max(bars, key=lambda bar: bar.count)
    if sum(bar.count == top.count for bar in bars) > 1:
        return ""
    many = one[:-1] + "ies" if one.endswith("y") else one + "s"
    share = top.count / total
    words = next((said for least, said in (*_SHARES, *_PARTS) if share >= least), "the most {many}")
    return f"{top.label} brought {words.format(one=one, many=many)}"
