"""Working days: Europe/London, counted after the day of receipt, due at 17:00 on the last of them.

Source of the bank holidays: the `holidays` package's calendar of the United Kingdom, by nation.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
CLOSING = dt.time(17)


@cache
def _bank_holidays(nation: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv=NATIONS[nation], years=year))


def is_working_day(day: dt.date, nation: str = "england") -> bool:
    """True when `day` is neither a weekend nor a bank holiday of `nation` (a key of NATIONS)."""
    return day.weekday() < 5 and day not in _bank_holidays(nation, day.year)


def due(received_at: dt.datetime, days: int, nation: str = "england") -> dt.datetime:
    """When something received then is due: 17:00 London time on the `days`-th working day after that day, in UTC."""
    day = received_at.astimezone(LONDON).date()
    left = days
    while left:
        day += dt.timedelta(days=1)
        left -= is_working_day(day, nation)
    return dt.datetime.combine(day, CLOSING, LONDON).astimezone(dt.UTC)


def london_day(moment: dt.datetime) -> dt.date:
    """Which day it is then, in London."""
    return moment.astimezone(LONDON).date()


def long_day(moment: dt.datetime) -> str:
    """ "Wednesday 25 November", in London."""
    day = moment.astimezone(LONDON)
    return f"{day:%A} {day.day} {day:%B}"


def full_day(moment: dt.datetime) -> str:
    """ "Wednesday 25 November 2026", in London."""
    return f"{long_day(moment)} {moment.astimezone(LONDON).year}"


def short_day(moment: dt.datetime) -> str:
    """ "25 Nov 2026", in London."""
    day = moment.astimezone(LONDON)
    return f"{day.day} {day:%b} {day.year}"


def clock_time(moment: dt.datetime) -> str:
    """ "17:00", in London."""
    return f"{moment.astimezone(LONDON):%H:%M}"
