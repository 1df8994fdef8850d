"""Everything that happened to an order, from every table that knows of it, as the timeline that staff read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.date_change import CHOSEN, REASONS, WHO
from portal.domain.delivery import NAMES, Kind, State
from portal.domain.money import pounds
from portal.domain.order_desk import REFUNDS, VISITS, title_of
from portal.domain.order_story import EVENTS
from portal.domain.orders import Checkout as CheckoutState
from portal.domain.orders import Entry, Paper, RefundState, Trouble
from portal.domain.payments import WORK
from portal.domain.timeline import Event, newest_first
from portal.domain.working_days import clock_time
from portal.models.date_change import DateChoice
from portal.models.document import Document
from portal.models.enrolment import Enrolment
from portal.models.ledger import LedgerEntry, Refund
from portal.models.order import Order, Said
from portal.models.outbox import OutboxMessage
from portal.models.payment import Checkout, StripeEvent
from portal.records import date_changes, orders

PAPERS = {Paper.CONFIRMATION: "Confirmation", Paper.INVOICE: "Invoice", Paper.CREDIT_NOTE: "Credit note"}
SAID = {Said.TERMS: "Accepted the course terms", Said.START_NOW: "Asked for an early start"}
ENDS = {
    State.SENT: "Delivered",
    State.FAILED: "Given up",
    State.CANCELLED: "Not needed any more",
    State.RETRYING: "Waits for its next try",
}
OF_ORDER = (Kind.ORDER_CONFIRMATION, Kind.ORDER_AWAITING, Kind.ORDER_NOT_PAID, Kind.ORDER_LINK, Kind.ORDER_ENDED)
OF_PLACE = (
    *(Kind.PLACE_OFFER, Kind.PLACE_REMINDER, Kind.PLACE_LAPSED, Kind.PLACE_CANCELLED, Kind.ORDER_PLACE_ENDED),
    *(Kind.COURSE_OPEN, Kind.COURSE_SUSPENDED, Kind.COURSE_ENDED),
)
OF_DATE = (Kind.DATE_CHANGED, Kind.DATE_CHANGED_PAYER, Kind.DATE_CHOSEN, Kind.DATE_CHOSEN_PAYER)
OF_REFUND = (Kind.ORDER_CANCELLED, Kind.ORDER_REFUND, Kind.ORDER_REFUND_FAILED, Kind.ORDER_REPAID)


def events(
    session: Session,
    order: Order,
    places: Sequence[Enrolment],
    entries: Sequence[LedgerEntry],
    papers: Sequence[Document],
    visits: Sequence[Checkout],
) -> list[Event]:
    """The timeline, newest first. The rest of what is told is read here."""
    asked = date_changes.list_of_places(session, places)
    told = [*_ordered(order), *_visited(visits), *_entered(entries), *_issued(papers), *_placed(places)]
    told += [*_refunded(session, order), *_troubled(order), *_dated(order, asked)]
    return newest_first([*told, *_heard(session, visits), *_written(session, order, places, asked)])


def _ordered(order: Order) -> Iterator[Event]:
    yield Event(order.ordered_at, f"Ordered, for {pounds(order.total_pence)}", by=order.full_name)
    for one in order.statements:
        yield Event(one.said_at, SAID[one.what], f"“{one.wording}”")


def _visited(visits: Sequence[Checkout]) -> Iterator[Event]:
    for one in visits:
        names = ", ".join(name for name in (one.session, one.payment_intent) if name)
        until = f"Open until {clock_time(one.expires_at)}" if one.state == CheckoutState.OPEN else ""
        yield Event(one.made_at, VISITS[one.state], "\n".join(part for part in (until, names) if part))


def _heard(session: Session, visits: Sequence[Checkout]) -> Iterator[Event]:
    """Stripe's messages about these visits and their payments."""
    names = [name for one in visits for name in (one.session, one.payment_intent) if name]
    for row in session.scalars(select(StripeEvent).where(StripeEvent.concerns.in_(names)).order_by(StripeEvent.id)):
        became = f"{row.event}, {_became(row)}"
        yield Event(row.received_at, f"Stripe said: {row.kind.replace('.', ' ').replace('_', ' ')}", became)


def _became(row: StripeEvent) -> str:
    """Most of what Stripe says only repeats what another message of its makes us look at."""
    if row.handled_at:
        return "looked at"
    return "not looked at yet" if row.kind in WORK else "kept"


def _entered(entries: Sequence[LedgerEntry]) -> Iterator[Event]:
    for one in entries:
        said = f"{pounds(one.amount_pence)} charged" if one.kind == Entry.CHARGED else EVENTS[one.kind]
        yield Event(one.entered_at, said.format(sum=pounds(one.amount_pence)), one.source)


def _issued(papers: Sequence[Document]) -> Iterator[Event]:
    for one in papers:
        yield Event(one.issued_at, f"{PAPERS[one.kind]} {one.number}")


def _placed(places: Sequence[Enrolment]) -> Iterator[Event]:
    for one in places:
        yield Event(one.enrolled_at, f"A place on {one.course.title}", one.reference)
        if one.offered_at > one.enrolled_at:
            yield Event(one.offered_at, "The place was offered by a new link", one.reference)
        if one.taken_up_at:
            yield Event(one.taken_up_at, "The learner took the place up")
        if one.opened_at:
            yield Event(one.opened_at, "The course opened")
        if one.suspended_at:
            yield Event(one.suspended_at, "The course was closed to the learner for a while")
        if one.ended_at:
            yield Event(one.ended_at, "The place ended")
        if one.cancelled_at:
            yield Event(one.cancelled_at, "The place was cancelled")


def _refunded(session: Session, order: Order) -> Iterator[Event]:
    for one in session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)):
        if one.state == RefundState.PAID_OTHERWISE:
            yield Event(
                one.asked_at, f"{pounds(one.amount_pence)} was given back another way", one.reason, one.asked_by
            )
            continue
        asked_by = one.asked_by or "nobody here"
        said = f"A refund of {pounds(one.amount_pence)} was asked for"
        yield Event(one.asked_at, said, one.reason, asked_by)
        if one.ended_at:
            yield Event(one.ended_at, f"The refund of {pounds(one.amount_pence)}: {REFUNDS[one.state]}")


def _troubled(order: Order) -> Iterator[Event]:
    for one in order.troubles:
        if one.what == Trouble.DATE:
            continue  # it stands at the choice itself
        title = title_of(one.what, one.about, is_off=orders.is_off(order))
        yield Event(one.raised_at, title, "" if one.about == "unknown" else one.about)
        if one.settled_at:
            yield Event(one.settled_at, f"Settled: {title[:1].lower()}{title[1:]}", one.settled_how)


def _dated(order: Order, asked: Sequence[DateChoice]) -> Iterator[Event]:
    """What was asked about changed dates, and what was chosen, by whom."""
    recorded = {one.about: one.settled_how for one in order.troubles if one.what == Trouble.DATE}
    for row in asked:
        yield Event(
            row.told_at, f"{REASONS[row.change.what]}, and asked what should follow", f"It was {row.change.was}"
        )
        if row.choice is None or row.chosen_at is None:
            continue
        words = date_changes.announced(row.moved_to).words if row.moved_to else ""
        by = WHO[row.chosen_by] if row.chosen_by else ""
        yield Event(row.chosen_at, CHOSEN[row.choice], words, recorded.get(date_changes.about(row), by))


def _written(
    session: Session, order: Order, places: Sequence[Enrolment], asked: Sequence[DateChoice]
) -> Iterator[Event]:
    """The letters, each with how its delivery stands."""
    about = OutboxMessage.record_id
    query = select(OutboxMessage).where(
        or_(
            OutboxMessage.kind.in_(OF_ORDER) & (about == order.id),
            OutboxMessage.kind.in_(OF_PLACE) & about.in_([one.id for one in places]),
            OutboxMessage.kind.in_(OF_REFUND) & about.in_(select(Refund.id).where(Refund.order_id == order.id)),
            OutboxMessage.kind.in_(OF_DATE) & about.in_([one.id for one in asked]),
            (OutboxMessage.kind == Kind.ORDER_TROUBLE) & about.in_([one.id for one in order.troubles]),
        )
    )
    for row in session.scalars(query.order_by(OutboxMessage.id)):
        end = ENDS.get(row.state, "On its way")
        words = f"{end}: {row.last_error}" if row.last_error and row.state != State.SENT else end
        yield Event(row.finished_at or row.created_at, NAMES[row.kind], words)
