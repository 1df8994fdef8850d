"""Partners as staff see and edit them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain import content
from portal.domain.content import Change, Values, What
from portal.domain.errors import AlreadyThere
from portal.domain.references import short_name
from portal.domain.routing import Standing
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.partner import Partner
from portal.models.session import hold, reading, writing
from portal.records import catalogue, contacts, content_changes, partners
from portal.records.content_changes import Editor as Editor  # pages make one
from portal.records.content_changes import Sheet, Stored
from portal.records.paging import Page, page_in
from portal.records.referrals import obstacle, standings


class State(StrEnum):
    """Whether a partner takes enquiries, and if not, why: it lacks an address, is paused, or has ended."""

    ACTIVE = "active"
    PAUSED = "paused"
    LACKING = "lacking"
    ENDED = "ended"


@dataclass(frozen=True)
class Row:
    """One partner of the list, with its week."""

    partner: Partner
    state: State
    standing: Standing


@dataclass(frozen=True)
class Listing:
    """A page of the partners that were asked for, and how many there are altogether."""

    page: Page[Row]
    all: int


@dataclass(frozen=True)
class Shown:
    """One partner on its page."""

    sheet: Sheet
    state: State
    paused: bool
    obstacle: str
    standing: Standing


def list_partners(clock: Clock, *, search: str = "", state: str = "", page: int = 1) -> Listing:
    """By name; `search` looks at name, legal name, code and town, `state` is one of State or empty."""
    with reading() as session:
        known = catalogue.current(session).partners
        words = search.casefold().split()
        found = [
            partner
            for partner in sorted(known.values(), key=lambda one: one.name.casefold())
            if state in ("", state_of(partner)) and all(word in _searched(partner) for word in words)
        ]
        shown = page_in(found, page)
        weeks = standings(session, known, [partner.code for partner in shown.rows], clock.now(session))
    rows = [Row(partner, state_of(partner), weeks[partner.code]) for partner in shown.rows]
    return Listing(Page(rows, shown.number, shown.pages, shown.total), len(known))


def get(code: str, clock: Clock, vault: Vault, page: int = 1) -> Shown:
    """One partner with a page of its history. Raises NotFound."""
    with reading() as session:
        partner = partners.get_by_code(session, code)
        week = standings(session, {code: partner}, [code], clock.now(session))[code]
        sheet = content_changes.sheet(session, _stored(partner), vault, page)
        return Shown(sheet, state_of(partner), partner.paused_at is not None, obstacle(partner), week)


def add(code: str, values: Values, editor: Editor) -> None:
    """Add a partner; routing may use it at once. Raises AlreadyThere when the code is in use."""
    with writing() as session:
        hold(session, f"partner {code}")
        if partners.find_by_code(session, code) is not None:
            raise AlreadyThere(f"Another partner has the code {code}")
        kept = _with_short_name(values)
        session.add(Partner(code=code, **kept))
        content_changes.add(session, What.PARTNER, code, content.changes(content.PARTNER, None, kept), editor)


def edit(code: str, values: Values, seal: str, editor: Editor) -> None:
    """Keep these values; routing uses them at once, and the contacts of a partner that ends are out.

    Raises NotFound, or ChangedMeanwhile when somebody was quicker.
    """
    with writing() as session:
        partner = partners.get_by_code(session, code, lock=True)
        was_active, kept = partner.active, _with_short_name(values)
        content_changes.put(session, partner, _stored(partner), content.PARTNER, kept, seal, editor)
        if was_active and not partner.active:
            contacts.end_sign_ins(session, partner)


def pause(code: str, paused: bool, editor: Editor) -> None:
    """Pass the partner over from now on, or no longer. Raises NotFound."""
    with writing() as session:
        partner = partners.get_by_code(session, code, lock=True)
        if (partner.paused_at is not None) == paused:
            return
        partner.paused_at = editor.now(session) if paused else None
        change: Change = ("Paused", "no", "yes") if paused else ("Paused", "yes", "no")
        content_changes.add(session, What.PARTNER, code, [change], editor)


def state_of(partner: Partner) -> State:
    """Whether it takes enquiries, and if not, why."""
    if not partner.active:
        return State.ENDED
    if partner.paused_at is not None:
        return State.PAUSED
    return State.LACKING if obstacle(partner) else State.ACTIVE


def _searched(partner: Partner) -> str:
    return f"{partner.name} {partner.legal_name} {partner.code} {partner.town}".casefold()


def _stored(partner: Partner) -> Stored:
    values = {name: getattr(partner, name) for name in content.PARTNER}
    return Stored(What.PARTNER, partner.id, partner.code, values)


def _with_short_name(values: Values) -> dict[str, object]:
    """Without a short name it is made from the name, as an import does it."""
    return {**values, "short_name": values["short_name"] or short_name(values["name"])}
