"""The form that cancels an order: which of its courses, and the sum that was shown."""

from __future__ import annotations

from portal.forms.base import PortalForm, Several

HIGHEST = 10**9


class CancellingForm(PortalForm):
    """A tick for each course where there are several. `shown` is "position:pence" of each sum that the page showed."""

    lines = Several("What do you want to cancel?")
    shown = Several("")

    @property
    def positions(self) -> set[int]:
        """The positions of the lines that are ticked; what is no number is none of ours."""
        return {int(one) for one in self.lines.chosen() if _is_number(one)}

    @property
    def shown_pence(self) -> int:
        """What the page promised for what is ticked; a sum that is missing was not shown, and is never undercut."""
        pairs = (one.partition(":") for one in self.shown.chosen())
        sums = {place: pence for place, _, pence in pairs if _is_number(place) and _is_number(pence)}
        return sum(int(sums.get(str(one), HIGHEST)) for one in self.positions)


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 10
