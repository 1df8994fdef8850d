"""Choosing what follows a date that we changed: keep the place, take another date, or have everything back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import selling
from portal.domain.date_change import MOST_DATES, REASONS, Choice, Side, What, is_over
from portal.domain.delivery import Kind, Lane
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.order_desk import may_begin
from portal.domain.orders import OVER, EnrolmentState
from portal.domain.refunds import BY_BUYER
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange, DateChoice
from portal.models.enrolment import Enrolment as Enrolment  # pages name this type
from portal.models.order import Order
from portal.models.session import reading, writing
from portal.records import (
    accounts,
    course_runs,
    date_changes,
    enrolments,
    fulfilment,
    orders,
    outbox,
    payments,
    refunds,
    returns,
    seats,
    security_log,
)
from portal.records.course_runs import RunShown
from portal.records.refunds import Asked, Back


@dataclass(frozen=True)
class Holder:
    """Who chooses about which place: the epoch is of their link, the order's for whoever paid."""

    reference: str
    epoch: int
    side: Side


@dataclass(frozen=True)
class Shown:
    """What was asked about a place, what can be chosen, and what was. `back_pence` is what goes back of the money."""

    change: DateChange
    row: DateChoice
    place: Enrolment
    order: Order
    side: Side
    runs: list[RunShown]
    back_pence: int
    is_disputed: bool
    now: dt.datetime

    @property
    def is_open(self) -> bool:
        """True while there is something to choose."""
        if self.row.choice is not None or self.place.state in OVER:
            return False
        return not is_over(self.change.what, self.row.told_at, self.change.run.starts_on, self.now)

    @property
    def can_keep(self) -> bool:
        """True when there still is a date to keep."""
        return self.change.what == What.MOVED

    @property
    def can_give_back(self) -> bool:
        """True for whoever paid, and for anybody where nothing was paid: money is theirs who gave it."""
        return self.side == Side.PAYER or not self.place.line.gross_pence


def get(holder: Holder, clock: Clock) -> Shown:
    """The page of a choice. Changes nothing. Raises NotFound for a link that is dead, or where nothing was asked."""
    with reading() as session:
        place = enrolments.get_by_reference(session, holder.reference)
        order = orders.get_by_reference(session, place.line.order.reference)
        return _shown(session, order, place, holder, clock.now(session))


def list_open(places: Collection[Enrolment]) -> set[int]:
    """Of these places, the ids of those about which somebody has still to choose."""
    alive = [place.id for place in places if place.id is not None and place.state not in OVER]
    with reading() as session:
        return {row.enrolment_id for row in date_changes.list_open(session, alive)}


def keep(holder: Holder, visit: Visit, clock: Clock) -> None:
    """Keep the place on the new date. Raises NotFound, or Refusal when it is too late or chosen already."""
    with writing() as session:
        shown = _held(session, holder, clock)
        if not shown.can_keep:
            raise Unfit("choice", "This date is cancelled: choose one of the others")
        date_changes.chosen(shown.row, Choice.KEEP, holder.side, shown.now)
        _tell(session, shown, visit, "kept")


def move(holder: Holder, run_code: str, visit: Visit, clock: Clock) -> None:
    """Take a place on this date instead. Raises NotFound, Refusal, or Unfit for a date that is not to be had."""
    with writing() as session:
        shown = _held(session, holder, clock)
        run = next((one.run for one in shown.runs if one.run.code == run_code), None)
        if run is None or not _is_free_of(session, shown, run) or not seats.is_room(session, run.id):
            raise Unfit("choice", "This date can’t be had any more: choose another")
        _put_on(session, shown, run)
        date_changes.chosen(shown.row, Choice.MOVE, holder.side, shown.now, run)
        _tell(session, shown, visit, f"moved to {run.code}")


def give_back(holder: Holder, visit: Visit, clock: Clock, seller: Seller) -> int:
    """Give the place back and have all the money, whatever day it is; answers the epoch of the link from now on.

    Raises NotFound, Refusal when it is too late or only a person can do it, Unfit for who may not.
    """
    with writing() as session:
        shown = _held(session, holder, clock)
        if not shown.can_give_back:
            raise Unfit("choice", "Whoever paid decides about the money: choose one of the others")
        _return_all(session, shown, seller)
        date_changes.chosen(shown.row, Choice.BACK, holder.side, shown.now)
        _log(session, shown, visit, "given back")
        return shown.order.link_epoch if holder.side == Side.PAYER else shown.place.link_epoch


def _held(session: Session, holder: Holder, clock: Clock) -> Shown:
    """The same as `get`, with learner, order and place held (ADR 003). Raises NotFound or Refusal."""
    found = enrolments.get_by_reference(session, holder.reference)
    account = accounts.get(session, found.account_id) if found.account_id is not None else None
    reference = found.line.order.reference
    fulfilment.hold_learners(session, reference, *((account.email_key,) if account else ()))
    order, place = date_changes.hold_place(session, reference, holder.reference)
    shown = _shown(session, order, place, holder, clock.now(session))
    if not shown.is_open:
        raise Refusal("There is nothing to choose any more.")
    return shown


def _shown(session: Session, order: Order, place: Enrolment, holder: Holder, now: dt.datetime) -> Shown:
    epoch = order.link_epoch if holder.side == Side.PAYER else place.link_epoch
    row = date_changes.find_last_choice(session, place.id)
    if row is None or holder.epoch != epoch:
        raise NotFound("There is no such choice, or the link has been revoked.")
    runs = _free_runs(session, order, place, london_day(now))
    left, paid = _left(session, order, place)
    is_disputed = left > 0 and not paid
    return Shown(row.change, row, place, order, holder.side, runs, min(left, paid), is_disputed, now)


def _free_runs(session: Session, order: Order, place: Enrolment, today: dt.date) -> list[RunShown]:
    """The next dates of the course that have room and that the law lets the order begin on."""
    found = course_runs.list_coming(session, place.course_id, today, seats.filled_of(session, place.course_id))
    return [
        one
        for one in found
        if not one.is_full
        and one.run.id != place.course_run_id
        and may_begin(order.buyer, order.start, order.ordered_at, one.run.starts_on)
    ][:MOST_DATES]


def _left(session: Session, order: Order, place: Enrolment) -> tuple[int, int]:
    """What has not been given back for the place, and what can go back of the payment, in pence."""
    known = refunds.list_of(session, order)
    left = place.line.gross_pence - refunds.given_back(session, order, known).get(place.order_line_id, 0)
    charged = payments.find_charged(session, order, known)
    return left, charged.price_pence if charged else 0


def _is_free_of(session: Session, shown: Shown, run: CourseRun) -> bool:
    """True when the learner has no place on that date already."""
    place = shown.place
    key = "" if place.account_id is not None else place.line.course_email_key or ""
    return not enrolments.find_alive(session, place.course_id, run.id, account_id=place.account_id, email_key=key)


def _put_on(session: Session, shown: Shown, run: CourseRun) -> None:
    """The seat goes over with its line; what was open opens again on the new day."""
    place, line = shown.place, shown.place.line
    line.run, line.course_run_id = run, run.id
    line.description = selling.described(place.course.title, run.starts_on, run.ends_on, run.place)
    place.run, place.course_run_id = run, run.id
    place.opened_at = place.closes_at = None
    if place.state == EnrolmentState.OPEN:
        place.state = EnrolmentState.WAITING_TO_OPEN
    date_changes.plan_opening(session, shown.order, place, shown.now, f"moved:{shown.row.id}")
    session.flush()


def _return_all(session: Session, shown: Shown, seller: Seller) -> None:
    order, line, now = shown.order, shown.place.line, shown.now
    if shown.back_pence:
        asked = Asked(BY_BUYER, REASONS[shown.change.what])
        refund = refunds.ask(session, order, [Back(line, shown.back_pence, ends_place=True)], asked, now, seller)
        assert refund is not None
        outbox.add(session, Kind.ORDER_CANCELLED, refund.id, now)
    elif shown.is_disputed:
        raise Unfit("choice", "The bank is looking at this payment, so only a person can do this: please ring us")
    else:
        fulfilment.take_back(session, line, now)
        outbox.add_once(session, Kind.ORDER_ENDED, order.id, now, key=f"date:{shown.row.id}", lane=Lane.MAIL)
    returns.end(session, order)


def _tell(session: Session, shown: Shown, visit: Visit, what: str) -> None:
    kinds = (Kind.DATE_CHOSEN, Kind.DATE_CHOSEN_PAYER)
    date_changes.write(session, kinds, shown.row, shown.place, shown.now)
    _log(session, shown, visit, what)


def _log(session: Session, shown: Shown, visit: Visit, what: str) -> None:
    detail = f"{shown.place.reference}: {what}, by the {shown.side}"
    account_id = shown.order.payer_id if shown.side == Side.PAYER else shown.place.account_id
    security_log.add(session, Happened.DATE_CHOSEN, visit, shown.now, account_id=account_id, detail=detail)
