"""Ordering a place: what is offered, and the order itself, saved before anybody is sent to pay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import cancellation, money, selling
from portal.domain.cancellation import Buyer, Start
from portal.domain.documents import Seller
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound, Refusal, Unfit
from portal.domain.held_places import Visitor
from portal.domain.links import Links
from portal.domain.orders import OrderState, Own, Purchase, Seat
from portal.domain.terms import accepted
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.models.access_code import AccessCode
from portal.models.course import Course, Sold
from portal.models.course_run import CourseRun
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, Said
from portal.models.session import hold, reading, writing
from portal.records import (
    access_codes,
    accounts,
    course_runs,
    courses,
    enrolments,
    fulfilment,
    held_places,
    orders,
    papers,
    seats,
)
from portal.records.accounts import TRAINEE, Person, get_trainee
from portal.records.course_runs import RunShown

NEEDS_CODE = "This course can’t be ordered here now: enter an access code, or ask us"
HAS_IT = "You have a place on this course already. It stands in your courses, or our letter to you opens it"


class PriceChanged(Refusal):
    """The price is no more what the button said; nothing was ordered."""


class Full(Unfit):
    """The date has no place left."""


@dataclass(frozen=True)
class Offer:
    """What can be ordered on a course's page: its price, the chosen date with its places left, and when it may open.

    `starts` is what a consumer must choose from; `opens_on` says for each choice when the course opens.
    """

    course: Course
    run: CourseRun | None
    runs: list[RunShown]
    price: money.Line
    starts: tuple[Start, ...]
    opens_on: dict[Start, dt.date]
    last_day: dt.date
    request: str
    needs_code: bool
    now: dt.datetime

    @property
    def waits_for_date(self) -> bool:
        """True while the dates of a live course are being set."""
        return selling.waits_for_date(self.course.delivery, has_dates=bool(self.runs))


@dataclass(frozen=True)
class Placed:
    """The order that a form made, and whether it must be paid for."""

    reference: str
    state: OrderState


def offer(course_code: str, run_code: str, clock: Clock, *, payments_on: bool) -> Offer:
    """What is offered. Raises NotFound for a course that is not on offer, or a date that is not its own or is over.

    A course that is not sold here, or whose dates are still being set, can only be had with an access code.
    """
    with reading() as session:
        now = clock.now(session)
        course = _on_offer(session, course_code)
        runs = course_runs.list_coming(session, course.id, london_day(now), seats.filled_of(session, course.id))
        run = next((one.run for one in runs if one.run.code == run_code), None)
        if run_code and run is None:
            raise NotFound("There is no such date.")
        session.expunge_all()
    return Offer(
        course=course,
        run=run,
        runs=runs,
        price=money.Line(course.title, course.price_pence, course.vat_rate, course.vat_status),
        starts=_starts(course, run, runs, now),
        opens_on={start: cancellation.opens_on(now, start) for start in Start},
        last_day=cancellation.last_day(now, now),
        request=selling.START_NOW[cancellation.content_of(course.delivery)],
        needs_code=not _is_sold_here(course, runs, payments_on=payments_on),
        now=now,
    )


def guest_path(reference: str, links: Links, clock: Clock) -> str:
    """The path of the order's page for who ordered it without an account. Raises NotFound."""
    with reading() as session:
        order = orders.get_by_reference(session, reference)
        return links.order_path(order.reference, order.link_epoch, clock.now(session))


def check_code(course_code: str, typed: str, clock: Clock) -> None:
    """Let a code pass that would give somebody a place on this course. Raises Unfit, NotFound for no such course."""
    with reading() as session:
        access_codes.check(session, typed, _on_offer(session, course_code), clock.now(session))


def own(person: Person) -> Own | None:
    """What a trainee's account knows already; None for whoever is signed in and no trainee."""
    if TRAINEE not in person.hats:
        return None
    with reading() as session:
        trainee = get_trainee(session, person.account_id)
    return Own(person.full_name, person.email, trainee.region, trainee.heard_from, trainee.of_age)


def place(
    purchase: Purchase,
    submission: str,
    payer: Person | None,
    clock: Clock,
    seller: Seller,
    *,
    minutes: int,
    payments_on: bool,
    shown_pence: int | None = None,
    visitor: Visitor | None = None,
) -> Placed:
    """Save the order, its place held for the `minutes` of a visit to Stripe's page that is still to be asked for.

    One that costs nothing gives its place at once. `shown_pence` is the price that the button named, if it named one.

    The same answers sent again answer the same order. Raises NotFound, PriceChanged when it is no more what was shown,
    Full when the date has no place left, or Unfit for a code that gives nothing or a `visitor` who holds too many.

    Who has the place already is told so when they are signed in. To anybody else the answer is the same as always, so
    that nobody learns of another's place: the order gives nothing, and the letter to the learner says why. It takes a
    place of the date all the same, as long as any that nobody takes up, or the places left would tell.
    """
    with writing() as session:
        hold(session, f"order {submission}")
        key = email_key(purchase.course_email)
        hold(session, f"learner {key}")
        now = clock.now(session)
        same = [one for one in orders.list_of_submission(session, submission) if one.answers_digest == purchase.digest]
        if same:
            return Placed(same[0].reference, same[0].state)
        course = _on_offer(session, purchase.course)
        coming = course_runs.list_coming(session, course.id, london_day(now), {})
        if not purchase.code and not _is_sold_here(course, coming, payments_on=payments_on):
            raise Unfit("code", NEEDS_CODE)
        run = _free_run(session, [one.run for one in coming], purchase.run)
        _check_start(purchase, course, run, now)
        code = access_codes.use(session, purchase.code, course, now) if purchase.code else None
        known = _find_known(session, course, run, code, key)
        if known and payer and key == email_key(payer.email):
            raise Unfit("course_email", HAS_IT)
        price = money.Line(course.title, 0 if code else course.price_pence, course.vat_rate, course.vat_status)
        if shown_pence not in (None, price.gross_pence):
            raise PriceChanged("The price has changed meanwhile.")
        order = orders.add(session, purchase, submission, payer.account_id if payer else None, price.gross_pence, now)
        line = OrderLine(
            order_id=order.id,
            position=1,
            course_id=course.id,
            course_run_id=run.id if run else None,
            access_code_id=code.id if code else None,
            description=_description(course, run),
            net_pence=price.net_pence,
            vat_rate=price.vat_rate,
            vat_status=course.vat_status,
            vat_pence=price.vat_pence,
            gross_pence=price.gross_pence,
            learner_name=purchase.learner_name,
            course_email=purchase.course_email,
            course_email_key=key,
            telephone=purchase.telephone,
            is_payer=key == email_key(purchase.email),
            seat=Seat.HELD if price.gross_pence else Seat.TAKEN,
        )
        session.add(line)
        orders.say(session, order, Said.TERMS, accepted(), now)
        if purchase.start is Start.NOW:
            orders.say(session, order, Said.START_NOW, selling.START_NOW[cancellation.content_of(course.delivery)], now)
        session.flush()
        if price.gross_pence == 0:
            order = _give(session, order, known, now, seller)
            if visitor and not code:
                held_places.begin_free(session, order, visitor, now)
        else:
            _hold(session, order, visitor, now, minutes)
        return Placed(order.reference, order.state)


def _give(session: Session, order: Order, known: Enrolment | None, now: dt.datetime, seller: Seller) -> Order:
    """What costs nothing gives its place at once, unless the learner has it; answers the order, held."""
    order = orders.get_by_reference(session, order.reference, lock=True)
    papers.confirmation(session, order, now, seller)
    if known:
        fulfilment.give_nothing(session, order, known, now)
    else:
        fulfilment.give(session, order, OrderState.FREE, now)
    return order


def _hold(session: Session, order: Order, visitor: Visitor | None, now: dt.datetime, minutes: int) -> None:
    orders.begin_visit(session, order, 1, now, minutes)
    if visitor:
        held_places.begin(session, order, visitor, now)


def _find_known(
    session: Session, course: Course, run: CourseRun | None, code: AccessCode | None, key: str
) -> Enrolment | None:
    """The place that this learner has on this course and date already, or had of this code. The learner is held."""
    account = accounts.find_by_email(session, key)
    account_id = account.id if account else None
    alive = enrolments.find_alive(session, course.id, run.id if run else None, account_id=account_id, email_key=key)
    return alive or (access_codes.find_use(session, code, key) if code else None)


def _on_offer(session: Session, code: str) -> Course:
    course = courses.find_by_code(session, code)
    if course is None or not course.active:
        raise NotFound(f"There is no course {code}.")
    return course


def _is_sold_here(course: Course, runs: list[RunShown], *, payments_on: bool) -> bool:
    """Whether it can be had now without a code; `runs` are its dates to come."""
    waits = selling.waits_for_date(course.delivery, has_dates=bool(runs))
    return course.sold != Sold.PARTNERS and not waits and (payments_on or not course.price_pence)


def _starts(course: Course, run: CourseRun | None, runs: list[RunShown], now: dt.datetime) -> tuple[Start, ...]:
    """What to choose from. Before a date is chosen: everything that some date may need, or nothing if none does."""
    if not course.price_pence:
        return ()
    if run is not None or not runs:
        return selling.starts_offered(now, run.starts_on if run else None)
    return max((selling.starts_offered(now, one.run.starts_on) for one in runs), key=len)


def _free_run(session: Session, coming: list[CourseRun], code: str) -> CourseRun | None:
    """The chosen one of the dates to come with a place left, its row locked; None for a course without dates."""
    if not coming and not code:
        return None
    run = next((one for one in coming if one.code == code), None)
    if run is None:
        raise Unfit("run", "Choose a date")
    if not seats.is_room(session, run.id):
        raise Full("run", "The last place of this date has just gone. Choose another date, or ask us")
    return run


def _check_start(purchase: Purchase, course: Course, run: CourseRun | None, now: dt.datetime) -> None:
    """A consumer said when the course may open, and it can open then. Raises Unfit."""
    if purchase.buyer == Buyer.ORGANISATION or purchase.code or not course.price_pence:
        return
    offered = selling.starts_offered(now, run.starts_on if run else None)
    if offered and purchase.start not in offered:
        wanted = "Choose “Straight away”, or a later date: this one begins within the 14 days"
        raise Unfit("start", wanted if run else "Choose when your course should open")


def _description(course: Course, run: CourseRun | None) -> str:
    return selling.described(course.title, run.starts_on, run.ends_on, run.place) if run else course.title
