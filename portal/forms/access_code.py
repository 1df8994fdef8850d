"""The forms about access codes: one for staff, one for a partner's own class; and what a partner may give away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain import days, import_rows
from portal.domain.access_codes import LONGEST, MOST_USES
from portal.forms.base import Choice, Line, PortalForm, reads
from portal.forms.content import WHOLE
from portal.forms.course_run import is_day


class _Rules:
    """What counts for how many places and until when, on both forms."""

    uses: Line
    ends_on: Line
    today: dt.date

    def validate_uses(self, field: Field) -> None:
        """From one to as many as a code may have."""
        if not 1 <= int(field.data) <= MOST_USES:
            raise StopValidation(f"Enter a number from 1 to {MOST_USES:,}")

    def validate_ends_on(self, field: Field) -> None:
        """Not over, and not for ever."""
        last = days.read(field.data)
        if last < self.today:
            raise StopValidation("That day is over: enter today or a day to come")
        if last > self.today + LONGEST:
            raise StopValidation("That is too far away: a code holds for two years at most")

    @property
    def number(self) -> int:
        """How many places, once the form is valid."""
        return int(self.uses.data)

    @property
    def last_day(self) -> dt.date:
        """Until the end of which day, once the form is valid."""
        return days.read(self.ends_on.data)


def _uses() -> Line:
    return Line(
        "How many places",
        what="number",
        missing="Enter how many places, such as 12",
        why="Each person can use the code once.",
        longest=6,
        checks=[reads(import_rows.whole_number, WHOLE)],
    )


def _ends_on() -> Line:
    return Line(
        "Last day",
        what="day",
        missing="Enter the last day",
        why="Such as 1 December 2026 or 1/12/2026. Whoever has ordered by then keeps the place.",
        longest=40,
        checks=[is_day],
    )


class AccessCodeForm(_Rules, PortalForm):
    """A code that staff issue."""

    course = Choice("Course", what="a course", missing="Choose a course")
    uses = _uses()
    ends_on = _ends_on()
    partner = Choice(
        "For a partner’s class",
        what="a partner",
        missing=None,
        why="The partner’s contacts then see the code and how many places are used, and can stop it. They see no name.",
    )

    def use(self, courses: Collection[str], partners: Collection[str], today: dt.date) -> AccessCodeForm:
        """Tell the form what may be chosen; answers the form."""
        self.course.known, self.partner.known, self.today = courses, partners, today
        return self


class PartnerCodeForm(_Rules, PortalForm):
    """A code that a partner's contact issues; `allowance` names the partner and the course."""

    allowance = Choice("Course", what="a course", missing="Choose a course")
    uses = _uses()
    ends_on = _ends_on()

    def use(self, allowances: Collection[str], today: dt.date) -> PartnerCodeForm:
        """Tell the form what may be chosen; answers the form."""
        self.allowance.known, self.today = allowances, today
        return self


class AllowanceForm(PortalForm):
    """How many places on a course a partner may give away."""

    course = Choice("Course", what="a course", missing="Choose a course")
    places = Line(
        "How many places it may give away",
        what="number",
        missing="Enter how many places, such as 12; 0 takes the course away",
        why="In all, by codes of its own. 0 takes the course away from it.",
        longest=6,
        checks=[reads(import_rows.whole_number, WHOLE)],
    )

    def use(self, courses: Collection[str]) -> AllowanceForm:
        """Tell the form what may be chosen; answers the form."""
        self.course.known = courses
        return self

    @property
    def number(self) -> int:
        """How many, once the form is valid."""
        return int(self.places.data)
