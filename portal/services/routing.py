"""Where enquiries in a file would go, judged each alone against the referrals that are stored."""

from __future__ import annotations

import csv
import io

from portal.domain import import_files, import_rows, reasons
from portal.domain.errors import BadFile
from portal.domain.routing import Question
from portal.gateways.clock import Clock
from portal.models.session import reading
from portal.records import catalogue, referrals

ADDED = ("partner", "rule", "reason")


def judge(content: str, clock: Clock) -> str:
    """The CSV `content` with `partner`, `rule` (both empty for our own team) and `reason` added, or written anew.

    Raises BadFile.
    """
    rows = list(import_files.read(content, import_rows.ENQUIRY, keep_others=True))
    problems = [f"Line {line}: {what}." for line, _, wrong in rows for what in wrong]
    written = io.StringIO()
    with reading() as session:
        offered = catalogue.current(session)
        standings = referrals.standings(session, offered.partners, offered.partners, clock.now(session))
    known = {*offered.subjects, *offered.subjects.values(), "other"}
    problems += [
        f"Line {line}: interest is {values['interest']!r}: write a course code, a subject or other."
        for line, values, wrong in rows
        if not wrong and values["interest"] not in known
    ]
    if problems:
        raise BadFile(problems)
    originals = _without_answer([row for row in csv.reader(io.StringIO(content)) if row])
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*originals[0], *ADDED])
    for original, (_, values, _) in zip(originals[1:], rows, strict=True):
        kept = values.pop("keep_with_us")
        question = Question(**values)
        topic = offered.topic(question.interest)
        decision = offered.book.decide(question, standings)
        if kept or decision.rule is None or decision.partner is None:
            writer.writerow([*original, "", "", reasons.plain(reasons.why_team(kept, question, topic))])
            continue
        partner, rule = offered.partners[decision.partner], decision.rule
        why = reasons.why_partner(rule, question, topic, partner.short_name, offered.reasons[rule.key])
        writer.writerow([*original, partner.code, rule.name, reasons.plain(why)])
    return written.getvalue()


def _without_answer(rows: list[list[str]]) -> list[list[str]]:
    """The rows of a table without the three columns that an earlier run has added at its end."""
    return [row[: -len(ADDED)] for row in rows] if tuple(rows[0][-len(ADDED) :]) == ADDED else rows
