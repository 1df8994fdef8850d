"""Taking up a place: the mailed link proves the learner's address, and from then on the place is theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import AlreadyThere, NotFound
from portal.domain.orders import EnrolmentState
from portal.domain.registration import Answers
from portal.domain.security import Visit
from portal.domain.terms import VERSION
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.enrolment import Enrolment
from portal.models.session import hold, reading, writing
from portal.records import accounts, enrolments, outbox, registrations
from portal.records.accounts import Person
from portal.records.paging import Page


@dataclass(frozen=True)
class Waiting:
    """A place that waits for its learner. `has_account`: their address has one, which the link has now proved.

    `answers` are the payer's own, when the learner is the payer: nothing is asked twice.
    """

    enrolment: Enrolment
    learner_name: str
    email: str
    has_account: bool
    answers: Answers | None
    now: dt.datetime

    @property
    def has_accepted(self) -> bool:
        """True when the learner accepted the course terms by ordering."""
        return bool(self.enrolment.terms_version)


def get_waiting(reference: str, epoch: int, clock: Clock) -> Waiting:
    """The place behind a link. Changes nothing. Raises NotFound when it is taken up, lapsed or cancelled."""
    with reading() as session:
        return _waiting(session, enrolments.get_by_reference(session, reference), epoch, clock.now(session))


def take_up(
    reference: str, epoch: int, answers: Answers, password_hash: str, visit: Visit, clock: Clock, vault: Vault
) -> Person:
    """Make the learner's account and give it the place; answers whom to sign in.

    Raises NotFound as above, AlreadyThere when the address has an account by now: `take_up_with_account` is the way.
    """
    with writing() as session:
        hold(session, _key_of(session, reference))
        enrolment = enrolments.get_by_reference(session, reference, lock=True)
        now = clock.now(session)
        waiting = _waiting(session, enrolment, epoch, now)
        person = accounts.open_trainee(session, answers, waiting.email, password_hash, visit, vault, now)
        registrations.forget(session, enrolment.line.course_email_key or "")
        _give(session, enrolment, person.account_id, now)
        return person


def take_up_with_account(reference: str, epoch: int, clock: Clock) -> None:
    """Give the place to the account that the proved address has; nobody is signed in.

    Raises NotFound as above, also when there is no such account, and AlreadyThere when it has this very course: then it
    is as if they had declined, and whoever ordered hears no more than that.
    """
    with writing() as session:
        hold(session, _key_of(session, reference))
        enrolment = enrolments.get_by_reference(session, reference, lock=True)
        now = clock.now(session)
        waiting = _waiting(session, enrolment, epoch, now)
        account = accounts.find_by_email(session, enrolment.line.course_email_key or "", stays=True)
        if account is None or not waiting.has_account:
            raise NotFound("There is no account of this address.")
        other = enrolments.find_alive(
            session, enrolment.course_id, enrolment.course_run_id, account_id=account.id, email_key=""
        )
        if other is None:
            _give(session, enrolment, account.id, now)
        else:
            _leave(session, enrolment, now)
    if other is not None:
        raise AlreadyThere("You have a place on this course already.")


def decline(reference: str, epoch: int, clock: Clock) -> None:
    """The learner does not want it: what was said of them is deleted, and whoever ordered is told. Raises NotFound.

    A place that cost nothing is given back with it: nobody is owed anything, and somebody else may have it.
    """
    with writing() as session:
        enrolment = enrolments.get_by_reference(session, reference, lock=True)
        now = clock.now(session)
        _waiting(session, enrolment, epoch, now)
        _leave(session, enrolment, now)


def list_of(account_id: int, clock: Clock, page: int = 1) -> tuple[Page[Enrolment], dt.datetime]:
    """A page of somebody's places, newest first, and the time."""
    with reading() as session:
        return enrolments.page_of_account(session, account_id, page), clock.now(session)


def _key_of(session: Session, reference: str) -> str:
    return enrolments.get_by_reference(session, reference).line.course_email_key or ""


def _waiting(session: Session, enrolment: Enrolment, epoch: int, now: dt.datetime) -> Waiting:
    line = enrolment.line
    if enrolment.link_epoch != epoch or enrolment.state != EnrolmentState.WAITING_FOR_LEARNER:
        raise NotFound("This place is taken up, or gone.")
    if line.course_email is None or line.course_email_key is None:
        raise NotFound("This place waits for another learner.")
    account = accounts.find_by_email(session, line.course_email_key)
    has_account = account is not None and not accounts.may_register(session, account)
    order = line.order
    own = Answers(order.full_name, line.course_email, order.region, order.heard_from, order.of_age)
    return Waiting(
        enrolment, line.learner_name or "", line.course_email, has_account, own if line.is_payer else None, now
    )


def _leave(session: Session, enrolment: Enrolment, now: dt.datetime) -> None:
    """The learner does not take it: they are forgotten, and whoever ordered is told that, never why."""
    if enrolment.line.gross_pence:
        enrolments.lapse(enrolment)
    else:
        enrolments.give_back(session, enrolment, now)
    outbox.add_once(session, Kind.PLACE_LAPSED, enrolment.id, now, key=str(enrolment.link_epoch), lane=Lane.MAIL)


def _give(session: Session, enrolment: Enrolment, account_id: int, now: dt.datetime) -> None:
    """The place is theirs; the course opens when it may."""
    enrolment.account_id, enrolment.taken_up_at = account_id, now
    enrolment.state = EnrolmentState.WAITING_TO_OPEN
    if not enrolment.terms_version:
        enrolment.terms_version, enrolment.terms_accepted_at = VERSION, now
    session.flush()
    outbox.add(session, Kind.OPEN_COURSE, enrolment.id, now, lane=Lane.COURSES, due_at=enrolment.opens_at)
