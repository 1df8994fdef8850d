"""Changed dates of courses: noting one, who is to be told, and what each of them was asked and chose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.domain import selling
from portal.domain.date_change import Announced, Choice, Side, What, is_over, must_know
from portal.domain.delivery import Kind, Lane
from portal.domain.errors import NotFound
from portal.domain.orders import OVER, EnrolmentState, Trouble
from portal.domain.working_days import london_day
from portal.models.course_run import CourseRun
from portal.models.date_change import DateChange, DateChoice
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.records import enrolments, fulfilment, orders, outbox, seats
from portal.records.paging import Page, page_of

LATEST = func.max(DateChange.id)


def announced(run: CourseRun) -> Announced:
    """What people are told of a date as it is now."""
    return Announced(run.starts_on, run.ends_on, run.times, run.place, run.address)


def note(session: Session, run: CourseRun, before: Announced, now: dt.datetime, *, is_off: bool = False) -> None:
    """Have everybody with a place told, if the date is cancelled now (`is_off`), or is another one than `before`.

    The run is locked by the caller. One that is over, or on which nobody has a place, is nobody's concern.
    """
    is_news = is_off or (run.cancelled_at is None and must_know(before, announced(run)))
    if not is_news or max(before.ends_on, run.ends_on) < london_day(now) or not is_anybodys(session, run):
        return
    what = What.CANCELLED if is_off else What.MOVED
    waits = find_latest(session, run.id)
    if waits is not None and waits.told_at is None:
        waits.what, waits.changed_at = what, now
        return
    change = DateChange(course_run_id=run.id, what=what, was=before.words, changed_at=now)
    session.add(change)
    session.flush()
    outbox.add(session, Kind.TELL_DATE, change.id, now, lane=Lane.COURSES)


def is_anybodys(session: Session, run: CourseRun) -> bool:
    """True when somebody has a place on the run, or is paying for one."""
    return count_places(session, run.id) > 0 or seats.filled(session, run.id) > 0


def count_places(session: Session, run_id: int) -> int:
    """How many places of the run somebody has, or may still take up."""
    return session.scalar(select(func.count()).select_from(Enrolment).where(_alive_on(run_id))) or 0


def get_run(session: Session, code: str) -> CourseRun:
    """The date with this code, with its course. Raises NotFound."""
    query = select(CourseRun).where(CourseRun.code == code).options(joinedload(CourseRun.course))
    found = session.scalars(query).first()
    if found is None:
        raise NotFound(f"There is no date {code}.")
    return found


def get(session: Session, change_id: int) -> DateChange:
    """The change with its date and course. Raises NotFound."""
    whole = joinedload(DateChange.run).joinedload(CourseRun.course)
    found = session.scalars(select(DateChange).where(DateChange.id == change_id).options(whole)).first()
    if found is None:
        raise NotFound("There is no such change.")
    return found


def find_latest(session: Session, run_id: int) -> DateChange | None:
    """The last change of a date."""
    query = select(DateChange).where(DateChange.course_run_id == run_id).order_by(DateChange.id.desc()).limit(1)
    return session.scalars(query).first()


def list_untold(session: Session, change: DateChange) -> list[str]:
    """The references of the places on the date that were ordered before it was changed, and are not told yet."""
    told = select(DateChoice.enrolment_id).where(DateChoice.date_change_id == change.id)
    came_later = select(DateChoice.enrolment_id).where(
        DateChoice.moved_to_id == change.course_run_id, DateChoice.chosen_at >= change.changed_at
    )
    query = (
        select(Enrolment.reference)
        .join(Enrolment.line)
        .join(OrderLine.order)
        .where(_alive_on(change.course_run_id), Order.ordered_at <= change.changed_at)
        .where(Enrolment.id.not_in(told), Enrolment.id.not_in(came_later))
        .order_by(Enrolment.id)
    )
    return list(session.scalars(query))


def hold_place(session: Session, order_reference: str, reference: str) -> tuple[Order, Enrolment]:
    """The whole order and its place, both held until the transaction ends, the order first (ADR 003)."""
    orders.get_by_reference(session, order_reference, lock=True)
    place = enrolments.get_by_reference(session, reference, lock=True)
    return orders.get_by_reference(session, order_reference), place  # locking the place let go of the lines' dates


def list_recent(session: Session, since: dt.datetime) -> list[DateChange]:
    """The last change of each date that was changed since then, once its letters have begun to be written."""
    last = select(LATEST).group_by(DateChange.course_run_id)
    query = select(DateChange).where(DateChange.id.in_(last), DateChange.changed_at >= since)
    whole = joinedload(DateChange.run).joinedload(CourseRun.course)
    return list(session.scalars(query.where(DateChange.told_at.is_not(None)).options(whole)))


def ask(session: Session, change: DateChange, order: Order, place: Enrolment, now: dt.datetime) -> DateChoice:
    """Ask whoever has this place what should follow; the letters say so. The order and the place are locked.

    What they were asked about the date before, and had not answered, is overtaken.
    """
    for earlier in list_open(session, [place.id]):
        earlier.choice, earlier.chosen_at = Choice.OVERTAKEN, now
    row = DateChoice(date_change_id=change.id, enrolment_id=place.id, told_at=now)
    session.add(row)
    session.flush()
    line = place.line
    if change.what == What.CANCELLED:
        outbox.cancel(session, (Kind.OPEN_COURSE,), place.id, now)
    else:
        run = change.run
        line.description = selling.described(place.course.title, run.starts_on, run.ends_on, run.place)
        plan_opening(session, order, place, now, f"date:{row.id}")
    write(session, (Kind.DATE_CHANGED, Kind.DATE_CHANGED_PAYER), row, place, now)
    return row


def plan_opening(session: Session, order: Order, place: Enrolment, now: dt.datetime, key: str) -> None:
    """Open the course on its new day; one that is open already stays so."""
    place.opens_at = fulfilment.opens_at(order, place.line)
    if place.state == EnrolmentState.WAITING_TO_OPEN:
        outbox.cancel(session, (Kind.OPEN_COURSE,), place.id, now)
        due = place.opens_at
        outbox.add(session, Kind.OPEN_COURSE, place.id, now, key=key, lane=Lane.COURSES, due_at=due)


def write(
    session: Session, kinds: tuple[Kind, Kind], row: DateChoice, place: Enrolment, now: dt.datetime, key: str = ""
) -> None:
    """The letters to the learner and to whoever paid; one letter where they are the same person."""
    to_learner, to_payer = kinds
    line = place.line
    if not line.is_payer and (place.account_id is not None or line.course_email is not None):
        outbox.add(session, to_learner, row.id, now, key=key)
    outbox.add(session, to_payer, row.id, now, key=key)


def get_choice(session: Session, choice_id: int) -> DateChoice:
    """What was asked, with the change and its date. Raises NotFound."""
    found = session.scalars(select(DateChoice).where(DateChoice.id == choice_id).options(*_whole())).first()
    if found is None:
        raise NotFound("There is no such choice.")
    return found


def find_last_choice(session: Session, enrolment_id: int) -> DateChoice | None:
    """What was asked last about a place, as it is by now, with the change and its date."""
    query = select(DateChoice).where(DateChoice.enrolment_id == enrolment_id).order_by(DateChoice.id.desc()).limit(1)
    return session.scalars(query.options(*_whole()).execution_options(populate_existing=True)).first()


def list_open(session: Session, enrolment_ids: Collection[int]) -> list[DateChoice]:
    """What was asked about these places and is not answered; with the change and its date."""
    if not enrolment_ids:
        return []
    query = select(DateChoice).where(DateChoice.enrolment_id.in_(enrolment_ids), DateChoice.choice.is_(None))
    return list(session.scalars(query.order_by(DateChoice.id).options(*_whole())))


def list_to_choose(session: Session, places: Collection[Enrolment], now: dt.datetime) -> list[DateChoice]:
    """The same of those of the places that are not over, while it is not too late to choose."""
    alive = [place.id for place in places if place.id is not None and place.state not in OVER]
    return [
        row
        for row in list_open(session, alive)
        if not is_over(row.change.what, row.told_at, row.change.run.starts_on, now)
    ]


def list_to_remind(session: Session, told_before: dt.datetime) -> list[str]:
    """The references of places on cancelled dates about which nobody has chosen, and nobody was reminded."""
    query = (
        select(Enrolment.reference)
        .join(DateChoice, DateChoice.enrolment_id == Enrolment.id)
        .join(DateChoice.change)
        .where(DateChoice.choice.is_(None), DateChoice.reminded_at.is_(None), DateChoice.told_at <= told_before)
        .where(DateChange.what == What.CANCELLED, Enrolment.state.not_in(OVER))
        .order_by(DateChoice.id)
    )
    return list(session.scalars(query))


def find_recorded(session: Session, order_id: int, row: DateChoice) -> OrderTrouble | None:
    """Who wrote a choice down that somebody told us, if that is how it was made."""
    query = select(OrderTrouble).where(OrderTrouble.order_id == order_id, OrderTrouble.what == Trouble.DATE)
    return session.scalars(query.where(OrderTrouble.about == about(row))).first()


def record(session: Session, order: Order, row: DateChoice, how: str, now: dt.datetime) -> None:
    """Note for good that somebody told us what they chose, and who wrote it down. The order is locked by the caller."""
    orders.raise_trouble(session, order, Trouble.DATE, row.told_at, about(row))
    orders.settle_troubles(session, order, (Trouble.DATE,), how, now, about(row))


def about(row: DateChoice) -> str:
    """What that note is about, in the words that are kept with it."""
    return f"choice {row.id}"


def list_of_places(session: Session, places: Collection[Enrolment]) -> list[DateChoice]:
    """All that was ever asked about these places, oldest first; with the change, its date, and the date chosen."""
    query = select(DateChoice).where(DateChoice.enrolment_id.in_([place.id for place in places]))
    return list(session.scalars(query.order_by(DateChoice.id).options(*_whole(), joinedload(DateChoice.moved_to))))


def page_of_run(session: Session, run_id: int, page: int) -> Page[DateChoice]:
    """A page of everybody who was asked about a date, the last change first; with place, learner and order."""
    query = (
        select(DateChoice)
        .join(DateChoice.change)
        .where(DateChange.course_run_id == run_id)
        .order_by(DateChoice.date_change_id.desc(), DateChoice.id)
        .options(
            *_whole(),
            joinedload(DateChoice.moved_to),
            selectinload(DateChoice.enrolment).options(
                joinedload(Enrolment.account), joinedload(Enrolment.line).joinedload(OrderLine.order)
            ),
        )
    )
    return page_of(session, query, page)


def count_choices(session: Session, change_id: int) -> tuple[int, int]:
    """(how many were asked, how many have still to choose) about a change."""
    asked = select(func.count()).select_from(DateChoice).where(DateChoice.date_change_id == change_id)
    waits = asked.join(DateChoice.enrolment).where(DateChoice.choice.is_(None), Enrolment.state.not_in(OVER))
    return session.scalar(asked) or 0, session.scalar(waits) or 0


def chosen(row: DateChoice, choice: Choice, side: Side, now: dt.datetime, to: CourseRun | None = None) -> None:
    """Note what was chosen, by whom."""
    row.choice, row.chosen_by, row.chosen_at = choice, side, now
    row.moved_to_id = to.id if to else None


def _alive_on(run_id: int) -> ColumnElement[bool]:
    return (Enrolment.course_run_id == run_id) & Enrolment.state.not_in(OVER)


def _whole() -> tuple[ORMOption, ...]:
    return (joinedload(DateChoice.change).joinedload(DateChange.run).joinedload(CourseRun.course),)
