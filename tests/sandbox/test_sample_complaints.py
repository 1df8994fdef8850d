"""What people of the demo complain about: in every state, and only the newest has letters that still go out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.complaint import Outcome
from portal.domain.delivery import Kind, State
from portal.domain.roles import Role
from portal.models.complaint import Complaint
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from portal.sandbox import sample_complaints, sample_data, sample_people
from portal.services import imports, needs
from tests.databases import SqliteTemplate


@pytest.fixture
def database(sqlite_template: SqliteTemplate) -> Iterator[str]:
    """The sample is made once, on SQLite."""
    with sqlite_template.fresh() as address:
        yield address


@pytest.mark.timeout(120)
def test_one_is_closed_one_is_looked_into_and_one_is_new(context: Flask) -> None:
    parts = context.extensions["portal"]
    for take in (imports.courses, imports.partners, imports.sponsors):
        take((sample_data.DATA / f"{take.__name__}.csv").read_text(encoding="utf-8"))
    sample_people.make(parts.vault, parts.clock)
    sample_complaints.make(context.extensions["portal.handlers"], parts.clock)
    with reading() as session:
        found = list(session.scalars(select(Complaint).order_by(Complaint.received_at)))
        waiting = session.scalars(select(OutboxMessage.kind).where(OutboxMessage.state == State.QUEUED)).all()
    assert [one.outcome for one in found] == [Outcome.UPHELD, None, None]
    assert [bool(one.owner_id) for one in found] == [True, True, False]
    assert [bool(one.acknowledged_at) for one in found] == [True, True, False]
    assert [kind for kind in waiting if "complaint" in kind] == [Kind.TEAM_COMPLAINT, Kind.COMPLAINT_ACKNOWLEDGEMENT]
    titles = [need.title for need in needs.gather(parts.clock, {Role.MANAGER}, page=1).needs.rows]
    assert "Grace Ellery complains about how we use data" in titles
    assert "Owain Prys complains about another matter" in titles
