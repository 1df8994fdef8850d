"""Deleting what the privacy notice says is deleted, as timed work of the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotNeeded
from portal.domain.retention import months_before, order_limits, unused_limits
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.models.session import reading, writing
from portal.records import (
    address_changes,
    complaints,
    enquiries,
    equality_answers,
    invitations,
    old_orders,
    outbox,
    registrations,
    security_log,
    unused_accounts,
)
from portal.records.outbox import Handler

BATCH = 200
DONE_FOR = dt.timedelta(days=100)  # longer than the longest wait between two pieces of timed work, a quarter
HOURLY, DAILY = "%Y-%m-%dT%H", "%Y-%m-%d"
Limit = TypeVar("Limit")


@dataclass(frozen=True)
class Purge(Generic[Limit]):
    """One kind of deletion: what goes (in words), from which limit on, and how often it is looked at (`slot`)."""

    kind: Kind
    what: str
    limit: Callable[[dt.datetime], Limit]
    count: Callable[[Session, Limit], int]
    delete: Callable[[Session, Limit, int], int]
    slot: str = DAILY


def purges(
    *,
    enquiry_months: int,
    complaint_months: int,
    registration_days: int,
    invitation_days: int,
    account_months: int,
    security_log_days: int,
    equality_months: int,
    order_days: int,
    books_months: int,
    financial_year_end: str,
) -> tuple[Purge[Any], ...]:
    """Every deletion, with these lengths of keeping."""
    return (
        Purge(
            Kind.PURGE_ENQUIRIES,
            "enquiries",
            lambda now: months_before(now, enquiry_months),
            enquiries.count_received_before,
            enquiries.delete_received_before,
        ),
        Purge(
            Kind.PURGE_COMPLAINTS,
            "complaints",
            lambda now: months_before(now, complaint_months),
            complaints.count_closed_before,
            complaints.delete_closed_before,
        ),
        Purge(
            Kind.PURGE_REGISTRATIONS,
            "registrations that nobody confirmed",
            lambda now: now - dt.timedelta(days=registration_days),
            registrations.count_registered_before,
            registrations.delete_registered_before,
            HOURLY,
        ),
        Purge(
            Kind.PURGE_INVITATIONS,
            "invitations",
            lambda now: now - dt.timedelta(days=invitation_days),
            invitations.count_invited_before,
            invitations.delete_invited_before,
            HOURLY,
        ),
        Purge(
            Kind.PURGE_ADDRESS_CHANGES,
            "changes of address that nobody agreed to",
            lambda now: now - dt.timedelta(days=registration_days),
            address_changes.count_asked_before,
            address_changes.delete_asked_before,
        ),
        Purge(
            Kind.PURGE_ACCOUNTS,
            "accounts that nobody uses",
            lambda now: unused_limits(now, account_months),
            unused_accounts.count,
            unused_accounts.delete_some,
        ),
        Purge(
            Kind.PURGE_ORDERS,
            "orders",
            lambda now: order_limits(now, order_days, books_months, financial_year_end),
            old_orders.count,
            old_orders.delete_some,
        ),
        Purge(
            Kind.PURGE_EQUALITY,
            "equality answers",
            lambda now: months_before(now, equality_months),
            equality_answers.count_answered_before,
            equality_answers.delete_answered_before,
        ),
        Purge(
            Kind.PURGE_SECURITY_LOG,
            "entries of the security log",
            lambda now: now - dt.timedelta(days=security_log_days),
            security_log.count_before,
            security_log.delete_before,
        ),
        Purge(
            Kind.PURGE_TIMED_WORK,
            "notes that timed work was done",
            lambda now: now - DONE_FOR,
            outbox.count_done_before,
            outbox.delete_done_before,
        ),
    )


@dataclass(frozen=True)
class Retention:
    """Makes the handlers of the deletions, and plans them; `daily` is further work that is planned with them."""

    clock: Clock
    purges: tuple[Purge[Any], ...]
    daily: tuple[Kind, ...] = ()

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind of timed deletion."""
        return {one.kind: Handler(self._handler(one)) for one in self.purges}

    def plan(self) -> None:
        """Write the timed work of this hour and this day into the outbox, once whoever asks."""
        with reading() as session:
            now = self.clock.now(session)
            work = [(one.kind, one.slot) for one in self.purges] + [(kind, DAILY) for kind in self.daily]
            planned = [(kind, now.strftime(slot)) for kind, slot in work]
            missing = [
                (kind, slot) for kind, slot in planned if outbox.find_by_key(session, f"{kind}:0:{slot}") is None
            ]
        if missing:
            with writing() as session:
                for kind, slot in missing:
                    outbox.add_once(session, kind, 0, now, key=slot, lane=Lane.TIME)

    def count_due(self) -> list[tuple[int, str]]:
        """(how many, of what) are due to be deleted now."""
        with reading() as session:
            now = self.clock.now(session)
            return [(one.count(session, one.limit(now)), one.what) for one in self.purges]

    def purge_all(self) -> list[tuple[int, str]]:
        """Delete everything that is due; answers (how many, of what)."""
        return [(self.purge(one), one.what) for one in self.purges]

    def purge(self, one: Purge[Any]) -> int:
        """Delete what is due of one kind, a batch a transaction; answers how many."""
        deleted = 0
        while True:
            with writing() as session:
                batch = one.delete(session, one.limit(self.clock.now(session)), BATCH)
            deleted += batch
            if batch < BATCH:
                return deleted

    def _handler(self, one: Purge[Any]) -> Callable[[int, str, Deadline], None]:
        def deliver(_record_id: int, _key: str, _deadline: Deadline) -> None:
            if self.purge(one) == 0:
                raise NotNeeded("nothing was due")

        return deliver
