"""The history of partners, sponsors, courses and rules; and whether something is still as a page showed it.

A page that edits carries a seal: which row it showed, after how many changes, and a number made from its values. It is
locked, so that nobody reads or makes one. A save whose seal no longer fits is refused, and says who was quicker.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.domain import content, working_days
from portal.domain.content import Change, Columns, Values, What, fingerprint
from portal.domain.errors import ChangedMeanwhile
from portal.domain.security import Happened, Visit
from portal.domain.vault import CanNotOpen, Vault
from portal.models.base import Base
from portal.models.content_change import ContentChange
from portal.models.session import Source
from portal.records import security_log
from portal.records.accounts import Person
from portal.records.paging import Page, page_of

SIZE = 10
_PURPOSE = "as a page showed it"


@dataclass(frozen=True)
class Editor:
    """Who edits, from where, by which clock, and whose seals count."""

    person: Person
    visit: Visit
    now: Callable[[Source], dt.datetime]
    vault: Vault


@dataclass(frozen=True)
class Entry:
    """One line of a history. Several columns may have changed at once."""

    code: str
    made_by: str
    changed_at: dt.datetime
    changes: list[Change]


@dataclass(frozen=True)
class Sheet:
    """One partner, sponsor, course or rule on its page: its values by column, the seal, its history, newest first."""

    code: str
    values: dict[str, Any]
    seal: str
    history: Page[Entry]


@dataclass(frozen=True)
class Stored:
    """What a seal is made for: the row's id, the name its history goes by, and its values."""

    what: What
    row_id: int
    code: str
    values: Values


def add(session: Session, what: What, code: str, changes: Sequence[Change], editor: Editor) -> None:
    """Write down who changed what, here and in the security log; nothing when nothing has changed."""
    if not changes:
        return
    now, person = editor.now(session), editor.person
    session.add(
        ContentChange(
            what=what,
            code=code,
            changes=json.dumps(changes, ensure_ascii=False),
            account_id=person.account_id,
            made_by=person.full_name,
            changed_at=now,
        )
    )
    detail = f"{what} {code} (by {person.reference})"
    security_log.add(session, Happened.CONTENT_CHANGED, editor.visit, now, account_id=person.account_id, detail=detail)


def rename(session: Session, what: What, old: str, new: str) -> None:
    """Let a history follow what it is about to another name."""
    session.execute(
        update(ContentChange)
        .where(ContentChange.what == what, ContentChange.code == old)
        .values(code=new)
        .execution_options(synchronize_session=False)
    )


def list_of(session: Session, what: What, code: str | None, page: int) -> Page[Entry]:
    """A page of the history of one, or, when `code` is None, of all of its kind; newest first."""
    query = select(ContentChange).where(ContentChange.what == what).order_by(ContentChange.id.desc())
    found = page_of(session, query if code is None else query.where(ContentChange.code == code), page, SIZE)
    entries = [Entry(one.code, one.made_by, one.changed_at, json.loads(one.changes)) for one in found.rows]
    return Page(entries, found.number, found.pages, found.total)


def counts(session: Session, what: What) -> dict[str, int]:
    """How often each of a kind was changed, by code."""
    query = select(ContentChange.code, func.count()).where(ContentChange.what == what).group_by(ContentChange.code)
    return {row[0]: row[1] for row in session.execute(query)}


def sheet(session: Session, stored: Stored, vault: Vault, page: int) -> Sheet:
    """What its page shows."""
    history = list_of(session, stored.what, stored.code, page)
    return Sheet(stored.code, dict(stored.values), seal(stored, history.total, vault), history)


def seal(stored: Stored, count: int, vault: Vault) -> str:
    """The seal of what is shown now, after `count` changes."""
    return vault.lock(_PURPOSE, f"{stored.what}:{stored.row_id}:{count}:{fingerprint(stored.values)}")


def sealed_row(seal: str, what: What, vault: Vault) -> int | None:
    """The id of the row that a seal was made for; None when it is no seal of ours."""
    row_id, _, _ = _opened(seal, what, vault)
    return row_id


def put(
    session: Session, row: Base, before: Stored, columns: Columns, values: Values, seal: str, editor: Editor
) -> None:
    """Keep these values in the row, if it still is as the page showed it, and write down what changed.

    Raises ChangedMeanwhile. The caller has locked the row.
    """
    check(session, before, seal, editor.vault)
    for name, value in values.items():
        setattr(row, name, value)
    add(session, before.what, before.code, content.changes(columns, before.values, values), editor)


def check(session: Session, stored: Stored, seal: str, vault: Vault) -> None:
    """Let it pass while everything is still as it was shown. Raises ChangedMeanwhile, which names who changed it."""
    row_id, count, print_ = _opened(seal, stored.what, vault)
    if (row_id, print_) == (stored.row_id, fingerprint(stored.values)):
        return
    latest = list_of(session, stored.what, stored.code, 1)
    if row_id != stored.row_id or latest.total <= count:
        raise ChangedMeanwhile("It was changed since you opened this page, by an import.")
    last = latest.rows[0]
    when = f"{working_days.long_day(last.changed_at)} at {working_days.clock_time(last.changed_at)}"
    raise ChangedMeanwhile(f"{last.made_by} changed it on {when}, since you opened this page.")


def _opened(seal: str, what: What, vault: Vault) -> tuple[int | None, int, str]:
    try:
        kind, row_id, count, print_ = vault.open(_PURPOSE, seal).split(":")
    except CanNotOpen:
        return None, 0, ""
    return (int(row_id), int(count), print_) if kind == what else (None, 0, "")
