"""The totals of the equality answers: published once for each quarter, as timed work, and read by staff ever after.

What may be published, and why nobody can be found in it, stands in domain/equality_totals.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import equality_totals, locked_answers, quarters
from portal.domain.charts import Bar, most_often
from portal.domain.delivery import Kind, Lane
from portal.domain.equality_totals import Table
from portal.domain.errors import NotFound, NotNeeded, TryAgain
from portal.domain.quarters import Quarter
from portal.domain.security import Visit
from portal.domain.vault import CanNotOpen, Vault
from portal.domain.working_days import LONDON
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.spreadsheets import as_csv
from portal.models.session import reading, writing
from portal.records import alerts, equality_answers, equality_publications, outbox
from portal.records.accounts import Person
from portal.records.outbox import Handler
from portal.records.paging import Page

NATIONS = {
    "england": "England, and wherever there is no list of its own",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
}
HEADS = ("period", "nation", "question", "answer", "people_to_the_nearest_five")
NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Made:
    """One quarter that was published, and when."""

    quarter: Quarter
    made_at: dt.datetime


@dataclass(frozen=True)
class Listing:
    """A page of the quarters that were published, newest first, and the quarter that is published next."""

    page: Page[Made]
    next: Quarter


@dataclass(frozen=True)
class Chart:
    """One question: the bars of what is shown, largest first, the finding (may be empty), and what is not shown."""

    question: str
    bars: list[Bar]
    finding: str
    rows: list[tuple[str, int | None]]

    @property
    def hidden(self) -> list[str]:
        """The answers whose numbers are not shown."""
        return [words for words, count in self.rows if count is None]


@dataclass(frozen=True)
class Shown:
    """What was published of a quarter, by nation; a nation without charts had nothing that can be shown."""

    made: Made
    nations: dict[str, list[Chart]]


@dataclass(frozen=True)
class EqualityTotals:
    """Publishes, where the questions are switched on."""

    clock: Clock
    vault: Vault
    is_on: bool

    def handlers(self) -> dict[Kind, Handler]:
        """The handler of the timed work."""
        return {Kind.PUBLISH_EQUALITY: Handler(self._deliver)}

    def plan(self) -> None:
        """Write the timed work for the last quarter that is over into the outbox, once whoever asks."""
        if not self.is_on:
            return
        with reading() as session:
            now = self.clock.now(session)
            code = quarters.before(now.astimezone(LONDON).date()).code
            if outbox.find_by_key(session, f"{Kind.PUBLISH_EQUALITY}:0:{code}") is not None:
                return
        with writing() as session:
            outbox.add_once(session, Kind.PUBLISH_EQUALITY, 0, now, key=code, lane=Lane.TIME)

    def publish(self, quarter: Quarter) -> bool:
        """Count the answers given in a quarter that is over, and keep what may be shown.

        False when there is nothing to do: it was published before, is not over, or nobody had been asked by then.
        Raises CanNotOpen when an answer opens with none of the data keys: what is incomplete is not published.
        """
        over_at = dt.datetime.combine(quarter.over_on, dt.time(), LONDON)
        with reading() as session:
            asked = equality_answers.was_asked_before(session, over_at)
            done = equality_publications.find(session, quarter.code) is not None
            if done or not asked or self.clock.now(session) < over_at:
                return False
            given = (
                (row.nation, row.version, locked_answers.opened(row.locked_answer, self.vault))
                for row in equality_answers.list_given(session, quarter)
            )
            text = equality_totals.to_text(equality_totals.tables(given))
        with writing() as session:
            return equality_publications.add_once(session, quarter.code, text, self.clock.now(session))

    def _deliver(self, _record_id: int, key: str, _deadline: Deadline) -> None:
        quarter = quarters.find(key.rpartition(":")[2])
        try:
            if quarter is None or not self.publish(quarter):
                raise NotNeeded("there was nothing to publish")
        except CanNotOpen:
            raise TryAgain("An answer opens with none of DATA_KEYS: put its key back.") from None


def list_published(clock: Clock, *, page: int) -> Listing:
    """A page of the quarters that were published."""
    with reading() as session:
        found = equality_publications.list_made(session, page)
        made = [Made(_quarter(one.period), one.made_at) for one in found.rows]
        today = clock.now(session).astimezone(LONDON).date()
        return Listing(Page(made, found.number, found.pages, found.total), quarters.of(today))


def get_published(period: str) -> Shown:
    """What was published of a quarter (by its code). Raises NotFound."""
    with reading() as session:
        made, tables = _get(session, period)
    charts: dict[str, list[Chart]] = {nation: [] for nation in NATIONS}
    for table in tables:
        charts[table.nation].append(_chart(table))
    return Shown(made, {NATIONS[nation]: those for nation, those in charts.items()})


def export(period: str, visit: Visit, clock: Clock, by: Person) -> str:
    """What was published of a quarter as CSV; that it was taken stands in the security log. Raises NotFound."""
    with writing() as session:
        made, tables = _get(session, period)
        rows = [
            (made.quarter.code, table.nation, table.question, words, NOT_SHOWN if count is None else count)
            for table in tables
            for words, count in table.counts.items()
        ]
        name = f"Equality totals, {made.quarter.name}"
        alerts.export(session, by.account_id, name, len(rows), visit, clock.now(session))
    return as_csv(HEADS, rows)


def _get(session: Session, period: str) -> tuple[Made, list[Table]]:
    found = equality_publications.find(session, period)
    if found is None:
        raise NotFound("Nothing was published of this quarter.")
    return Made(_quarter(period), found.made_at), equality_totals.from_text(found.tables)


def _quarter(period: str) -> Quarter:
    quarter = quarters.find(period)
    assert quarter
    return quarter


def _chart(table: Table) -> Chart:
    shown = [Bar(words, count) for words, count in table.counts.items() if count]
    bars = sorted(shown, key=lambda bar: -bar.count)
    return Chart(table.question, bars, most_often(bars), list(table.counts.items()))
