"""Accounts that nobody uses: one letter before they are deleted, and one press that keeps them.

The deletion itself is retention's. It never outruns the letter: it comes no sooner than 30 days after the mail server
took it, however long no worker ran. A letter that was given up is shown to staff, who may find another way; 60 days
later the account is deleted all the same, since an address that takes no mail is no reason to keep data for ever.
The letter goes to every trainee, whatever else they are. Nobody writes to a suspended account, whose owner could do
nothing with the letter, nor to staff and contacts who do not learn here: they came in for the work of a company, a
partner or a sponsor, which invites them again. Those are deleted when their time is over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import retention, working_days
from portal.domain.delivery import Kind
from portal.domain.errors import NotFound, NotNeeded
from portal.domain.links import SIGN_IN_PAGE, Links
from portal.domain.security import Happened, Visit
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.account import Account
from portal.models.session import hold, reading, writing
from portal.records import accounts, outbox, security_log, unused_accounts
from portal.records.outbox import Handler

BATCH = 200


@dataclass(frozen=True)
class Unused:
    """What the page behind the letter's link shows; `is_kept` when the account has been used since."""

    email: str
    last_used_at: dt.datetime
    is_kept: bool


@dataclass(frozen=True)
class UnusedAccounts:
    """Makes the handlers. `months` is how long an account is kept after its last use."""

    mailer: Mailer
    links: Links
    clock: Clock
    months: int

    def handlers(self) -> dict[Kind, Handler]:
        """The daily look, and the letter."""
        return {
            Kind.WARN_UNUSED: Handler(self._look),
            Kind.ACCOUNT_UNUSED: Handler(self._letter, unused_accounts.handed_over, unused_accounts.failed),
        }

    def warn(self) -> int:
        """Write to everybody whose account is to be deleted in 30 days, once while it lies unused; answers how many."""
        written = 0
        while True:
            with writing() as session:
                hold(session, "unused accounts")
                now = self.clock.now(session)
                unused_accounts.forget_void(session)
                used_before = retention.warned_when_used_before(now, self.months)
                made = unused_accounts.warn(session, used_before, now, BATCH)
                for warning in made:
                    outbox.add(session, Kind.ACCOUNT_UNUSED, warning.id, now)
            written += len(made)
            if len(made) < BATCH:
                return written

    def _look(self, _record_id: int, _key: str, _deadline: Deadline) -> None:
        if self.warn() == 0:
            raise NotNeeded("nobody was to be written to")

    def _letter(self, warning_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            try:
                warning, account = unused_accounts.get_warned(session, warning_id)
            except NotFound:
                raise NotNeeded("the account is used, suspended or gone") from None
            end = retention.deleted_at(warning.idle_since, self.months, self.clock.now(session))
        context = {
            "account": account,
            "link": self.links.keep_page(account.reference, account.versions, warning.idle_since, end),
            "sign_in": self.links.page(SIGN_IN_PAGE),
            "used_on": working_days.full_day(warning.idle_since),
            "deleted_on": working_days.full_day(end),
        }
        self.mailer.send(Letter("account_unused", account.email, key, context, to_name=account.full_name), deadline)


def get(reference: str, versions: str, idle_since: dt.datetime) -> Unused:
    """The account that a link would keep. Changes nothing. Raises NotFound when the link is dead, or the account is."""
    with reading() as session:
        account = _named(session, reference, versions)
        return Unused(account.email, account.last_used_at, account.last_used_at > idle_since)


def keep(reference: str, versions: str, idle_since: dt.datetime, visit: Visit, clock: Clock) -> None:
    """Keep the account as signing in would, and sign nobody in. Raises as `get` does. Pressed twice it is done once."""
    with writing() as session:
        account = _named(session, reference, versions, lock=True)
        if account.last_used_at <= idle_since:
            account.last_used_at = now = clock.now(session)
            security_log.add(session, Happened.ACCOUNT_KEPT, visit, now, account_id=account.id)


def _named(session: Session, reference: str, versions: str, *, lock: bool = False) -> Account:
    account = accounts.get_by_reference(session, reference, lock=lock)
    if account.versions != versions:
        raise NotFound("The address, the password or the sign-ins have changed since.")
    if account.suspended_at is not None:
        raise NotFound("The account is suspended.")
    return account
