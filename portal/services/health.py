"""Whether the portal can work: the database answers, and its schema is the one this code was written for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.gateways.clock import Clock
from portal.models.partner import Partner
from portal.models.session import reading
from portal.records import catalogue, outbox
from portal.records.referrals import obstacle

LONG_WAIT = dt.timedelta(hours=1)
VERSIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"


def newest_revision() -> str:
    """The newest migration's number, from its file name (NNN_what.py)."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def problems() -> list[str]:
    """Why the portal can't work, each in one sentence without detail; empty when it can."""
    try:
        with reading() as session:
            revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return ["The database does not answer, or has no schema yet: portal db upgrade makes it."]
    if revision != newest_revision():
        return [f"The database is at revision {revision}, the code at {newest_revision()}: run portal db upgrade."]
    return []


def worries(clock: Clock, *, has_vat_number: bool = True) -> list[str]:
    """What staff should look at, though the portal works."""
    with reading() as session:
        known = catalogue.current(session)
        failed = outbox.count_failed(session)
        waiting = outbox.count_overdue(session, clock.now(session) - LONG_WAIT)
    found = [f"The rule {key.partition(':')[2]!r} can't be used: {fault}." for key, fault in known.book.faults.items()]
    found += [
        f"The partner {partner.name} {obstacle(partner)}." for partner in known.partners.values() if lacks(partner)
    ]
    found += [f"{_deliveries(count)} given up ({kind}). The last reason: {error}" for kind, count, error in failed]
    if waiting:
        question = "Is portal worker running, and the mail server there?"
        found.append(f"{_deliveries(waiting)} waiting for more than an hour. {question}")
    if not known.courses:
        found.append("There are no courses: portal import courses FILE adds them.")
    if not known.book.rules:
        found.append("There are no routing rules, so every enquiry goes to our own team.")
    if not has_vat_number and (taxed := [one.code for one in known.courses.values() if one.active and one.vat_rate]):
        found.append(f"COMPANY_VAT_NUMBER is empty, and these courses bear VAT: {', '.join(taxed)}.")
    return found


def _deliveries(count: int) -> str:
    return "One delivery is" if count == 1 else f"{count:,} deliveries are"


def lacks(partner: Partner) -> bool:
    """True when something is missing, rather than switched off on purpose."""
    return obstacle(partner).startswith("has no")
