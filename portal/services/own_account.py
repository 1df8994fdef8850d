"""What somebody who is signed in sees of their own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.domain.enquiry import email_key
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.models.account import Trainee
from portal.models.enquiry import Enquiry
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.records import accounts, catalogue, enquiries, security_log
from portal.records.accounts import Person
from portal.records.catalogue import Catalogue
from portal.records.paging import Page


@dataclass(frozen=True)
class Overview:
    """The first page of an account: the time, since when it is there, and the enquiries of its address."""

    now: dt.datetime
    made_at: dt.datetime
    enquiries: Page[Enquiry]
    catalogue: Catalogue

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
        return Overview(clock.now(session), account.created_at, found, catalogue.current(session))


def get_trainee(person: Person) -> Trainee:
    """What a trainee told us. Raises NotFound when the account is no trainee's."""
    with reading() as session:
        return accounts.get_trainee(session, person.account_id)


def change_details(person: Person, *, full_name: str, region: str, heard_from: str) -> None:
    """Put a trainee's answers right."""
    with writing() as session:
        accounts.get(session, person.account_id).full_name = full_name
        trainee = accounts.get_trainee(session, person.account_id)
        trainee.region, trainee.heard_from = region, heard_from


def list_sign_ins(person: Person, *, page: int = 1) -> Page[SecurityEvent]:
    """A page of this account's sign-ins and of the tries that failed."""
    with reading() as session:
        return security_log.list_own(session, person.account_id, page)
