"""Choosing what follows a date that we changed: keep the place, take another date, or have everything back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import selling
from portal.domain.cancelling import KEPT_OUT
from portal.domain.date_change import BACK, KEEP, MOST_DATES, REASONS, TO, WHO, Choice, Side, What
from portal.domain.delivery import Kind, Lane
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.orders import EnrolmentState
from portal.domain.refunds import BY_BUYER
from portal.domain.roles import Role
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
    date_changes,
    date_letters,
    enrolments,
    free_dates,
    fulfilment,
    orders,
    outbox,
    payments,
    refunds,
    returns,
    seats,
    security_log,
)
from portal.records.accounts import Person
from portal.records.course_runs import RunShown
from portal.records.refunds import Asked, Back

GIVE_BACK = {Role.MANAGER, Role.FINANCE}
DISPUTED = "The bank is looking at this payment, so only a person can give it back: please ring us"
NEW_LINK_EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Holder:
    """Who chooses about which place: by a link, or by telling a member of `staff`, who writes it down.

    The epoch is of the link, the order's for whoever paid.
    """

    reference: str
    epoch: int | None
    side: Side
    staff: Person | None = None

    @property
    def may_return_money(self) -> bool:
        """True but for those of the staff who never give money back."""
        return self.staff is None or bool(self.staff.roles & GIVE_BACK)


@dataclass(frozen=True)
class Shown:
    """What was asked about a place, what can be chosen, and what was. `back_pence` is what goes back of the money.

    `is_disputed`: the payer's bank has the money, so that only a person can see to it.
    """

    change: DateChange
    row: DateChoice
    place: Enrolment
    order: Order
    holder: Holder
    learner: str
    runs: list[RunShown]
    back_pence: int
    is_disputed: bool
    now: dt.datetime

    @property
    def is_open(self) -> bool:
        """True while there is something to choose."""
        return date_letters.is_open(self.row, self.place, self.now)

    @property
    def side(self) -> Side:
        """As what they choose."""
        return self.holder.side

    @property
    def payer(self) -> str:
        """Whoever ordered the place."""
        return self.order.organisation or self.order.full_name

    @property
    def answers(self) -> list[str]:
        """What can be chosen, as the form sends it."""
        dates = [f"{TO}{one.run.code}" for one in self.runs]
        return [*([KEEP] if self.can_keep else []), *dates, *([BACK] if self.can_give_back else [])]

    @property
    def can_keep(self) -> bool:
        """True when there still is a date to keep."""
        return self.change.what == What.MOVED

    @property
    def kept_out(self) -> str:
        """What is said of a place that cost nothing and from which staff keep its learner; else empty."""
        is_closed = self.place.state == EnrolmentState.SUSPENDED and not self.place.line.gross_pence
        return KEPT_OUT if is_closed else ""

    @property
    def can_give_back(self) -> bool:
        """True for whoever paid, and for anybody where nothing was paid: money is theirs who gave it."""
        is_free = not self.place.line.gross_pence
        is_theirs = self.side == Side.PAYER and self.holder.may_return_money
        return not self.kept_out and (is_free or (is_theirs and not self.is_disputed))


def get(holder: Holder, clock: Clock) -> Shown:
    """The page of a choice. Changes nothing. Raises NotFound for a link that is dead, or where nothing was asked."""
    with reading() as session:
        place = enrolments.get_by_reference(session, holder.reference)
        order = orders.get_by_reference(session, place.line.order.reference)
        return _shown(session, order, place, holder, clock.now(session))


def list_open(places: Collection[Enrolment], now: dt.datetime) -> set[int]:
    """Of these places, the ids of those about which somebody has still to choose."""
    with reading() as session:
        return {row.enrolment_id for row in date_changes.list_to_choose(session, places, now)}


def send_new_link(holder: Holder, clock: Clock, may_write_to: Callable[[str], bool]) -> None:
    """Mail a new link to the address that an old one was for, at most one in an hour; nobody learns whether it was.

    The letter says how it stands now. `may_write_to` says whether the address may get another letter today.
    """
    with writing() as session:
        try:
            place = enrolments.get_by_reference(session, holder.reference, lock=True)
            row, now = date_changes.find_last_choice(session, place.id), clock.now(session)
            if row is None or not _may(holder, place.line.order, place):
                return
            kind, about = _letter_of(row, place, holder.side, now)
            last = outbox.find(session, kind, about) if kind else None
            is_due = last is None or last.created_at <= now - NEW_LINK_EVERY
            if kind and is_due and may_write_to(date_letters.address_of(session, place, holder.side)):
                outbox.add(session, kind, about, now, key=f"link:{now:%Y-%m-%dT%H:%M:%S}")
        except NotFound:
            return


def _letter_of(row: DateChoice, place: Enrolment, side: Side, now: dt.datetime) -> tuple[Kind | None, int]:
    """The letter that leads on, and what it is about: the choice, or for whoever paid at least the order's page."""
    kind = date_letters.find_kind(row, place, side, now)
    if kind is None and side == Side.PAYER:
        return Kind.ORDER_LINK, place.line.order.id
    return kind, row.id


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
        if shown.is_disputed:
            raise Unfit("choice", DISPUTED)
        if not shown.can_give_back:
            who = "Whoever paid decides" if holder.may_return_money else "A manager or finance writes down a choice"
            raise Unfit("choice", shown.kept_out or f"{who} about the money: choose one of the others")
        _return_all(session, shown, seller)
        date_changes.chosen(shown.row, Choice.BACK, holder.side, shown.now)
        _note(session, shown, visit, "given back")
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
    row = date_changes.find_last_choice(session, place.id)
    if row is None or not _may(holder, order, place):
        raise NotFound("There is no such choice, or the link has been revoked.")
    runs = free_dates.list_free(session, order, place.line, london_day(now))[:MOST_DATES]
    left, paid = _left(session, order, place)
    is_disputed = left > 0 and not paid
    _, learner = date_letters.learner_of(session, place)
    return Shown(row.change, row, place, order, holder, learner, runs, min(left, paid), is_disputed, now)


def _may(holder: Holder, order: Order, place: Enrolment) -> bool:
    """True for the holder of a link that is not revoked, and for staff."""
    epoch = order.link_epoch if holder.side == Side.PAYER else place.link_epoch
    return holder.staff is not None or holder.epoch == epoch


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
        staff = shown.holder.staff
        asked = Asked(staff.full_name if staff else BY_BUYER, REASONS[shown.change.what])
        refund = refunds.ask(session, order, [Back(line, shown.back_pence, ends_place=True)], asked, now, seller)
        assert refund is not None
        outbox.add(session, Kind.ORDER_CANCELLED, refund.id, now)
    else:
        fulfilment.take_back(session, line, now)
        outbox.add_once(session, Kind.ORDER_ENDED, order.id, now, key=f"date:{shown.row.id}", lane=Lane.MAIL)
    returns.end(session, order)


def _tell(session: Session, shown: Shown, visit: Visit, what: str) -> None:
    kinds = (Kind.DATE_CHOSEN, Kind.DATE_CHOSEN_PAYER)
    date_changes.write(session, kinds, shown.row, shown.place, shown.now)
    _note(session, shown, visit, what)


def _note(session: Session, shown: Shown, visit: Visit, what: str) -> None:
    """In the security log; and at the order for good, where somebody here wrote it down."""
    staff, detail = shown.holder.staff, f"{shown.place.reference}: {what}, by the {shown.side}"
    account_id = shown.order.payer_id if shown.side == Side.PAYER else shown.place.account_id
    if staff is not None:
        account_id, detail = staff.account_id, f"{detail}, who told {staff.reference}"
        how = f"{WHO[shown.side]}, who told {staff.full_name}"
        date_changes.record(session, shown.order, shown.row, how, shown.now)
    security_log.add(session, Happened.DATE_CHOSEN, visit, shown.now, account_id=account_id, detail=detail)
