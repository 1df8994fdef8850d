"""The security log: looking at it, taking it away, noting who tries doors, and having looked at its alerts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.errors import Refusal
from portal.domain.security import SAID, SUSPICION_WINDOW, Happened, Visit
from portal.gateways.clock import Clock
from portal.gateways.spreadsheets import as_csv
from portal.models.session import hold, reading, writing
from portal.records import alerts, security_log
from portal.records.accounts import SUPPORT_READER, Person
from portal.records.paging import Page, Values
from portal.records.security_log import Wanted as Wanted  # pages name its type

MOST_ALERTS = 1_000  # all of them: one an hour and account at most, and whoever closes them has seen each
HEADS = ("when", "what", "account", "name", "device", "network", "detail")


@dataclass(frozen=True)
class Log:
    """A page of the log, the time, and the alerts that nobody has looked at, oldest first.

    `newest` says when the last of the alerts was raised, so that nobody closes one that they have not seen.
    """

    entries: Page[Values]
    now: dt.datetime
    alerts: Sequence[Values]
    newest: dt.datetime | None


def look(wanted: Wanted, clock: Clock, by: Person, *, page: int) -> Log:
    """A page of the entries that are wanted, newest first; whose support needs were opened only readers are told."""
    with reading() as session:
        return Log(
            security_log.list_wanted(session, wanted, page, is_reader=SUPPORT_READER in by.hats),
            clock.now(session),
            alerts.list_open(session, MOST_ALERTS),
            alerts.find_newest(session),
        )


def export(wanted: Wanted, visit: Visit, clock: Clock, by: Person) -> str:
    """All entries that are wanted as CSV, with times in UTC, as `look` names them; that they were taken is one too."""
    with writing() as session:
        rows = security_log.all_wanted(session, wanted, is_reader=SUPPORT_READER in by.hats)
        alerts.export(session, by.account_id, "The security log", len(rows), visit, clock.now(session))
    return as_csv(
        HEADS,
        (
            (
                row.happened_at.isoformat(timespec="seconds"),
                SAID[row.kind],
                *(row.reference, row.full_name, row.device, row.network, row.detail),
            )
            for row in rows
        ),
    )


def close_alerts(newest: str, visit: Visit, clock: Clock, by: Person) -> None:
    """Note that somebody has looked at the alerts up to the one raised at `newest` (ISO).

    Raises Refusal when another has come in since. When somebody else was quicker there is nothing left to do.
    """
    with writing() as session:
        hold(session, "alerts")
        raised_at = alerts.find_newest(session)
        if raised_at is None:
            return
        if raised_at.isoformat() != newest:
            raise Refusal("Another alert has come in since. Look at it too.")
        security_log.add(session, Happened.ALERTS_SEEN, visit, clock.now(session), account_id=by.account_id)


def note_suspicion(what: str, visit: Visit, clock: Clock) -> None:
    """Note that somebody asked for what only an attacker looks for, at most once a minute for each network.

    `what` is the kind of address, never the address itself. Most such requests come in volleys: they only read.
    """
    with reading() as session:
        since = clock.now(session) - SUSPICION_WINDOW
        if security_log.was_noted(session, Happened.SUSPICIOUS_ADDRESS, visit.network, since):
            return
    with writing() as session:
        hold(session, f"suspicion:{visit.network}")
        now = clock.now(session)
        if not security_log.was_noted(session, Happened.SUSPICIOUS_ADDRESS, visit.network, now - SUSPICION_WINDOW):
            security_log.add(session, Happened.SUSPICIOUS_ADDRESS, visit, now, account_id=None, detail=what)
