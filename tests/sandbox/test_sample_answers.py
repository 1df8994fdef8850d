"""What trainees of the demo told us: some needs, a named reader who has read one, and a published quarter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.domain.roles import Role
from portal.sandbox import sample_answers, sample_data, sample_people
from portal.services import equality_totals, needs, support, support_desk
from tests.databases import SqliteTemplate


@pytest.fixture
def database(sqlite_template: SqliteTemplate) -> Iterator[str]:
    """The sample is made once, on SQLite."""
    with sqlite_template.fresh() as address:
        yield address


@pytest.mark.timeout(180)
def test_a_named_reader_some_needs_and_a_published_quarter(context: Flask) -> None:
    parts = context.extensions["portal"]
    sample_data.make(context.extensions["portal.handlers"], parts.clock)
    sample_people.make(parts.vault, parts.clock)
    sample_answers.make(parts.vault, parts.clock, equality_is_on=True)
    reader = sample_people.find(sample_people.STAFF[Role.ENQUIRIES][1])
    assert "support_reader" in reader.hats
    told = support_desk.list_told(1)
    assert told.rows[0].full_name == "Priya Nair"
    assert told.total == 3
    priya = sample_people.find(sample_people.TRAINEE)
    assert support.look_at_readers(priya).openings == 0
    assert needs.gather(parts.clock, {Role.MANAGER}, page=1).needs.total > 0
    listing = equality_totals.list_published(parts.clock, page=1)
    assert listing.page.total == 1
    shown = equality_totals.get_published(listing.page.rows[0].quarter.code)
    england, *_others = shown.nations.values()
    assert [chart.question for chart in england if chart.bars]
