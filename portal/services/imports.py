"""Partners, sponsors, courses, dates and rules from CSV files: all rows or none, each bad one with line and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain import import_files, import_rows, prices
from portal.domain.course_run import is_backwards
from portal.domain.errors import BadFile
from portal.domain.references import short_name
from portal.domain.routing import Rule, fault_of
from portal.gateways.clock import Clock
from portal.models.course import Course, VatStatus
from portal.models.course_run import CourseRun
from portal.models.partner import Partner
from portal.models.routing_rule import RoutingRule, RulePartner
from portal.models.session import hold, writing
from portal.models.sponsor import Sponsor
from portal.records import contacts, date_changes, rules, seats

Noun = TypeVar("Noun", Partner, Sponsor, Course, CourseRun)
Organisation = TypeVar("Organisation", Partner, Sponsor)
Rows = list[tuple[int, dict[str, Any]]]


class _DryRun(Exception):
    """Ends a rehearsal: everything is rolled back."""


def partners(content: str, *, dry_run: bool = False) -> str:
    """Insert or update partners by code. Answers what was done in one line; raises BadFile."""
    return _import(content, import_rows.PARTNER, _put_partners, dry_run)


def sponsors(content: str, *, dry_run: bool = False) -> str:
    """Insert or update sponsors by code. Answers what was done in one line; raises BadFile."""
    return _import(content, import_rows.SPONSOR, _put_sponsors, dry_run)


def courses(content: str, *, dry_run: bool = False) -> str:
    """Insert or update courses by code. Answers what was done in one line; raises BadFile."""
    return _import(content, import_rows.COURSE, _put_courses, dry_run)


def course_runs(content: str, *, dry_run: bool = False, clock: Clock | None = None) -> str:
    """Insert or update dates of courses by code; whoever has a place on one that is moved is told.

    Answers what was done in one line; raises BadFile.
    """
    by = clock or Clock()
    return _import(content, import_rows.COURSE_RUN, lambda session, rows: _put_course_runs(session, rows, by), dry_run)


def routing_rules(content: str, *, dry_run: bool = False) -> str:
    """Replace all routing rules. Answers what was done in one line; raises BadFile."""
    return _import(content, import_rows.ROUTING_RULE, _replace_rules, dry_run)


def _import(
    content: str, columns: import_rows.Columns, put: Callable[[Session, Rows], Iterator[str]], dry_run: bool
) -> str:
    rows: Rows = []
    problems = []
    for line, values, wrong in import_files.read(content, columns):
        rows.append((line, values))
        problems += [f"Line {line}: {what}." for what in wrong]
    if problems:
        raise BadFile(problems)
    try:
        with writing() as session:
            *problems, done = put(session, rows)
            if problems:
                raise BadFile(problems)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return f"{done} (a rehearsal: nothing was changed)"
    return done


def _put_partners(session: Session, rows: Rows) -> Iterator[str]:
    stored = {row.code: row for row in session.scalars(select(Partner))}
    for _, values in rows:
        row = stored.get(values["code"])
        has_its_own = row is not None and row.short_name != short_name(row.name)
        if not values.get("short_name", has_its_own):
            values["short_name"] = short_name(values["name"])
    return _put_organisations(session, Partner, stored, rows, "partner")


def _put_sponsors(session: Session, rows: Rows) -> Iterator[str]:
    stored = {row.code: row for row in session.scalars(select(Sponsor))}
    return _put_organisations(session, Sponsor, stored, rows, "sponsor")


def _put_organisations(
    session: Session, model: type[Organisation], stored: Mapping[str, Organisation], rows: Rows, noun: str
) -> Iterator[str]:
    """The contacts of one that is not active any more are out."""
    active = [row for row in stored.values() if row.active]
    yield from _put_by_code(session, model, stored, rows, noun)
    for row in active:
        if not row.active:
            contacts.end_sign_ins(session, row)


def _put_courses(session: Session, rows: Rows) -> Iterator[str]:
    stored = {row.code: row for row in session.scalars(select(Course))}
    for line, values in rows:
        rate = values["vat_rate"]
        if fault := import_rows.fault_of_percentage(rate):
            yield f"Line {line}: vat_rate {fault}."
        row = stored.get(values["code"])
        before = row.vat_status if row else VatStatus.STANDARD
        status = values.setdefault("vat_status", prices.vat_status(rate, before))
        if not prices.vat_fits(status, rate):
            instead = "write what it bears, or zero, exempt or outside_scope" if status == "standard" else "write 0"
            yield f"Line {line}: vat_rate is {rate} and vat_status {status}: {instead}."
    yield from _put_by_code(session, Course, stored, rows, "course")


def _put_course_runs(session: Session, rows: Rows, clock: Clock) -> Iterator[str]:
    courses = {row.code: row.id for row in session.execute(select(Course.code, Course.id))}
    stored = {row.code: row for row in session.scalars(select(CourseRun).with_for_update())}
    taken = seats.filled_of_all(session)
    before = {code: date_changes.announced(row) for code, row in stored.items()}
    wrong: list[str] = []
    for line, values in rows:
        course, row = values.pop("course"), stored.get(values["code"])
        values["course_id"] = courses.get(course)
        values["ends_on"] = values["ends_on"] or values["starts_on"]
        if values["course_id"] is None:
            wrong.append(f"Line {line}: the course {course!r} is not known.")
        elif row is not None and row.course_id != values["course_id"]:
            wrong.append(f"Line {line}: the code {row.code} belongs to a date of another course.")
        elif row is not None and values["capacity"] is not None and values["capacity"] < taken.get(row.id, 0):
            wrong.append(
                f"Line {line}: capacity is {values['capacity']}, and {taken[row.id]} places are taken already."
            )
        if is_backwards(values["starts_on"], values["ends_on"]):
            wrong.append(f"Line {line}: ends_on is before starts_on.")
        if row is not None and row.cancelled_at is not None and values["active"]:
            wrong.append(f"Line {line}: the date {row.code} is cancelled: leave the line out, or write active no.")
    yield from wrong
    yield from _put_by_code(session, CourseRun, stored, rows, "date")
    for _, values in [] if wrong else rows:
        if (row := stored.get(values["code"])) is not None:
            date_changes.note(session, row, before[row.code], clock.now(session))


def _put_by_code(
    session: Session, model: type[Noun], stored: Mapping[str, Noun], rows: Rows, noun: str
) -> Iterator[str]:
    first_line: dict[str, int] = {}
    added = 0
    for line, values in rows:
        code = values["code"]
        if code in first_line:
            yield f"Line {line}: the code {code} stands on line {first_line[code]} already."
            continue
        first_line[code] = line
        if (row := stored.get(code)) is None:
            session.add(model(**values))
            added += 1
        else:
            for name, value in values.items():
                setattr(row, name, value)
    yield f"{_count(added, noun)} added, {_count(len(rows) - added, noun)} updated"


def _replace_rules(session: Session, rows: Rows) -> Iterator[str]:
    hold(session, "rules")
    subjects = {row.code: row.subject for row in session.execute(select(Course.code, Course.subject))}
    partner_ids = rules.partner_ids(session)
    line_of: dict[int, int] = {}
    session.execute(delete(RulePartner))
    session.execute(delete(RoutingRule))
    for line, values in rows:
        reason = values.pop("reason", "")
        rule = Rule(**values)
        if (other := line_of.get(rule.priority)) is not None:
            yield f"Line {line}: the priority {rule.priority} stands on line {other} already."
            continue
        line_of[rule.priority] = line
        if fault := fault_of(rule, subjects):
            yield f"Line {line}: {fault}."
        elif unknown := [code for code in rule.partners if code not in partner_ids]:
            yield f"Line {line}: the partner {unknown[0]!r} is not known."
        else:
            session.add(rules.as_row(rule, reason, partner_ids))
    yield f"{_count(len(rows), 'routing rule')} now in force"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
