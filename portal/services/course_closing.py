"""Places end by themselves when their time is over: written down once an hour, and true from the moment itself."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotNeeded
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.session import reading, writing
from portal.records import enrolments, outbox
from portal.records.outbox import Handler

BATCH = 200
HOURLY = "%Y-%m-%dT%H"


@dataclass(frozen=True)
class CourseClosing:
    """Makes the handler, and plans it."""

    clock: Clock

    def handlers(self) -> dict[Kind, Handler]:
        """One handler."""
        return {Kind.CLOSE_PLACES: Handler(self._close)}

    def plan(self) -> None:
        """Write the look of this hour into the outbox, once whoever asks."""
        with reading() as session:
            now = self.clock.now(session)
            slot = now.strftime(HOURLY)
            if outbox.find_by_key(session, f"{Kind.CLOSE_PLACES}:0:{slot}") is not None:
                return
        with writing() as session:
            outbox.add_once(session, Kind.CLOSE_PLACES, 0, now, key=slot, lane=Lane.TIME)

    def close(self) -> int:
        """End every place whose time is over, a batch a transaction; each learner gets a letter. Answers how many."""
        closed = 0
        while True:
            with writing() as session:
                now = self.clock.now(session)
                batch = enrolments.take_timed_out(session, now, BATCH)
                for place in batch:
                    enrolments.end(place, now)
                    outbox.add(session, Kind.COURSE_ENDED, place.id, now)
            closed += len(batch)
            if len(batch) < BATCH:
                return closed

    def _close(self, _record_id: int, _key: str, _deadline: Deadline) -> None:
        if self.close() == 0:
            raise NotNeeded("no place's time was over")
