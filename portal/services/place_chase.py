"""Places that nobody takes up: reminders on days 3 and 14, and on day 30 what was said of the learner is deleted.

One that was paid for waits on, for whom the payer names next; one that cost nothing is given back then.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotNeeded
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.enrolment import Enrolment
from portal.models.session import reading, writing
from portal.records import enrolments, fulfilment, outbox
from portal.records.outbox import Handler

REMINDED_ON = (3, 14)
BATCH = 200


@dataclass(frozen=True)
class PlaceChase:
    """Makes the handler; `days` is how long a place waits for its learner."""

    clock: Clock
    days: int

    def handlers(self) -> dict[Kind, Handler]:
        """One handler, for a piece of work of each day."""
        return {Kind.CHASE_PLACES: Handler(self._chase)}

    def _chase(self, _record_id: int, _key: str, _deadline: Deadline) -> None:
        with reading() as session:
            limit = self.clock.now(session) - dt.timedelta(days=REMINDED_ON[0])
            waiting = enrolments.list_waiting_since(session, limit)
        lapsed = self._lapse_nothing()
        if not waiting and not lapsed:
            raise NotNeeded("every place is taken up")
        for start in range(0, len(waiting), BATCH):
            with writing() as session:
                now = self.clock.now(session)
                for reference in waiting[start : start + BATCH]:
                    self._one(session, enrolments.get_by_reference(session, reference, lock=True), now)

    def _lapse_nothing(self) -> int:
        """End what gave no place, since its learner had one, on the day on which any other would end."""
        lapsed, batch = 0, BATCH
        while batch == BATCH:
            with writing() as session:
                since = self.clock.now(session) - dt.timedelta(days=self.days)
                batch = fulfilment.lapse_nothing(session, since, BATCH)
            lapsed += batch
        return lapsed

    def _one(self, session: Session, place: Enrolment, now: dt.datetime) -> None:
        if not enrolments.is_waiting(place):
            return
        age = (now - place.offered_at).days
        if age >= self.days and not place.line.gross_pence:
            enrolments.give_back(session, place, now)  # nobody is owed anything, so there is nothing to write about
            return
        if age >= self.days:
            enrolments.lapse(place)
            key = str(place.link_epoch)
            outbox.add_once(session, Kind.PLACE_LAPSED, place.id, now, key=key, lane=Lane.MAIL)
            return
        if due := [day for day in REMINDED_ON if day <= age]:
            key = f"{place.link_epoch}:{due[-1]}"
            outbox.add_once(session, Kind.PLACE_REMINDER, place.id, now, key=key, lane=Lane.MAIL)
