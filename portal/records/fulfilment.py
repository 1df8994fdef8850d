"""What an order gives once it is paid for, or free: its places, its letters. It happens once, whoever finds out first.

The caller holds the learners by name and the order's row, and does nothing else with an order that has given already.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import cancellation
from portal.domain.delivery import Kind, Lane
from portal.domain.errors import AlreadyThere
from portal.domain.orders import EnrolmentState, OrderState, Seat, Trouble
from portal.domain.references import new_reference
from portal.domain.selling import beginning
from portal.domain.terms import VERSION
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble, Said
from portal.models.session import hold
from portal.records import accounts, enrolments, orders, outbox, seats

HAD_ALREADY = "The learner had this place already: nothing was given, and a letter told them so."


def hold_learners(session: Session, reference: str, *others: str) -> None:
    """Make others wait who would enrol the same people: before any row is locked (ADR 003).

    `others` are the keys of addresses that the order is to name; all are held in one order, whoever comes.
    """
    keys = session.scalars(
        select(OrderLine.course_email_key)
        .join(OrderLine.order)
        .where(Order.reference == reference, OrderLine.course_email_key.is_not(None))
        .distinct()
    )
    for key in sorted({*(key for key in keys if key), *others}):
        hold(session, f"learner {key}")


def hold_order(session: Session, reference: str, *others: str) -> Order:
    """The whole order, held until the transaction ends, after the learners whom it names. Raises NotFound."""
    hold_learners(session, reference, *others)
    return orders.get_by_reference(session, reference, lock=True)


def taken_already(session: Session, order: Order) -> list[OrderLine]:
    """The lines whose learner has a place on that course and date already, as far as whoever ordered may hear of it.

    A place that somebody else ordered for the same learner is none of theirs: this one waits beside it.
    """
    found = {
        line: enrolments.find_alive(
            session,
            line.course_id,
            line.course_run_id,
            account_id=order.payer_id if line.is_payer else None,
            email_key=line.course_email_key or "",
        )
        for line in order.lines
    }
    return [line for line, place in found.items() if place and _is_theirs(order, line, place)]


def check_free(session: Session, enrolment: Enrolment, key: str) -> None:
    """Nobody has one course twice: raises AlreadyThere where whoever has this address has a place beside this one."""
    account = accounts.find_by_email(session, key)
    for account_id, email in ((account.id if account else None, ""), (None, key)):
        found = enrolments.find_alive(
            session, enrolment.course_id, enrolment.course_run_id, account_id=account_id, email_key=email
        )
        if found is not None and found.id != enrolment.id:
            raise AlreadyThere("This person has a place on this course already")


def _is_theirs(order: Order, line: OrderLine, place: Enrolment) -> bool:
    """Signed in they have proved who they are; else it is theirs if they ordered it, with the same address."""
    is_own = line.is_payer and order.payer_id is not None
    return is_own or place.line.order.email_key == order.email_key


def give(session: Session, order: Order, state: OrderState, now: dt.datetime) -> None:
    """Give every line its place, and write the letters and the work that follow into the outbox."""
    order.state, order.settled_at = state, now
    outbox.add(session, Kind.ORDER_CONFIRMATION, order.id, now)
    for line in order.lines:
        enrolment = _enrol(session, order, line, now)
        if enrolment.account_id is not None:
            outbox.add(session, Kind.OPEN_COURSE, enrolment.id, now, lane=Lane.COURSES, due_at=enrolment.opens_at)
        elif not is_told_by_confirmation(order, line):
            outbox.add(session, Kind.PLACE_OFFER, enrolment.id, now)


def take_back(session: Session, line: OrderLine, now: dt.datetime) -> bool:
    """End the line's place and free its seat, once, whoever comes first; False when it has ended already.

    A learner who is not the payer is told. The order's row is locked by the caller; then the place is, and the line
    last, as by a learner who declines.
    """
    place = enrolments.find_of_line(session, line)
    seats.move(session, line, Seat.TAKEN, Seat.RELEASED)
    if place is None or not enrolments.cancel(place, now):
        return False
    outbox.cancel(session, (Kind.OPEN_COURSE, Kind.PLACE_OFFER, Kind.PLACE_REMINDER), place.id, now)
    if not line.is_payer:
        outbox.add(session, Kind.PLACE_CANCELLED, place.id, now)
    return True


def give_nothing(session: Session, order: Order, known: Enrolment, now: dt.datetime) -> None:
    """The learner has this place already: the order of one line gives none, and only they are told, by a letter.

    Whoever ordered for them hears what they always hear. Staff find on the order's page why it has no place.
    """
    order.state, order.settled_at = OrderState.FREE, now
    session.add(
        OrderTrouble(order_id=order.id, what=Trouble.TWICE, raised_at=now, settled_at=now, settled_how=HAD_ALREADY)
    )
    session.flush()
    if not is_told_by_confirmation(order, order.lines[0]):
        outbox.add(session, Kind.ORDER_CONFIRMATION, order.id, now)
    outbox.add(session, Kind.PLACE_KNOWN, known.id, now, key=order.reference)


def list_shown(session: Session, order: Order) -> list[Enrolment]:
    """The places of an order as whoever ordered sees them.

    One that gave nothing, since its learner had the place, looks as if it waited for them: nobody learns of another's
    place. What is made up for that is kept nowhere.
    """
    places = enrolments.list_of_order(session, order.id)
    if places or order.total_pence or order.state not in (OrderState.FREE, OrderState.CANCELLED):
        return places
    is_over = order.state == OrderState.CANCELLED or has_lapsed(order)
    state = EnrolmentState.CANCELLED if is_over else EnrolmentState.WAITING_FOR_LEARNER
    return [
        Enrolment(reference="", state=state, opens_at=opens_at(order, line), offered_at=order.ordered_at, line=line)
        for line in order.lines
    ]


def has_lapsed(order: Order) -> bool:
    """True when an order that gave nothing is past the days for which a place would have waited."""
    return all(line.course_email is None for line in order.lines)


def lapse_nothing(session: Session, since: dt.datetime, most: int) -> int:
    """End up to `most` orders made before then that gave nothing, as if a place had waited in vain; answers how many.

    What was said of the learner goes, and the place of the date is free.
    """
    query = (
        select(OrderLine)
        .join(OrderLine.order)
        .outerjoin(Enrolment, Enrolment.order_line_id == OrderLine.id)
        .where(Order.state == OrderState.FREE, Order.ordered_at <= since)
        .where(Enrolment.id.is_(None), OrderLine.course_email.is_not(None))
        .order_by(OrderLine.id)
        .limit(most)
        .with_for_update(of=OrderLine)
    )
    found = list(session.scalars(query))
    for line in found:
        enrolments.forget(line)
        seats.move(session, line, Seat.TAKEN, Seat.RELEASED)
    return len(found)


def opens_at(order: Order, line: OrderLine) -> dt.datetime:
    """When the line's course may open at the earliest: at once, or after the 14 days; with a date, not before it."""
    earliest = cancellation.opens_at(order.ordered_at, order.start)
    return max(earliest, beginning(line.run.starts_on)) if line.run else earliest


def _enrol(session: Session, order: Order, line: OrderLine, now: dt.datetime) -> Enrolment:
    is_known = line.is_payer and order.payer_id is not None
    said = next((one for one in order.statements if one.what == Said.TERMS), None) if line.is_payer else None
    enrolment = Enrolment(
        reference=new_reference("ENR"),
        order_line_id=line.id,
        account_id=order.payer_id if is_known else None,
        course_id=line.course_id,
        course_run_id=line.course_run_id,
        state=EnrolmentState.WAITING_TO_OPEN if is_known else EnrolmentState.WAITING_FOR_LEARNER,
        enrolled_at=now,
        offered_at=now,
        opens_at=opens_at(order, line),
        taken_up_at=now if is_known else None,
        terms_version=VERSION if said else "",
        terms_accepted_at=said.said_at if said else None,
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def is_told_by_confirmation(order: Order, line: OrderLine) -> bool:
    """True when the confirmation of the order holds the learner's own link: they are the payer, at one address."""
    return line.is_payer and line.course_email == order.receipt_email
