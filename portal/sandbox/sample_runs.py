"""The dates of the demo's courses, counted from the day it begins: a file that the import takes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from portal.domain.course_run import code_for
from portal.domain.working_days import is_working_day

DATA = Path(__file__).parent / "data" / "course_runs.csv"


def csv_from(today: dt.date) -> str:
    """The dates of `data/course_runs.csv`, which says in how many days each begins and how many days it lasts."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("course", "code", "starts_on", "ends_on", "times", "place", "address", "capacity", "active"))
    used: set[str] = set()
    with DATA.open(encoding="utf-8", newline="") as offsets:
        for row in csv.DictReader(offsets):
            first, last = _days(today + dt.timedelta(days=int(row["in_days"])), int(row["lasts"]))
            used.add(code := code_for(row["course"], first, used))
            place = (row["times"], row["place"], row["address"], row["capacity"])
            rows.writerow((row["course"], code, first, last, *place, "yes"))
    return file.getvalue()


def _days(first: dt.date, count: int) -> tuple[dt.date, dt.date]:
    """The first days from then on that are so many working days in a row."""
    while not all(is_working_day(first + dt.timedelta(days=number)) for number in range(count)):
        first += dt.timedelta(days=1)
    return first, first + dt.timedelta(days=count - 1)
