"""Opening courses: the moment from which a learner may learn. It never comes before the day that the order allows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded, TryAgain
from portal.domain.orders import EnrolmentState
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.session import writing
from portal.records import enrolments, outbox
from portal.records.outbox import Handler

CONFIRMATION_FIRST = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class CourseOpening:
    """Makes the handler. The law wants the confirmation to be sent first; a mail server that is down must not keep a
    paid course shut, so after ten minutes it opens all the same."""

    clock: Clock

    def handlers(self) -> dict[Kind, Handler]:
        """One handler."""
        return {Kind.OPEN_COURSE: Handler(self._open)}

    def _open(self, enrolment_id: int, _key: str, _deadline: Deadline) -> None:
        with writing() as session:
            reference = enrolments.get(session, enrolment_id).reference
            enrolment = enrolments.get_by_reference(session, reference, lock=True)
            now = self.clock.now(session)
            if enrolment.state != EnrolmentState.WAITING_TO_OPEN:
                raise NotNeeded("the place is open, or has ended")
            if enrolment.run is not None and enrolment.run.cancelled_at is not None:
                raise NotNeeded("the date is cancelled")
            if enrolment.opens_at > now:
                raise TryAgain("It is too early.")
            order = enrolment.line.order
            if order.confirmed_at is None and now - (enrolment.taken_up_at or now) < CONFIRMATION_FIRST:
                raise TryAgain("The confirmation of the order goes first.")
            enrolment.state, enrolment.opened_at = EnrolmentState.OPEN, now
            days = enrolment.course.access_days
            enrolment.closes_at = now + dt.timedelta(days=days) if days else None
            outbox.add(session, Kind.COURSE_OPEN, enrolment.id, now)
