"""Comparing our books with Stripe: by command, and every night. What was only missed is taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from portal.domain.delivery import Kind, Lane
from portal.domain.errors import GiveUp
from portal.domain.reconciliation import A_DISPUTE_LASTS, Difference, compare
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.payments import Payments
from portal.models.session import reading, writing
from portal.records import orders, outbox, reconciliation
from portal.records.outbox import Handler

NIGHTS = 7
NOT_BEFORE = 3  # o'clock in London, when few people buy


@dataclass(frozen=True)
class Compared:
    """What was looked at, and each difference."""

    differences: list[Difference]
    visits: int
    refunds: int


@dataclass(frozen=True)
class Reconciliation:
    """Compares what Stripe says with our books. `take_in` takes in the money that went back unheard."""

    stripe: Payments
    clock: Clock
    take_in: Callable[[Difference, Deadline], bool]

    def handlers(self) -> dict[Kind, Handler]:
        """The nightly comparison."""
        return {Kind.RECONCILE: Handler(self._nightly)}

    def plan(self) -> None:
        """Write tonight's comparison into the outbox, once whoever asks."""
        with reading() as session:
            now = self.clock.now(session)
            here = now.astimezone(LONDON)
            if here.hour < NOT_BEFORE or outbox.find_by_key(session, f"{Kind.RECONCILE}:0:{here:%Y-%m-%d}"):
                return
        with writing() as session:
            outbox.add_once(session, Kind.RECONCILE, 0, now, key=f"{here:%Y-%m-%d}", lane=Lane.STRIPE)

    def compare(self, days: int, deadline: Deadline) -> Compared:
        """Every difference of the last `days` days. Changes nothing. Raises a DeliveryError."""
        with reading() as session:
            now = self.clock.now(session)
        since = now - dt.timedelta(days=days)
        visits = self.stripe.list_checkouts(since - reconciliation.MARGIN, deadline)
        refunds = self.stripe.list_refunds_since(since - reconciliation.MARGIN, deadline)
        disputes = self.stripe.list_disputes_since(min(since, now - A_DISPUTE_LASTS), deadline)
        with reading() as session:
            books = reconciliation.read(session, since, now)
        return Compared(compare(books, visits, refunds, disputes), len(visits), len(refunds))

    def _nightly(self, _record_id: int, _key: str, deadline: Deadline) -> None:
        """Have what was missed taken in; the rest is for a person, who finds it among the failed deliveries."""
        found = self.compare(NIGHTS, deadline).differences
        if missed := [one for one in found if one.is_missed and not one.session]:
            for one in missed:
                self.take_in(one, deadline)
            found = self.compare(NIGHTS, deadline).differences
        self._have_settled([one for one in found if one.session])
        settled = {one.reference for one in found if one.session}  # what went back of these is heard of next night
        if left := [one for one in found if not one.session and not (one.is_missed and one.reference in settled)]:
            more = f" And {len(left) - 1} more." if len(left) > 1 else ""
            raise GiveUp(f"{left[0]}{more} “portal reconcile” lists them.")

    def _have_settled(self, missed: list[Difference]) -> None:
        with writing() as session:
            now = self.clock.now(session)
            for one in missed:
                visit = orders.find_checkout(session, one.session, one.reference, one.attempt)
                if visit is not None:
                    visit.session = one.session
                    key = f"{now:%Y-%m-%d}"
                    outbox.add_once(session, Kind.SETTLE_VISIT, visit.id, now, key=key, lane=Lane.STRIPE)
