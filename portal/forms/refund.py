"""What staff give back: a sum for each line, which places end, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from portal.forms.base import Line, PortalForm, Several

_SUM = re.compile(r"£? ?(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:\.(?P<pence>[0-9]{2}))?")


def pence_of(typed: str) -> int:
    """ "£1,480.50", "1480.50" or "12" in pence; nothing is nothing. Raises ValueError."""
    if not typed:
        return 0
    found = _SUM.fullmatch(typed)
    if found is None:
        raise ValueError(f"{typed!r} is no sum")
    return int(found["pounds"].replace(",", "")) * 100 + int(found["pence"] or 0)


class RefundForm(PortalForm):
    """`amount` and `ends` stand once for each line, and are read by position; the page prints them beside each.

    `so_far` is how many refunds the check page knew of.
    """

    amount = Several("What goes back")
    ends = Several("Ends the place")
    reason = Line(
        "Reason",
        what="reason",
        missing="Say why the money goes back",
        why="It stands on the credit note, which the buyer gets.",
    )
    so_far = HiddenField()
    wrong: dict[str, str]

    def use(self, positions: Sequence[int]) -> RefundForm:
        """Tell the form which lines there are; answers the form."""
        self.wrong = {}
        self.lines = tuple(positions)
        return self

    def typed(self, position: int) -> str:
        """What was typed beside a line."""
        sums = dict(zip(self.lines, self.amount.data or [], strict=False))
        return str(sums.get(position, "")).strip()[:20]

    @property
    def places(self) -> list[int]:
        """The positions of the lines whose place ends."""
        return [one for one in self.lines if str(one) in (self.ends.data or [])]

    @property
    def known(self) -> int:
        """How many refunds the check page knew of; what is no number was on no page of ours."""
        typed = self.so_far.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1

    @property
    def pence(self) -> dict[int, int]:
        """What goes back of each line; only of a form that is right."""
        return {one: pence_of(self.typed(one)) for one in self.lines}

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever; and each sum is a sum."""
        right = bool(super().validate(extra_validators))
        for one in self.lines:
            try:
                pence_of(self.typed(one))
            except ValueError:
                self.wrong[f"amount-{one}"] = "Enter a sum in pounds, like 120 or 120.50"
        return right and not self.wrong

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The sums first, as on the page."""
        return [*self.wrong.items(), *super().problems]
