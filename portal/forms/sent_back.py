"""Money that went back twice, and of which one was sent to us."""

from __future__ import annotations

import datetime as dt

from portal.domain import days
from portal.forms.base import Line, PortalForm
from portal.forms.course_run import is_day
from portal.forms.repayment import is_no_account


class SentBackForm(PortalForm):
    """When it came, and how."""

    came_on = Line(
        "On which day did it come?",
        what="day",
        missing="Enter the day on which it came",
        why="Such as 1 December 2026 or 1/12/2026.",
        longest=40,
        checks=[is_day],
    )
    note = Line(
        "Note",
        what="note",
        missing="Write how it came, and who saw it",
        why="For colleagues, and for the buyer if they ask for their data. No card or account numbers.",
        longest=500,
        lines=True,
        checks=[is_no_account],
    )

    @property
    def day(self) -> dt.date:
        """When it came, once the form is valid."""
        return days.read(self.came_on.data)
