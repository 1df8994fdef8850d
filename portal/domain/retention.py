"""How long things are kept, counted in calendar months."""

from __future__ import annotations

import calendar
import datetime as dt


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same time of the same day, `months` earlier; where that month is shorter, its last day."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
