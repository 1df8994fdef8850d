"""What needs somebody, gathered from every part of the portal, and the last seven days in figures.

A feature adds a reader to `_READERS`, under the roles that see it: it answers its first needs and how many it has.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import places, selling, sight, working_days
from portal.domain.charts import Bar, finding
from portal.domain.complaint import ABOUT_WHAT, About, seen_by
from portal.domain.delivery import NAMES
from portal.domain.links import alert_page, complaint_file
from portal.domain.money import pounds
from portal.domain.needs import Need
from portal.domain.order_desk import acts, button, title_of
from portal.domain.roles import Role
from portal.domain.security import ALERTS
from portal.gateways.clock import Clock
from portal.models.session import reading
from portal.records import access_reviews, alerts, catalogue, needs, order_desk, orders
from portal.records.catalogue import Catalogue, subject_name
from portal.records.paging import SIZE, Page, Values
from portal.records.referrals import obstacle

WEEK = dt.timedelta(days=7)
DAYS_TO_RING = 3
Reader = Callable[[Session, Catalogue, dt.datetime, int], tuple[list[Need], int]]


@dataclass(frozen=True)
class Week:
    """The last seven days in figures, with the enquiries of the seven before, and what was asked about as a chart."""

    enquiries: int
    before: int
    passed: int
    withdrawn: int
    trainees: int
    bars: list[Bar]
    finding: str


@dataclass(frozen=True)
class Desk:
    """The first page of the staff: a page of what needs somebody, the time, the next working day, and the week."""

    needs: Page[Need]
    now: dt.datetime
    next_day: dt.datetime
    week: Week


def gather(clock: Clock, roles: Collection[str], *, page: int) -> Desk:
    """One page over all kinds that somebody with these roles sees, those that are due first."""
    readers = [reader for those, kinds in _READERS if those.intersection(roles) for reader in kinds]
    readers += [_complaints(abouts)] if (abouts := seen_by(roles)) else []
    with reading() as session:
        now, known = clock.now(session), catalogue.current(session)
        page = max(1, min(page, 1000))
        read = [reader(session, known, now, page * SIZE) for reader in readers]
        total = sum(count for _, count in read)
        pages = max(1, -(-total // SIZE))
        page = min(page, pages)
        found = sorted((need for needs_, _ in read for need in needs_), key=lambda need: (need.due_at, need.since))
        shown = Page(found[(page - 1) * SIZE : page * SIZE], page, pages, total)
        return Desk(shown, now, working_days.due(now, 1), _week(session, known, now))


def _own_enquiries(session: Session, known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    found = needs.own_enquiries(session, most)
    made = [
        Need(
            title=f"{row.full_name} asks about {known.topic(row.interest)}",
            detail=row.flag or f"From {places.in_sentence(row.region, row.country)}, ours to answer",
            since=row.received_at,
            due_at=row.due_at,
            act="Open it" if row.owner else "Take it",
            href=f"/admin/enquiries/{row.reference}" + ("" if row.owner else "/take"),
            owner=row.owner or "",
            posts=not row.owner,
        )
        for row in found.rows
    ]
    return made, found.total


def _failed_deliveries(session: Session, _known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    found = needs.failed_deliveries(session, most)
    made = [
        Need(
            title=f"{f'Mail to {row.partner}' if row.partner else NAMES[row.kind]} came back",
            detail=row.last_error or "Nobody answered, for three days",
            since=row.finished_at,
            due_at=working_days.due(row.finished_at, 1),
            act="Look and send again",
            href="/admin/deliveries",
        )
        for row in found.rows
    ]
    return made, found.total


def _raised_rules(session: Session, _known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    found = needs.raised_rules(session, most)
    made = [
        Need(
            title=f"A rule failed for {row.full_name or row.reference}",
            detail=row.flag,
            since=row.received_at,
            due_at=working_days.due(row.received_at, 1),
            act="Look at the enquiry",
            href=f"/admin/enquiries/{row.reference}",
        )
        for row in found.rows
    ]
    return made, found.total


def _catalogue(_session: Session, known: Catalogue, now: dt.datetime, most: int) -> tuple[list[Need], int]:
    """Partners and courses that lack something, and rules that can't be used: they have no date, so they are due now
    and every day until they are mended."""
    due = working_days.due(now, 1)
    partners = [one for one in known.partners.values() if obstacle(one).startswith("has no")]
    courses = [one for one in known.courses.values() if one.active and not (one.summary and one.length)]
    made = [
        *(
            Need(f"{one.name} can’t have enquiries", f"It {obstacle(one)}", now, due, "Complete it", _partner(one.code))
            for one in partners
        ),
        *(
            Need(
                f"{one.title} is not complete",
                "It has no summary or no length",
                now,
                due,
                "Complete it",
                _course(one.code),
            )
            for one in courses
        ),
        *(
            Need(f"The rule {key.partition(':')[2]} can’t be used", fault, now, due, "Mend it", "/admin/rules")
            for key, fault in known.book.faults.items()
        ),
    ]
    return made[:most], len(made)


def _partner(code: str) -> str:
    return f"/admin/partners/{code}"


def _course(code: str) -> str:
    return f"/admin/courses/{code}"


def _alerts(session: Session, _known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    made = [
        Need(
            title=ALERTS[row.kind],
            detail=f"{row.detail}, by {row.full_name or row.reference}" if row.reference else row.detail,
            since=row.happened_at,
            due_at=working_days.due(row.happened_at, 1),
            act="See what happened",
            href=alert_page(row.kind, row.reference or "", row.happened_at),
        )
        for row in alerts.list_open(session, most)
    ]
    return made, alerts.count_open(session)


def _order_troubles(session: Session, _known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    found = needs.order_troubles(session, most)
    sums = order_desk.sums_of(session, [order for _, order in found.rows])
    made = [
        Need(
            title=f"{title_of(row.what, row.about, is_off=orders.is_off(order))}: {order.reference}",
            detail=f"{order.organisation or order.full_name}, {pounds(order.total_pence)}",
            since=row.raised_at,
            due_at=working_days.due(row.raised_at, 1),
            act=button(acts(row.what, order.state, sums[order.id])),
            href=f"/admin/orders/{order.reference}#troubles",
        )
        for row, order in found.rows
    ]
    return made, found.total


def _unchosen_dates(session: Session, _known: Catalogue, _now: dt.datetime, most: int) -> tuple[list[Need], int]:
    found = needs.unchosen_dates(session, most)
    made = [
        Need(
            title=f"{row.title}: a cancelled date with {_waiting(row.waiting)} not chosen",
            detail=f"{selling.days(row.starts_on, row.ends_on)}; all were written to, and are reminded after 3 days",
            since=row.changed_at,
            due_at=working_days.due(row.changed_at, DAYS_TO_RING),
            act="See who",
            href=f"/admin/dates/{row.code}",
        )
        for row in found.rows
    ]
    return made, found.total


def _waiting(number: int) -> str:
    return "1 person who has" if number == 1 else f"{number} people who have"


def _complaints(abouts: Collection[About]) -> Reader:
    """Open complaints about these: the acknowledgement until it has gone out, then the answer."""

    def read(session: Session, _known: Catalogue, now: dt.datetime, most: int) -> tuple[list[Need], int]:
        found = needs.open_complaints(session, abouts, most)
        return [_complaint(row) for row in found.rows], found.total

    return read


def _complaint(row: Values) -> Need:
    told = f"They were told that we have it; answer by {working_days.long_day(row.answer_by)}"
    return Need(
        title=f"{row.full_name} complains about {ABOUT_WHAT[row.about]}",
        detail=row.flag.removesuffix(".")
        or (told if row.acknowledged_at else "They have not been told that we have it"),
        since=row.received_at,
        due_at=row.due_at,
        act="Open it" if row.owner else "Take it",
        href=complaint_file(row.reference) + ("" if row.owner else "/take"),
        owner=row.owner or "",
        posts=not row.owner,
    )


def _access_review(session: Session, _known: Catalogue, now: dt.datetime, _most: int) -> tuple[list[Need], int]:
    last = access_reviews.find_last(session)
    if not sight.is_due(last.made_at if last else None, now):
        return [], 0
    since = last.made_at + sight.REVIEW_EVERY if last else access_reviews.find_beginning(session) or now
    need = Need(
        title="It is time to look through who can see what",
        detail=f"{last.made_by} did it last, on {working_days.full_day(last.made_at)}"
        if last
        else "Nobody has done it yet",
        since=since,
        due_at=sight.due_at(since),
        act="Look through it",
        href="/admin/access",
    )
    return [need], 1


# Who sees which: names of people only those whose work they are. Complaints are seen by what they are about.
_READERS: tuple[tuple[frozenset[str], tuple[Reader, ...]], ...] = (
    (
        frozenset({Role.MANAGER, Role.ENQUIRIES}),
        (_own_enquiries, _failed_deliveries, _raised_rules, _unchosen_dates, _catalogue),
    ),
    (frozenset({Role.MANAGER, Role.FINANCE}), (_order_troubles,)),
    (frozenset({Role.MANAGER, Role.PRIVACY}), (_alerts,)),
    (frozenset({Role.MANAGER}), (_access_review,)),
)


def _week(session: Session, known: Catalogue, now: dt.datetime) -> Week:
    present = needs.received_between(session, now - WEEK, now)
    before = needs.received_between(session, now - 2 * WEEK, now - WEEK)
    by_subject: Counter[str] = Counter()
    for row in present:
        by_subject[_subject(known, row.interest)] += row.times
    bars = [Bar(name, count) for name, count in by_subject.most_common()]
    return Week(
        enquiries=sum(by_subject.values()),
        before=sum(row.times for row in before),
        passed=needs.count_passed(session, now - WEEK, now),
        withdrawn=needs.count_withdrawn(session, now - WEEK, now),
        trainees=needs.count_trainees(session, now - WEEK, now),
        bars=bars,
        finding=finding(bars, "enquiry"),
    )


def _subject(known: Catalogue, interest: str) -> str:
    subject = known.subjects.get(interest, interest if interest in known.subjects.values() else "")
    return subject_name(subject) if subject else "Something else"
