"""What somebody who is signed in sees of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import details
from portal.domain.enquiry import email_key
from portal.domain.orders import EnrolmentState, lets_in
from portal.domain.places import REGIONS
from portal.domain.profile import QUESTIONS
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.models.account import Account, Trainee
from portal.models.enquiry import Enquiry
from portal.models.enrolment import Enrolment
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import accounts, address_changes, catalogue, enquiries, enrolments, profile_answers, security_log
from portal.records.accounts import TRAINEE, Person
from portal.records.catalogue import Catalogue
from portal.records.paging import Page


@dataclass(frozen=True)
class Overview:
    """The first page of an account: the time, since when it is there, and the enquiries of its address.

    `places` are its newest places; `to_confirm` are the details (name, words) that somebody is asked about, empty while
    nothing is asked.
    """

    now: dt.datetime
    made_at: dt.datetime
    enquiries: Page[Enquiry]
    catalogue: Catalogue
    to_confirm: list[tuple[str, str]]
    places: Page[Enrolment]

    @property
    def next_place(self) -> Enrolment | None:
        """The newest place that is open, else the newest that will be."""
        is_open = (one for one in self.places.rows if lets_in(one.state, one.closes_at, self.now))
        will_be = (one for one in self.places.rows if one.state == EnrolmentState.WAITING_TO_OPEN)
        return next(is_open, None) or next(will_be, None)

    @property
    def greeting(self) -> str:
        """ "Good morning", by the clock in London."""
        hour = self.now.astimezone(LONDON).hour
        return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def overview(person: Person, clock: Clock, *, page: int = 1) -> Overview:
    """The first page of this account. The enquiries are those sent with its address, which is proved to be theirs."""
    with reading() as session:
        account = accounts.get(session, person.account_id)
        found = enquiries.list_of(session, email_key(person.email), page)
        now = clock.now(session)
        to_confirm = _to_confirm(session, account, now) if TRAINEE in person.hats else []
        places = enrolments.page_of_account(session, account.id, 1)
        return Overview(now, account.created_at, found, catalogue.current(session), to_confirm, places)


def get_trainee(person: Person) -> Trainee:
    """What a trainee told us. Raises NotFound when the account is no trainee's."""
    with reading() as session:
        return accounts.get_trainee(session, person.account_id)


def are_details_asked_about(person: Person, clock: Clock) -> bool:
    """True when the year is over after which a trainee is asked whether their details are right."""
    with reading() as session:
        return bool(_to_confirm(session, accounts.get(session, person.account_id), clock.now(session)))


def confirm_details(person: Person, clock: Clock) -> None:
    """A trainee says that their details are right."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        accounts.get_trainee(session, account.id).details_confirmed_at = clock.now(session)


def change_details(person: Person, *, full_name: str, region: str, heard_from: str) -> None:
    """Put a trainee's answers right; whether the others are, they are asked all the same."""
    with writing() as session:
        account = accounts.get_by_reference(session, person.reference, lock=True)
        account.full_name = full_name
        trainee = accounts.get_trainee(session, account.id)
        trainee.region, trainee.heard_from = region, heard_from


def list_sign_ins(person: Person, *, page: int = 1) -> Page[SecurityEvent]:
    """A page of this account's sign-ins and of the tries that failed."""
    with reading() as session:
        return security_log.list_own(session, person.account_id, page)


def _to_confirm(session: Session, account: Account, now: dt.datetime) -> list[tuple[str, str]]:
    """Nothing is asked while the address is being changed: it would not be known which one is meant."""
    trainee = accounts.get_trainee(session, account.id)
    right_at = trainee.details_confirmed_at or account.created_at
    if not details.are_asked_about(right_at, now) or address_changes.find_of(session, account.id):
        return []
    kept = profile_answers.list_of(session, account.id)
    answers = ((one, kept[one.code].state, kept[one.code].value) for one in QUESTIONS if one.code in kept)
    return details.listed(account.full_name, account.email, REGIONS[trainee.region].name, answers)
