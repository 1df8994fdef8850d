"""Telling everybody with a place that a date is changed, and reminding who has not chosen since it was cancelled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import selling
from portal.domain.date_change import REMIND_AFTER, What
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.orders import OVER
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.date_change import DateChange
from portal.models.session import reading, writing
from portal.records import date_changes, enrolments, seats
from portal.records.outbox import Handler

LOOKED_BACK = dt.timedelta(days=30)


@dataclass(frozen=True)
class DateTelling:
    """Makes the handlers: one for each change, and one piece of work a day."""

    clock: Clock

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each."""
        return {Kind.TELL_DATE: Handler(self._tell), Kind.CHASE_DATES: Handler(self._chase)}

    def _tell(self, change_id: int, _key: str, _deadline: Deadline) -> None:
        with writing() as session:
            change = date_changes.get(session, change_id)
            run = seats.lock(session, change.course_run_id)
            change.told_at = self.clock.now(session)
            untold = date_changes.list_untold(session, change)
            if change.what == What.MOVED and change.was == date_changes.announced(run).words:
                raise NotNeeded("it was changed back before anybody was told")
        for reference in untold:
            self._ask(change_id, reference)

    def _chase(self, _record_id: int, _key: str, _deadline: Deadline) -> None:
        """Remind, and tell who was just paying for a place when its date was changed."""
        with reading() as session:
            now = self.clock.now(session)
            waiting = date_changes.list_to_remind(session, now - REMIND_AFTER)
            late = [
                (change.id, reference)
                for change in date_changes.list_recent(session, now - LOOKED_BACK)
                for reference in date_changes.list_untold(session, change)
                if _does_not_know(session, change, reference)
            ]
        for change_id, reference in late:
            self._ask(change_id, reference)
        for reference in waiting:
            self._remind(reference)
        if not (waiting or late):
            raise NotNeeded("everybody knows, and has chosen")

    def _ask(self, change_id: int, reference: str) -> None:
        """Ask about one place, once: in a transaction of its own, since there may be many."""
        with writing() as session:
            found = enrolments.get_by_reference(session, reference)
            order, place = date_changes.hold_place(session, found.line.order.reference, reference)
            change, now = date_changes.get(session, change_id), self.clock.now(session)
            if reference in date_changes.list_untold(session, change):
                date_changes.ask(session, change, order, place, now)

    def _remind(self, reference: str) -> None:
        with writing() as session:
            place = enrolments.get_by_reference(session, reference, lock=True)
            row, now = date_changes.find_last_choice(session, place.id), self.clock.now(session)
            if row is None or row.choice is not None or row.reminded_at is not None or place.state in OVER:
                return
            row.reminded_at = now
            kinds = (Kind.DATE_CHANGED, Kind.DATE_CHANGED_PAYER)
            date_changes.write(session, kinds, row, place, now, "reminder")


def _does_not_know(session: Session, change: DateChange, reference: str) -> bool:
    """True when the place is named as the date was before, or there is no date any more."""
    place = enrolments.get_by_reference(session, reference)
    run = change.run
    now_named = selling.described(run.course.title, run.starts_on, run.ends_on, run.place)
    return change.what == What.CANCELLED or place.line.description != now_named
