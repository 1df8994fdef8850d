"""The catalogue as one snapshot: courses, partners and compiled rules, read again only when its number has risen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.orm import Session

from portal.domain.routing import Rule, RuleBook
from portal.models.course import Course
from portal.models.partner import Partner
from portal.models.routing_rule import RoutingRule, RulePartner
from portal.models.session import Source


@dataclass(frozen=True)
class Catalogue:
    """What is on offer and who answers. Rows are detached: read them, never change them. Keys are codes."""

    version: int
    courses: dict[str, Course]
    partners: dict[str, Partner]
    subjects: dict[str, str]
    reasons: dict[str, str]
    book: RuleBook

    def topic(self, interest: str) -> str:
        """An interest as it stands inside a sentence: "fibre splicing", "data centre courses", "something else"."""
        if (course := self.courses.get(interest)) is not None:
            return course.topic or course.title
        if interest in self.subjects.values():
            return f"{subject_name(interest).lower()} courses"
        return "something else"

    def interest_name(self, interest: str) -> str:
        """An interest as a label: a course's title, a subject's name, or "Something else"."""
        if (course := self.courses.get(interest)) is not None:
            return course.title
        return f"{subject_name(interest)}, any course" if interest in self.subjects.values() else "Something else"


def subject_name(subject: str) -> str:
    """A subject's slug as a heading: "data-centre" is "Data centre"."""
    return subject.replace("-", " ").capitalize()


_VERSION = "SELECT number FROM data_version WHERE name = 'catalogue'"
_kept: WeakKeyDictionary[Engine, Catalogue] = WeakKeyDictionary()


def current(source: Source) -> Catalogue:
    """The catalogue as it stands in this transaction."""
    connection = source.connection() if isinstance(source, Session) else source
    version = _version(connection)
    kept = _kept.get(connection.engine)
    if kept is None or kept.version != version:
        with Session(connection) as session:
            kept = _kept[connection.engine] = _read(session, version)
    return kept


def _version(connection: Connection) -> int:
    """As plain SQL: every page asks, and compiling a statement costs as much as running this one."""
    return int(connection.exec_driver_sql(_VERSION).scalar_one())


def _read(session: Session, version: int) -> Catalogue:
    courses = {row.code: row for row in session.scalars(select(Course).order_by(Course.subject, Course.title))}
    partners = {row.code: row for row in session.scalars(select(Partner).order_by(Partner.code))}
    rows = list(session.scalars(select(RoutingRule).order_by(RoutingRule.priority)))
    choices = defaultdict(list)
    chosen = select(RulePartner.rule_id, Partner.code).join(Partner).order_by(RulePartner.rule_id, RulePartner.position)
    for rule_id, code in session.execute(chosen):
        choices[rule_id].append(code)
    session.expunge_all()
    rules = [as_rule(row, choices[row.id]) for row in rows]
    subjects = {course.code: course.subject for course in courses.values()}
    reasons = {rule.key: row.reason for rule, row in zip(rules, rows, strict=True)}
    return Catalogue(version, courses, partners, subjects, reasons, RuleBook(rules, subjects))


def as_rule(row: RoutingRule | Row[tuple[object, ...]], partners: Iterable[str]) -> Rule:
    """The stored rule as domain.routing reads it."""
    return Rule(
        priority=row.priority,
        name=row.name,
        partners=tuple(partners),
        regions=_listed(row.regions),
        countries=_listed(row.countries),
        interests=_listed(row.interests),
        audience=row.audience or None,
        min_learners=row.min_learners,
        max_learners=row.max_learners,
        strategy=row.strategy,
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
