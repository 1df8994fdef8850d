"""A trainee's places as staff see them, and the three things that staff do to one: close it, open it again, end it.

What opens a course to a learner asks `domain.orders.lets_in`; nothing here reaches further than the place's own row,
the letter about it, and the log.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotFound, Refusal
from portal.domain.orders import EnrolmentState, Seat, resumed
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.enrolment import Enrolment
from portal.models.session import reading, writing
from portal.records import accounts, enrolments, outbox, seats, security_log
from portal.records.accounts import Person
from portal.records.paging import Page


@dataclass(frozen=True)
class Listing:
    """A page of somebody's places, and the time."""

    account: Account
    page: Page[Enrolment]
    now: dt.datetime


@dataclass(frozen=True)
class _Act:
    """One place that staff act on, its row held."""

    session: Session
    place: Enrolment
    now: dt.datetime
    visit: Visit
    by: Person

    def note(self, kind: Happened) -> None:
        """In the security log, beside the learner's account."""
        detail = f"{self.place.reference} by {self.by.reference}"
        security_log.add(self.session, kind, self.visit, self.now, account_id=self.place.account_id, detail=detail)


def list_of(reference: str, clock: Clock, *, page: int) -> Listing:
    """A page of a trainee's places, newest first. Raises NotFound."""
    with reading() as session:
        account = accounts.get_by_reference(session, reference)
        accounts.get_trainee(session, account.id)
        found = enrolments.page_of_account(session, account.id, page)
        return Listing(account, found, clock.now(session))


def suspend(trainee: str, reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Keep the learner out of this course until it is resumed; they get a letter. Its time runs on.

    Raises NotFound, or Refusal for a place that is over.
    """
    with writing() as session:
        act = _held(session, trainee, reference, visit, clock, by)
        if act.place.state == EnrolmentState.SUSPENDED:
            return
        if not enrolments.suspend(act.place, act.now):
            raise Refusal("This place is over, so there is nothing to suspend.")
        outbox.add(session, Kind.COURSE_SUSPENDED, act.place.id, act.now, key=act.now.isoformat())
        act.note(Happened.PLACE_SUSPENDED)


def resume(trainee: str, reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Open it to the learner again, or let it open on its day; they get a letter. Raises as `suspend` does."""
    with writing() as session:
        act = _held(session, trainee, reference, visit, clock, by)
        place, now = act.place, act.now
        if place.state in (EnrolmentState.OPEN, EnrolmentState.WAITING_TO_OPEN):
            return
        if place.state != EnrolmentState.SUSPENDED:
            raise Refusal("This place is over, so it can’t be resumed.")
        place.state, place.suspended_at = resumed(place.opened_at, place.closes_at, now), None
        key = f"resumed:{now.isoformat()}"
        if place.state == EnrolmentState.WAITING_TO_OPEN:
            due = place.opens_at
            outbox.add(session, Kind.OPEN_COURSE, place.id, now, key=key, lane=Lane.COURSES, due_at=due)
        elif place.state == EnrolmentState.OPEN:
            outbox.add(session, Kind.COURSE_OPEN, place.id, now, key=key)
        else:
            place.ended_at = now
            outbox.add(session, Kind.COURSE_ENDED, place.id, now)
        act.note(Happened.PLACE_RESUMED)


def end(trainee: str, reference: str, visit: Visit, clock: Clock, by: Person) -> None:
    """End it for good; they get a letter. On a date that is not over somebody else may have the place.

    No money moves: a refund is a thing of its own. Raises NotFound. Pressed twice it is done once.
    """
    with writing() as session:
        act = _held(session, trainee, reference, visit, clock, by)
        if not enrolments.end(act.place, act.now):
            return
        run = act.place.run
        if run is None or run.ends_on >= london_day(act.now):
            seats.move(session, act.place.line, Seat.TAKEN, Seat.RELEASED)
        outbox.add(session, Kind.COURSE_ENDED, act.place.id, act.now)
        act.note(Happened.PLACE_ENDED)


def _held(session: Session, trainee: str, reference: str, visit: Visit, clock: Clock, by: Person) -> _Act:
    place = enrolments.get_by_reference(session, reference, lock=True)
    account = accounts.get_by_reference(session, trainee)
    if place.account_id != account.id:
        raise NotFound("This trainee has no such place.")
    return _Act(session, place, clock.now(session), visit, by)
