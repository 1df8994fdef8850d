"""The form about a date of a course."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain import days, import_rows
from portal.domain.content import RUN
from portal.domain.course_run import is_backwards
from portal.forms.base import Choice, Line, reads
from portal.forms.content import WHOLE, YES, ContentForm


def is_day(_form: Any, field: Field) -> None:
    """A day in one of the ways that people write one."""
    try:
        days.read(field.data)
    except days.WrongWeekday as wrong:
        raise StopValidation(
            f"That day is a {wrong.right}: correct the day, or leave out the day of the week"
        ) from None
    except ValueError:
        raise StopValidation(f"Enter a day, {days.SUCH_AS}") from None


class CourseRunForm(ContentForm):
    """Every column of a date; its code is made by us. `not_before`, given to the bound form: the first day it takes."""

    COLUMNS = RUN
    READERS = import_rows.COURSE_RUN[0]
    not_before: dt.date | None = None

    starts_on = Line(
        RUN["starts_on"].label,
        what="day",
        missing="Enter the first day",
        why="Such as 1 December 2026 or 1/12/2026.",
        longest=40,
        checks=[is_day],
    )
    ends_on = Line(
        RUN["ends_on"].label, what="day", why="Left empty, it is the first day.", longest=40, checks=[is_day]
    )
    times = Line(RUN["times"].label, what="times", why="Such as 9:00 to 16:30.", longest=100)
    place = Line(RUN["place"].label, what="place", why="Such as Birmingham. Visitors see it beside the day.")
    address = Line(RUN["address"].label, what="address", why="Where to come.", longest=500, lines=True)
    capacity = Line(
        RUN["capacity"].label,
        what="number",
        why="How many can come. Left empty, there is no limit.",
        longest=9,
        checks=[reads(import_rows.number_or_blank, WHOLE)],
    )
    active = Choice("This date is on offer", what="yes or no", missing=None)

    @staticmethod
    def typed(column: str, value: Any) -> Any:
        """Days in words."""
        return days.typed(value) if isinstance(value, dt.date) else ContentForm.typed(column, value)

    def values(self) -> dict[str, Any]:
        """The value of each column, once the form is valid; without a last day it ends when it begins."""
        values = super().values()
        return values | {"ends_on": values["ends_on"] or values["starts_on"]}

    def validate_starts_on(self, field: Field) -> None:
        """Not over yet, where it must not be."""
        if self.not_before and days.read(field.data) < self.not_before:
            raise StopValidation("That day is over: enter today or a day to come")

    def validate_ends_on(self, field: Field) -> None:
        """Not before the first day."""
        if not self.starts_on.errors and is_backwards(days.read(self.starts_on.data), days.read(field.data)):
            raise StopValidation("The last day is before the first day")

    def use(self, not_before: dt.date | None = None) -> CourseRunForm:
        """Tell the form what may be chosen; answers the form."""
        self.active.known, self.not_before = YES, not_before
        return self
