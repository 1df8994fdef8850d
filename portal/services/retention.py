"""Deleting what the privacy notice says is deleted, every day, as timed work of the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotNeeded
from portal.domain.retention import months_before
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.session import reading, writing
from portal.records import enquiries, outbox
from portal.records.outbox import Handler

BATCH = 200


@dataclass(frozen=True)
class Retention:
    """Makes the handler. `enquiry_months` is how long an enquiry is kept."""

    clock: Clock
    enquiry_months: int

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind of timed deletion."""
        return {Kind.PURGE_ENQUIRIES: Handler(self._purge)}

    def plan(self) -> None:
        """Write today's work into the outbox, once a day whoever asks."""
        with reading() as session:
            slot = self.clock.now(session).date().isoformat()
            planned = outbox.find_by_key(session, f"{Kind.PURGE_ENQUIRIES}:0:{slot}")
        if planned is None:
            with writing() as session:
                now = self.clock.now(session)
                outbox.add_once(session, Kind.PURGE_ENQUIRIES, 0, now, key=slot, lane=Lane.TIME)

    def count_due(self) -> int:
        """How many enquiries are due to be deleted now."""
        with reading() as session:
            return enquiries.count_received_before(session, months_before(self.clock.now(session), self.enquiry_months))

    def purge(self) -> int:
        """Delete the enquiries that are due, a batch a transaction; answers how many."""
        deleted = 0
        while True:
            with writing() as session:
                limit = months_before(self.clock.now(session), self.enquiry_months)
                batch = enquiries.delete_received_before(session, limit, BATCH)
            deleted += batch
            if batch < BATCH:
                return deleted

    def _purge(self, _record_id: int, _key: str, _deadline: Deadline) -> None:
        if self.purge() == 0:
            raise NotNeeded("nothing was due")
