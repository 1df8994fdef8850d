"""Orders as staff work on them: the list, one order's timeline, and settling what only a person can settle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.domain import documents, selling
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.order_desk import (
    STATES,
    Act,
    Sums,
    acts,
    advice_of,
    reduced_note,
    reduced_reason,
    short_of,
    title_of,
)
from portal.domain.orders import EnrolmentState, Entry, OrderState, Trouble
from portal.domain.security import Happened, Visit
from portal.domain.timeline import Event
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.gateways.documents import Drawer
from portal.gateways.spreadsheets import as_csv
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.session import looking, reading, writing
from portal.records import (
    alerts,
    catalogue,
    date_changes,
    enrolments,
    free_dates,
    fulfilment,
    ledger,
    order_desk,
    order_log,
    orders,
    papers,
    payments,
    reductions,
    refunds,
    seats,
    security_log,
    settlement,
)
from portal.records.accounts import Person
from portal.records.course_runs import RunShown as RunShown  # pages name these types
from portal.records.order_desk import ANY as ANY
from portal.records.order_desk import Filters as Filters
from portal.records.paging import Page

WENT_BACK = "it had gone back before"
HEADS = (
    *("reference", "ordered_on", "state", "name", "email", "organisation", "course", "date", "net", "vat", "total"),
    *("currency", "paid", "owed", "needs", "vat_rate", "vat_kind"),
)


@dataclass(frozen=True)
class Listing:
    """A page of orders, and the time."""

    page: Page[Order]
    now: dt.datetime

    @staticmethod
    def needed(order: Order) -> str:
        """What is to be settled first about an order, in short; empty where nothing is."""
        found = (one for one in order.troubles if one.settled_at is None)
        return next((short_of(one.what, is_off=orders.is_off(order)) for one in found), "")


@dataclass(frozen=True)
class Needed:
    """Something about an order that is not settled: its words, and what can be done about it, the best first."""

    trouble: OrderTrouble
    title: str
    advice: str
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class DeskPage:
    """One order with everything that staff read of it; `runs` are the dates that it may be given a place on.

    `to_choose` are the ids of the places whose date was changed and about which somebody has still to choose.
    """

    order: Order
    places: list[Enrolment]
    papers: list[Document]
    events: list[Event]
    sums: Sums
    needed: list[Needed]
    runs: list[RunShown]
    to_choose: set[int]

    @property
    def waiting(self) -> list[Enrolment]:
        """The places for which another learner may be named."""
        return [place for place in self.places if place.state == EnrolmentState.WAITING_FOR_LEARNER]


def list_orders(filters: Filters, clock: Clock, *, page: int) -> Listing:
    """A page of the orders that the filters leave, newest first."""
    with reading() as session:
        found = order_desk.list_wanted(session, filters, catalogue.current(session), page)
        return Listing(found, clock.now(session))


def list_courses() -> dict[str, str]:
    """The titles of all courses by code, in the order of the titles: what a filter may name."""
    with looking() as connection:
        known = catalogue.current(connection).courses
    return {one.code: one.title for one in sorted(known.values(), key=lambda one: one.title.casefold())}


def export(filters: Filters, visit: Visit, clock: Clock, by: Person) -> str:
    """Everything that the filters leave as CSV, a row for each line; that it was taken stands in the security log."""
    with writing() as session:
        found = order_desk.all_wanted(session, filters, catalogue.current(session))
        sums = order_desk.sums_of(session, found)
        rows = [_cells(order, line, sums[order.id]) for order in found for line in order.lines]
        alerts.export(session, by.account_id, "Orders", len(rows), visit, clock.now(session))
    return as_csv(HEADS, rows)


def open_order(reference: str, clock: Clock) -> DeskPage:
    """One order, its timeline, and what can be done. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        places = enrolments.list_of_order(session, order.id)
        entries, issued = ledger.list_of(session, order), papers.list_of(session, order)
        visits = orders.list_checkouts(session, order)[::-1]
        paid, owed = ledger.total(entries, Entry.PAID), ledger.balance(entries)
        sums = Sums(order.total_pence, paid, owed, ledger.is_foreign(order, entries))
        needed = [_needed(order, one, sums) for one in order.troubles if one.settled_at is None]
        reseats = any(Act.RESEAT in one.acts for one in needed)
        runs = _free_runs(session, order, clock.now(session)) if reseats else []
        events = order_log.events(session, order, places, entries, issued, visits)
        asked = date_changes.list_to_choose(session, places, clock.now(session))
        return DeskPage(order, places, issued, events, sums, needed, runs, {row.enrolment_id for row in asked})


def paper(reference: str, number: str, drawer: Drawer) -> bytes:
    """One of the order's documents, drawn. Raises NotFound or Undrawable."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        snapshot = documents.from_json(papers.get(session, order, number).snapshot)
    return drawer.pdf(snapshot)


def reseat(reference: str, run_code: str, visit: Visit, clock: Clock, seller: Seller, by: Person) -> None:
    """Give an order that was paid when its date was full a place on this date; the confirmation tells the buyer.

    Raises NotFound, Unfit for a date that is not to be had, or Refusal when it is settled already.
    """
    with writing() as session:
        order, now = fulfilment.hold_order(session, reference), clock.now(session)
        trouble = _open_trouble(order, Trouble.FULL)
        line = _line_with_date(order)
        free = {one.run.code: one.run for one in _free_runs(session, order, now)}
        if (run := free.get(run_code)) is None:
            raise Unfit("run", "Choose a date that has room")
        if not seats.is_room(session, run.id):
            raise Unfit("run", "The last place of this date has just gone: choose another")
        line.run, line.course_run_id = run, run.id
        line.description = selling.described(line.course.title, run.starts_on, run.ends_on, run.place)
        session.flush()
        _deliver(session, order, trouble, WENT_BACK, now, seller)
        how = f"A place on {selling.days(run.starts_on, run.ends_on)}, given by {by.full_name}"
        order_desk.settle(trouble, how, now)
        _note(session, order, f"a place on {run.code}", visit, now, by)


def accept(reference: str, why: str, visit: Visit, clock: Clock, seller: Seller, by: Person) -> None:
    """Take a payment that differs as it is, and give the place.

    What is missing we bear: the invoice says so, and a credit note takes it off the price, with the reason.

    What is too much stays to be given back, and the trouble open until it is. Raises NotFound or Refusal.
    """
    with writing() as session:
        order, now = fulfilment.hold_order(session, reference), clock.now(session)
        trouble = _open_trouble(order, Trouble.DIFFERS)
        sums = order_desk.sums_of(session, [order])[order.id]
        if Act.ACCEPT not in acts(trouble.what, order.state, sums):
            raise Refusal("This payment can only be given back: its currency is another, or it was a test.")
        left, number = _deliver(session, order, trouble, why, now, seller)
        if left <= order.total_pence:
            note = f", credit note {number}" if number else ""
            order_desk.settle(trouble, f"Accepted by {by.full_name}{note}: {why}", now)
        _note(session, order, "a payment that differs accepted", visit, now, by)


def settle(reference: str, what: str, about: str, how: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Note how something was settled. Raises NotFound, or Refusal while we keep money for nothing."""
    with writing() as session:
        order, now = orders.get_by_reference(session, reference, lock=True), clock.now(session)
        trouble = order_desk.get_trouble(order, what, about)
        sums = order_desk.sums_of(session, [order])[order.id]
        if Act.SETTLE not in acts(trouble.what, order.state, sums):
            raise Refusal("We still have their money: give the place or the money first.")
        order_desk.settle(trouble, f"{how} ({by.full_name})", now)
        _note(session, order, f"{trouble.what} settled", visit, now, by)


def _open_trouble(order: Order, what: Trouble) -> OrderTrouble:
    trouble = order_desk.find_trouble(order, what)
    if trouble is None or order.state != OrderState.HELD_UP:
        raise Refusal("Somebody has settled this meanwhile.")
    return trouble


def _deliver(
    session: Session, order: Order, trouble: OrderTrouble, why: str, now: dt.datetime, seller: Seller
) -> tuple[int, str]:
    """Give the places after all, for what is left of the payment that the trouble is about; what is missing we bear.

    Answers what was left, and the number of the credit note for what was missing. Raises Refusal where nothing is left
    or a learner has the place already, Unfit where there is no room.
    """
    payment = payments.find(session, order, trouble.about, refunds.list_of(session, order))
    left = payment.left_pence if payment else 0
    if not left:
        raise Refusal("All of this payment has gone back, or is on its way.")
    if fulfilment.taken_already(session, order):
        raise Refusal("The learner has a place on this course and date already: give the money back.")
    if not settlement.hold_seats(session, order):
        raise Unfit("run", "There is no room on this date, or it was cancelled")
    missing = order.total_pence - left
    if missing <= 0:
        settlement.deliver(session, order, now, seller)
        return left, ""
    settlement.deliver(session, order, now, seller, reduced_note(order.total_pence, missing))
    return left, reductions.reduce(
        session, order, missing, reduced_reason(order.total_pence, missing, why), now, seller
    )


def _line_with_date(order: Order) -> OrderLine:
    line = next((line for line in order.lines if line.run is not None), None)
    if line is None:
        raise NotFound("This order has no date.")
    return line


def _free_runs(session: Session, order: Order, now: dt.datetime) -> list[RunShown]:
    return free_dates.list_with_own(session, order, _line_with_date(order), london_day(now))


def _needed(order: Order, trouble: OrderTrouble, sums: Sums) -> Needed:
    what, about, off = trouble.what, trouble.about, orders.is_off(order)
    said = title_of(what, about, is_off=off), advice_of(what, about, sums, is_off=off)
    return Needed(trouble, *said, acts(what, order.state, sums))


def _note(session: Session, order: Order, what: str, visit: Visit, now: dt.datetime, by: Person) -> None:
    detail = f"{order.reference}: {what}"
    security_log.add(session, Happened.ORDER_SETTLED, visit, now, account_id=by.account_id, detail=detail)


def _cells(order: Order, line: OrderLine, sums: Sums) -> Sequence[object]:
    off = orders.is_off(order)
    needs = "; ".join(title_of(one.what, one.about, is_off=off) for one in order.troubles if one.settled_at is None)
    return (
        *(order.reference, london_day(order.ordered_at), STATES[order.state], order.full_name, order.receipt_email),
        *(order.organisation, line.course.title, line.run.starts_on if line.run else None),
        *(_sum(line.net_pence), _sum(line.vat_pence), _sum(line.gross_pence), order.currency),
        *(_sum(sums.paid_pence), _sum(sums.owed_pence), needs, line.vat_rate, line.vat_status.value),
    )


def _sum(pence: int) -> Decimal:
    """Pounds, as a number that a spreadsheet adds up."""
    return Decimal(pence).scaleb(-2)
