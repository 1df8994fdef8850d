"""Sponsors as staff see and edit them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain import content, searching
from portal.domain.content import Change, Values, What
from portal.domain.errors import AlreadyThere
from portal.domain.vault import Vault
from portal.models.session import hold, reading, writing
from portal.models.sponsor import Sponsor
from portal.records import contacts, content_changes, sponsors
from portal.records.content_changes import Editor, Sheet, Stored
from portal.records.paging import Page, page_in


class State(StrEnum):
    """Whether contacts sign in for a sponsor."""

    ACTIVE = "active"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Row:
    """One sponsor of the list, and how many sign in for it."""

    sponsor: Sponsor
    state: State
    contacts: int


@dataclass(frozen=True)
class Listing:
    """A page of the sponsors that were asked for, and how many there are altogether."""

    page: Page[Row]
    all: int


@dataclass(frozen=True)
class Shown:
    """One sponsor on its page."""

    sheet: Sheet
    state: State
    contacts: int


def list_sponsors(*, search: str = "", state: str = "", page: int = 1) -> Listing:
    """By name; `search` looks at name and code, `state` is one of State or empty."""
    words = searching.words(search)
    with reading() as session:
        known = sponsors.list_all(session)
        found = [
            sponsor
            for sponsor in known
            if state in ("", state_of(sponsor)) and all(word in _searched(sponsor) for word in words)
        ]
        shown = page_in(found, page)
        counts = contacts.count_by_sponsor(session, [sponsor.id for sponsor in shown.rows])
    rows = [Row(sponsor, state_of(sponsor), counts.get(sponsor.id, 0)) for sponsor in shown.rows]
    return Listing(Page(rows, shown.number, shown.pages, shown.total), len(known))


def get(code: str, vault: Vault, page: int = 1) -> Shown:
    """One sponsor with a page of its history. Raises NotFound."""
    with reading() as session:
        sponsor = sponsors.get_by_code(session, code)
        count = contacts.count_by_sponsor(session, [sponsor.id]).get(sponsor.id, 0)
        return Shown(content_changes.sheet(session, _stored(sponsor), vault, page), state_of(sponsor), count)


def add(code: str, values: Values, editor: Editor) -> None:
    """Add a sponsor; contacts can be invited for it at once. Raises AlreadyThere when the code is in use."""
    with writing() as session:
        hold(session, f"sponsor {code}")
        if sponsors.find_by_code(session, code) is not None:
            raise AlreadyThere(f"Another sponsor has the code {code}")
        session.add(Sponsor(code=code, **values))
        content_changes.add(session, What.SPONSOR, code, content.changes(content.SPONSOR, None, values), editor)


def edit(code: str, values: Values, seal: str, editor: Editor) -> None:
    """Keep these values. Raises NotFound, or ChangedMeanwhile when somebody was quicker."""
    with writing() as session:
        sponsor = sponsors.get_by_code(session, code, lock=True)
        content_changes.put(session, sponsor, _stored(sponsor), content.SPONSOR, values, seal, editor)


def stop(code: str, stopped: bool, editor: Editor) -> None:
    """Let nobody in for the sponsor from now on, or let them in again. Raises NotFound."""
    with writing() as session:
        sponsor = sponsors.get_by_code(session, code, lock=True)
        if sponsor.active != stopped:
            return
        sponsor.active = not stopped
        if stopped:
            contacts.end_sign_ins(session, sponsor)
        change: Change = ("Stopped", "no", "yes") if stopped else ("Stopped", "yes", "no")
        content_changes.add(session, What.SPONSOR, code, [change], editor)


def state_of(sponsor: Sponsor) -> State:
    """Whether contacts sign in for it."""
    return State.ACTIVE if sponsor.active else State.STOPPED


def _searched(sponsor: Sponsor) -> str:
    return searching.search_text(sponsor.name, sponsor.code)


def _stored(sponsor: Sponsor) -> Stored:
    values = {name: getattr(sponsor, name) for name in content.SPONSOR}
    return Stored(What.SPONSOR, sponsor.id, sponsor.code, values)
