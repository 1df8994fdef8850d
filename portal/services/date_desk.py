"""Who was written to about a changed date, and who has chosen what, as staff read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.delivery import Kind, State
from portal.gateways.clock import Clock
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange, DateChoice
from portal.models.session import reading
from portal.records import date_changes, date_letters, outbox
from portal.records.paging import Page

LETTERS = (Kind.DATE_CHANGED, Kind.DATE_CHANGED_PAYER)


@dataclass(frozen=True)
class Listing:
    """A page of everybody who was asked about a date; `letters` says how the last letter to each stands, by id."""

    run: CourseRun
    change: DateChange | None
    page: Page[DateChoice]
    letters: dict[int, State]
    waiting: int
    now: dt.datetime

    def is_open(self, row: DateChoice) -> bool:
        """True while there is something to choose about this place."""
        return date_letters.is_open(row, row.enrolment, self.now)


def list_of(code: str, clock: Clock, *, page: int) -> Listing:
    """The page, the last change first. Raises NotFound."""
    with reading() as session:
        run = date_changes.get_run(session, code)
        change = date_changes.find_latest(session, run.id)
        found = date_changes.page_of_run(session, run.id, page)
        letters = outbox.states_of(session, LETTERS, [row.id for row in found.rows])
        waiting = date_changes.count_choices(session, change.id)[1] if change else 0
        return Listing(run, change, found, letters, waiting, clock.now(session))
