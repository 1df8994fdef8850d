"""Cancelling an order by whoever bought it: what they get back, shown first, and then done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import cancellation, held_up
from portal.domain.cancellation import Contract, Supplied
from portal.domain.cancelling import KEPT_OUT, NOT_KNOWN, Way, had_of_days, way_of
from portal.domain.delivery import Kind, Lane
from portal.domain.documents import Seller
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.orders import EnrolmentState, OrderState
from portal.domain.refunds import BY_BUYER
from portal.domain.security import Happened, Visit
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund
from portal.models.order import Order, OrderLine, Said
from portal.models.session import reading, writing
from portal.records import (
    enrolments,
    fulfilment,
    orders,
    outbox,
    payments,
    reductions,
    refunds,
    returns,
    security_log,
    settlement,
)
from portal.records.refunds import Asked, Back

REASON = "Cancelled by the buyer"


class NothingToCancel(Refusal):
    """The order is cancelled, or was never alive."""


class SumChanged(Refusal):
    """What goes back is less than the page said; nothing was cancelled."""


@dataclass(frozen=True)
class Holder:
    """Who asks: the holder of a link with this epoch, or the account that ordered."""

    epoch: int | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class LineOffered:
    """What cancelling one line means now, in words and in pence."""

    line: OrderLine
    can_cancel: bool
    sentence: str
    refund_pence: int


@dataclass(frozen=True)
class Offered:
    """What cancelling means now, line by line. `refund_by` is the last day for the money to be back."""

    order: Order
    way: Way
    lines: list[LineOffered]
    refund_by: dt.date
    places: list[Enrolment]
    now: dt.datetime

    @property
    def open_lines(self) -> list[LineOffered]:
        """The lines that can be cancelled."""
        return [one for one in self.lines if one.can_cancel]

    @property
    def is_without_money(self) -> bool:
        """True when nothing was paid: anybody could have ordered this, in anybody's name."""
        return self.way in (Way.UNPAID, Way.FREE)

    @property
    def refund_pence(self) -> int:
        """What goes back when all of it is cancelled."""
        return sum(one.refund_pence for one in self.open_lines)


def offer(reference: str, holder: Holder, clock: Clock) -> Offered:
    """What cancelling would mean now. Changes nothing. Raises NotFound for another's, or NothingToCancel."""
    with reading() as session:
        return _offered(session, _own(session, reference, holder), clock.now(session))


def cancel(
    reference: str,
    positions: Collection[int],
    shown_pence: int,
    holder: Holder,
    visit: Visit,
    clock: Clock,
    seller: Seller,
    *,
    may_write: bool = True,
) -> None:
    """Cancel these lines: places end, seats are free, money goes back with a credit note, a letter says so.

    Where no money moves there is a letter only if one `may_write` to the address.

    Raises NotFound, NothingToCancel, Unfit where nothing is chosen, and SumChanged where less goes back than was shown.
    """
    with writing() as session:
        fulfilment.hold_learners(session, reference)
        order = _own(session, reference, holder, lock=True)
        now = clock.now(session)
        offered = _offered(session, order, now)
        chosen = _chosen(offered, positions, shown_pence)
        refund = _end(session, offered, chosen, now, seller)
        if refund is not None:
            outbox.add(session, Kind.ORDER_CANCELLED, refund.id, now)
        elif offered.way != Way.NOT_CHARGED and (may_write or not offered.is_without_money):
            outbox.add_once(session, Kind.ORDER_ENDED, order.id, now, key=_key(chosen), lane=Lane.MAIL)
        detail = order.reference
        security_log.add(session, Happened.ORDER_CANCELLED, visit, now, account_id=order.payer_id, detail=detail)


def _end(
    session: Session, offered: Offered, chosen: list[LineOffered], now: dt.datetime, seller: Seller
) -> Refund | None:
    """Do what the way of cancelling says; answers the refund of what was charged."""
    order, refund = offered.order, None
    if offered.way == Way.NOT_CHARGED:
        _give_back_payments(session, order, now)
    elif offered.way in (Way.UNPAID, Way.AWAITED):
        settlement.release_seats(session, order)
        order.state = OrderState.CANCELLED
    else:
        backs = [Back(one.line, one.refund_pence, ends_place=True) for one in chosen]
        refund = refunds.ask(session, order, backs, Asked(BY_BUYER, REASON), now, seller)
        returns.end(session, order)
    return refund


def _give_back_payments(session: Session, order: Order, now: dt.datetime) -> None:
    for payment in payments.list_of(session, order, refunds.list_of(session, order)):
        if payment.surplus_pence:
            refund = refunds.ask_all(session, order, payment.source, Asked(BY_BUYER, REASON), now)
            outbox.add(session, Kind.ORDER_CANCELLED, refund.id, now)
    order.state = OrderState.CANCELLED


def _chosen(offered: Offered, positions: Collection[int], shown_pence: int) -> list[LineOffered]:
    chosen = [one for one in offered.open_lines if one.line.position in positions]
    if not offered.open_lines:
        raise SumChanged("This can’t be cancelled any more.")
    if not chosen:
        raise Unfit("lines", "Choose what you want to cancel")
    if len(chosen) < len(set(positions)) or sum(one.refund_pence for one in chosen) < shown_pence:
        raise SumChanged("What you get back has changed since the page was opened.")
    return chosen


def _key(chosen: list[LineOffered]) -> str:
    return "-".join(str(one.line.position) for one in chosen)


def _own(session: Session, reference: str, holder: Holder, *, lock: bool = False) -> Order:
    order = orders.get_by_reference(session, reference, lock=lock)
    is_owner = holder.account_id is not None and order.payer_id == holder.account_id
    if not is_owner and (holder.epoch is None or order.link_epoch != holder.epoch):
        raise NotFound("This order is not theirs, or the link has been revoked.")
    return order


def _offered(session: Session, order: Order, now: dt.datetime) -> Offered:
    given = enrolments.list_of_order(session, order.id)
    places = {place.order_line_id: place for place in given}
    alive = {key: place for key, place in places.items() if place.state != EnrolmentState.CANCELLED}
    had = held_up.is_had([one.what for one in order.troubles if one.settled_at is None])
    has_places = bool(alive) if places else not fulfilment.has_lapsed(order)
    way = way_of(order.state, has_places=has_places, is_had=had)
    if way == Way.OVER:
        raise NothingToCancel("There is nothing to cancel.")
    if way == Way.BY_LAW:
        lines = _by_law(session, order, alive, now)
    elif way == Way.NOT_CHARGED:
        lines = _not_charged(session, order)
    else:
        lines = [_unpaid(line, alive.get(line.id), way) for line in order.lines if not places or line.id in alive]
    return Offered(order, way, lines, cancellation.refund_by(now), given, now)


SAID = {
    Way.UNPAID: "Nothing is paid, so nothing goes back. It can’t be paid any more then.",
    Way.AWAITED: "Your payment has not arrived yet. If it still comes, all of it goes back to you.",
    Way.FREE: "It cost nothing, so nothing goes back. Somebody else can have the place.",
    Way.NOT_CHARGED: "We have your payment and gave no place for it: you get everything back.",
}


LESS_LEFT = (
    "Your bank has asked for this payment, or some of it has gone back: a person here must look at it first. Please"
    " ring us."
)


def _unpaid(line: OrderLine, place: Enrolment | None, way: Way) -> LineOffered:
    if place is not None and place.state == EnrolmentState.SUSPENDED:
        return LineOffered(line, False, KEPT_OUT, 0)
    return LineOffered(line, True, SAID[way], 0)


def _not_charged(session: Session, order: Order) -> list[LineOffered]:
    """All that was paid, said at the first line: it belongs to none."""
    left = sum(one.surplus_pence for one in payments.list_of(session, order, refunds.list_of(session, order)))
    if not left:
        return [LineOffered(line, False, LESS_LEFT, 0) for line in order.lines]
    return [
        LineOffered(line, True, SAID[Way.NOT_CHARGED], 0 if number else left) for number, line in enumerate(order.lines)
    ]


def _by_law(session: Session, order: Order, alive: dict[int, Enrolment], now: dt.datetime) -> list[LineOffered]:
    known = refunds.list_of(session, order)
    before, reduced = refunds.given_back(session, order, known), reductions.of_lines(session, order, known)
    charged = payments.find_charged(session, order, known)
    found = []
    for line in order.lines:
        if line.id in alive:
            less = reduced.get(line.id, 0)
            paid, back = line.gross_pence - less, before.get(line.id, 0) - less
            answer = cancellation.cancel(contract(order, line, alive[line.id], paid, back, now), now)
            found.append(LineOffered(line, answer.can_cancel, cancellation.sentence(answer), answer.refund_pence))
    if sum(one.refund_pence for one in found) > (charged.price_pence if charged else 0):
        return [LineOffered(one.line, False, LESS_LEFT, 0) for one in found]
    return found


def contract(
    order: Order, line: OrderLine, place: Enrolment, paid_pence: int, refunded_pence: int, now: dt.datetime
) -> Contract:
    """The line as the law looks at it, paid with so much.

    The check page explains the right, so whoever ordered was told before.
    """
    said = next((one.said_at for one in order.statements if one.what == Said.START_NOW), None)
    supplied = _supplied(line, place, now)
    return Contract(
        buyer=order.buyer,
        content=cancellation.content_of(line.course.delivery),
        made_at=order.ordered_at,
        paid_pence=paid_pence,
        supplied=supplied,
        requested_at=said,
        acknowledged_at=said,
        confirmed_at=order.confirmed_at,
        informed_at=order.ordered_at,
        opened_at=place.opened_at,
        performed=line.run is not None and supplied.done == supplied.whole,
        refunded_pence=refunded_pence,
    )


def _supplied(line: OrderLine, place: Enrolment, now: dt.datetime) -> Supplied:
    if line.run is None or place.opened_at is None:
        return NOT_KNOWN
    return had_of_days(line.run.starts_on, line.run.ends_on, london_day(now))
