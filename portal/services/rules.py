"""Routing rules as staff see, edit, move and remove them. Routing uses each change at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import content, rule_words
from portal.domain.content import Values, What
from portal.domain.errors import NotFound, Unfit
from portal.domain.routing import Rule, find_fault
from portal.domain.vault import Vault
from portal.models.routing_rule import RoutingRule
from portal.models.session import hold, reading, writing
from portal.records import catalogue, content_changes, rules
from portal.records.catalogue import Catalogue
from portal.records.content_changes import Editor, Entry, Sheet, Stored
from portal.records.paging import Page, page_in, page_with
from portal.records.referrals import obstacle

STEP = 10


@dataclass(frozen=True)
class Row:
    """One rule of the list: in one sentence, why it can't be used (or empty), and who of its partners is not taking."""

    priority: int
    name: str
    sentence: str
    reason: str
    fault: str
    away: list[str]
    seal: str


@dataclass(frozen=True)
class Shown:
    """One rule on its page."""

    sheet: Sheet
    sentence: str
    fault: str


@dataclass(frozen=True)
class Options:
    """What a rule may name: courses by subject (code, title), partners (code, name), and the next free priority."""

    courses: dict[str, list[tuple[str, str]]]
    partners: list[tuple[str, str]]
    next_priority: int


def list_rules(vault: Vault, page: int) -> Page[Row]:
    """A page of them, in the order they are tried: their order is what they mean."""
    with reading() as session:
        known = catalogue.current(session)
        changed = content_changes.counts(session, What.RULE)
        ids = {row.priority: row.id for row in session.execute(select(RoutingRule.priority, RoutingRule.id))}
    shown = page_in(known.book.rules, page)
    rows = []
    for rule in shown.rows:
        stored = Stored(What.RULE, ids[rule.priority], rule.name, _values(rule, known.reasons[rule.key]))
        rows.append(
            Row(
                priority=rule.priority,
                name=rule.name,
                sentence=_sentence(rule, known),
                reason=known.reasons[rule.key],
                fault=known.book.faults.get(rule.key, ""),
                away=_away(rule, known),
                seal=content_changes.seal(stored, changed.get(rule.name, 0), vault),
            )
        )
    return Page(rows, shown.number, shown.pages, shown.total)


def history(page: int) -> Page[Entry]:
    """A page of what was changed in any rule, removed ones too."""
    with reading() as session:
        return content_changes.list_of(session, What.RULE, None, page)


def get(priority: int, vault: Vault, page: int = 1, *, seal: str = "") -> Shown:
    """The rule with this priority; with the `seal` of a page, the rule that it showed, wherever that is now.

    Raises NotFound.
    """
    with reading() as session:
        row = _find(session, priority, seal, vault)
        known = catalogue.current(session)
        rule = catalogue.as_rule(row, rules.partners_of(session, row))
        sheet = content_changes.sheet(session, _stored(row, rule), vault, page)
        return Shown(sheet, _sentence(rule, known), find_fault(rule, known.subjects)[1])


def options() -> Options:
    """What a rule may name."""
    with reading() as session:
        known = catalogue.current(session)
    courses: dict[str, list[tuple[str, str]]] = {}
    for course in known.courses.values():
        courses.setdefault(course.subject, []).append((course.code, course.title))
    partners = sorted(((one.code, one.name) for one in known.partners.values()), key=lambda pair: pair[1].casefold())
    highest = max((rule.priority for rule in known.book.rules), default=0)
    return Options(courses, partners, (highest // STEP + 1) * STEP)


def add(values: Values, editor: Editor) -> None:
    """Add a rule. Raises Unfit when it could not be used, or its priority or name is another's."""
    with writing() as session:
        hold(session, "rules")
        rule, ids = _checked(session, values, None)
        session.add(rules.as_row(rule, values["reason"], ids))
        content_changes.add(session, What.RULE, rule.name, content.changes(content.RULE, None, values), editor)


def edit(priority: int, values: Values, seal: str, editor: Editor) -> None:
    """Keep these values. Raises as `add` does, NotFound, or ChangedMeanwhile when somebody was quicker."""
    with writing() as session:
        hold(session, "rules")
        row, before = _as_shown(session, priority, seal, editor.vault)
        rule, ids = _checked(session, values, row)
        if rule.name != before.code:
            content_changes.rename(session, What.RULE, before.code, rule.name)
        rules.put(session, row, rule, values["reason"], ids)
        changes = content.changes(content.RULE, before.values, values)
        content_changes.add(session, What.RULE, rule.name, changes, editor)


def move(priority: int, up: bool, seal: str, editor: Editor) -> tuple[int, int]:
    """Let a rule and its neighbour change places; answers its new priority, and the page of the list that holds it.

    Raises NotFound or ChangedMeanwhile.
    """
    with writing() as session:
        hold(session, "rules")
        row, _ = _as_shown(session, priority, seal, editor.vault)
        beyond = RoutingRule.priority < row.priority if up else RoutingRule.priority > row.priority
        nearest = RoutingRule.priority.desc() if up else RoutingRule.priority.asc()
        other = session.scalars(select(RoutingRule).where(beyond).order_by(nearest)).first()
        if other is None:
            return row.priority, _page_of(session, row)
        first, second = str(row.priority), str(other.priority)
        rules.swap(session, row, other)
        for moved, old, new in ((other, second, first), (row, first, second)):
            content_changes.add(session, What.RULE, moved.name, [("Priority", old, new)], editor)
        return row.priority, _page_of(session, row)


def remove(priority: int, seal: str, editor: Editor) -> None:
    """Remove a rule; its history stays. Raises NotFound or ChangedMeanwhile."""
    with writing() as session:
        hold(session, "rules")
        row, before = _as_shown(session, priority, seal, editor.vault)
        known = catalogue.current(session)
        rule = catalogue.as_rule(row, before.values["partners"])
        rules.remove(session, row)
        content_changes.add(session, What.RULE, rule.name, [("Removed", _sentence(rule, known), "")], editor)


def _page_of(session: Session, row: RoutingRule) -> int:
    before = select(func.count()).select_from(RoutingRule).where(RoutingRule.priority < row.priority)
    return page_with(session.scalar(before) or 0)


def _find(session: Session, priority: int, seal: str, vault: Vault) -> RoutingRule:
    row_id = content_changes.sealed_row(seal, What.RULE, vault)
    by_seal = row_id is not None
    row = session.get(RoutingRule, row_id) if by_seal else rules.find_by_priority(session, priority)
    if row is None:
        raise NotFound(f"There is no rule {priority}.")
    return row


def _as_shown(session: Session, priority: int, seal: str, vault: Vault) -> tuple[RoutingRule, Stored]:
    row = _find(session, priority, seal, vault)
    stored = _stored(row, catalogue.as_rule(row, rules.partners_of(session, row)))
    content_changes.check(session, stored, seal, vault)
    return row, stored


def _checked(session: Session, values: Values, row: RoutingRule | None) -> tuple[Rule, dict[str, int]]:
    """The rule that these values make, and its partners' ids. Raises Unfit as an import would."""
    rule = Rule(**{name: value for name, value in values.items() if name != "reason"})
    known = catalogue.current(session)
    column, fault = find_fault(rule, known.subjects)
    if fault:
        raise Unfit(column, f"The rule can’t be used: {fault}")
    ids = rules.partner_ids(session)
    if unknown := [code for code in rule.partners if code not in ids]:
        raise Unfit("partners", f"The partner {unknown[0]!r} is not known")
    others = [one for one in session.scalars(select(RoutingRule)) if row is None or one.id != row.id]
    if other := next((one for one in others if one.priority == rule.priority), None):
        raise Unfit("priority", f"The rule {other.name} has the priority {rule.priority} already")
    if (row is None or row.name != rule.name) and any(one.name == rule.name for one in others):
        raise Unfit("name", "Another rule has this name")
    return rule, ids


def _stored(row: RoutingRule, rule: Rule) -> Stored:
    return Stored(What.RULE, row.id, row.name, _values(rule, row.reason))


def _values(rule: Rule, reason: str) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in content.RULE if name != "reason"} | {"reason": reason}


def _sentence(rule: Rule, known: Catalogue) -> str:
    return rule_words.sentence(rule, _topic(known), lambda code: _short_name(code, known))


def _topic(known: Catalogue) -> Callable[[str], str]:
    named = {*known.subjects, *known.subjects.values(), "other"}
    return lambda interest: known.topic(interest) if interest in named else interest


def _short_name(code: str, known: Catalogue) -> str:
    return known.partners[code].short_name if code in known.partners else code


def _away(rule: Rule, known: Catalogue) -> list[str]:
    """Its partners that take nothing now, each with why."""
    named = [known.partners[code] for code in rule.partners if code in known.partners]
    return [f"{one.short_name} ({why})" for one in named if (why := obstacle(one))]
