"""Days as people type and read them."""

from __future__ import annotations

import datetime as dt
import re

SUCH_AS = "such as 1 December 2026, 1/12/2026 or 2026-12-01"
YEARS = range(2000, 2200)
FAR = 300  # days ahead from which a day without its year could be taken for another

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_FIGURES = re.compile(r"(?P<day>[0-9]{1,2}) ?[/. -] ?(?P<month>[0-9]{1,2}) ?[/. -] ?(?P<year>[0-9]{4}|[0-9]{2})")
_WORDS = re.compile(
    r"(?:(?P<weekday>[a-z]{2,9}),? )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?P<month>[a-z]{3,9})\.?,? "
    r"(?P<year>[0-9]{4}|[0-9]{2})",
    re.IGNORECASE,
)


class WrongWeekday(ValueError):
    """The day falls on another day of the week than the one that was typed with it; `right` is which."""

    def __init__(self, typed: str, right: str) -> None:
        super().__init__(f"is {typed!r}, which is a {right}")
        self.right = right


def read(typed: str) -> dt.date:
    """ "1 December 2026", "Tue 1 Dec 26", "1/12/2026", "1.12.2026" or "2026-12-01". Raises ValueError."""
    text = " ".join(typed.split())
    found = _ISO.fullmatch(text) or _FIGURES.fullmatch(text) or _WORDS.fullmatch(text)
    wrong = ValueError(f"is {typed!r}: write a day {SUCH_AS}")
    if found is None:
        raise wrong
    said = found.groupdict()
    year = int(said["year"]) + (2000 if len(said["year"]) == 2 else 0)
    try:
        day = dt.date(year, _month(said["month"]), int(said["day"]))
    except ValueError:
        raise wrong from None
    if day.year not in YEARS:
        raise wrong
    if weekday := said.get("weekday"):
        _check_weekday(weekday, day, typed, wrong)
    return day


def typed(day: dt.date) -> str:
    """As it is typed: "1 December 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def span(first: dt.date, last: dt.date, today: dt.date) -> str:
    """ "Tuesday 1 December", "Tuesday 1 and Wednesday 2 December" or "Tuesday 1 to Thursday 3 December".

    The year stands there where it could be taken for another.
    """
    far = abs((first - today).days) > FAR or abs((last - today).days) > FAR
    end = f"{last:%A} {last.day} {last:%B}" + (f" {last.year}" if far else "")
    if first == last:
        return end
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = f" {first.year}" if far and first.year != last.year else ""
    joint = "and" if last - first == dt.timedelta(days=1) else "to"
    return f"{first:%A} {first.day}{month}{year} {joint} {end}"


def _month(typed: str) -> int:
    if typed.isdigit():
        return int(typed)
    return next((number for number, name in enumerate(_MONTHS, 1) if name.lower().startswith(typed.lower())), 0)


def _check_weekday(said: str, day: dt.date, typed: str, wrong: ValueError) -> None:
    if not any(name.lower().startswith(said.lower()) for name in _WEEKDAYS):
        raise wrong
    if not f"{day:%A}".lower().startswith(said.lower()):
        raise WrongWeekday(typed, f"{day:%A}")
