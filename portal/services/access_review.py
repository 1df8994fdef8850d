"""Who can see what: the people of each role and hat, as a report and a file; and that somebody looks through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain import purposes, sight
from portal.domain.errors import NotFound
from portal.domain.security import Happened, Visit
from portal.domain.sight import LISTED, WORDS, Route, Sight
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.session import reading, writing
from portal.models.staff import AccessReview
from portal.records import access_reviews, alerts, holders, security_log
from portal.records.accounts import Person
from portal.records.paging import Page, Values

HEADS = (
    *("who", "name", "email", "organisation", "state", "second_step", "invited_on", "promised_on", "last_used_on"),
    "opens",
)


@dataclass(frozen=True)
class Entrant:
    """A role or a hat: its name, one sentence, what opens to it, how many people have it; are they listed by name?"""

    code: str
    name: str
    words: str
    sees: list[Sight]
    people: int
    is_listed: bool


@dataclass(frozen=True)
class Overview:
    """Every role and hat, the purposes whose data nobody else sees, and who looked through it, newest first.

    `next_at` is when it is due again; None when nobody ever has looked.
    """

    entrants: list[Entrant]
    closed: list[str]
    reviews: Page[AccessReview]
    next_at: dt.datetime | None
    is_due: bool


def overview(routes: Iterable[Route], settings: Mapping[str, object], clock: Clock, *, page: int) -> Overview:
    """The report over these routes with these settings (name to value); `page` turns the list of those who looked."""
    listed = list(routes)
    active = purposes.active(settings)
    with reading() as session:
        counted, last = holders.count(session), access_reviews.find_last(session)
        entrants = [_entrant(who, listed, counted) for who in WORDS]
        next_at = last.made_at + sight.REVIEW_EVERY if last else None
        is_due = sight.is_due(last.made_at if last else None, clock.now(session))
        reviews = access_reviews.list_made(session, page)
        return Overview(entrants, sight.seen_by_nobody_else(listed, active), reviews, next_at, is_due)


def list_people(who: str, routes: Iterable[Route], *, page: int) -> tuple[Entrant, Page[Values]]:
    """A role or hat, and a page of its people. Raises NotFound when there is none, or its people are only counted."""
    if who not in LISTED:
        raise NotFound("There is no such role.")
    with reading() as session:
        return _entrant(who, list(routes), holders.count(session)), holders.list_of(session, who, page)


def export(routes: Iterable[Route], visit: Visit, clock: Clock, by: Person) -> str:
    """Everybody by role and hat as CSV, with what opens to them; that it was taken stands in the security log."""
    listed = list(routes)
    opens = {who: "; ".join(f"{one.area.name} ({one.may})" for one in sight.seen_by(who, listed)) for who in LISTED}
    with writing() as session:
        rows = holders.list_all(session)
        alerts.export(session, by.account_id, "Who can see what", len(rows), visit, clock.now(session))
    return as_csv(
        HEADS,
        (
            (
                *(WORDS[row.who][0], row.full_name, row.email, row.organisation),
                *("suspended" if row.suspended_at else "active", "on" if row.has_two_steps else "off"),
                *(_day(row.invited_at), _day(row.undertaking_accepted_at), _day(row.last_used_at) or "never"),
                opens[row.who],
            )
            for row in rows
        ),
    )


def look_through(visit: Visit, clock: Clock, by: Person) -> None:
    """Write down that somebody has looked through it."""
    with writing() as session:
        now = clock.now(session)
        access_reviews.add(session, by, now)
        security_log.add(session, Happened.ACCESS_REVIEWED, visit, now, account_id=by.account_id)


def _entrant(who: str, routes: list[Route], counted: dict[str, int]) -> Entrant:
    name, words = WORDS[who]
    return Entrant(who, name, words, sight.seen_by(who, routes), counted.get(who, 0), who in LISTED)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(LONDON).date() if moment else None
