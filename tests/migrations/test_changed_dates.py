"""Changed dates come and go: what stood before stays, and a cancelled date is not sold by older code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

import config
from portal import create_app
from portal.models import db
from portal.services import health

MOMENT = "'2026-11-22 10:00:00'"
COURSE = (
    "INSERT INTO course (id, code, title, subject, price_pence, vat_rate, vat_status, delivery, summary, active, sold,"
    " topic, length, taught, award, award_note, outline, before, needs_telephone)"
    " VALUES (1, 'C', 'C', 'fibre', 100, 20, 'standard', 'live', 'S', true, 'both', '', '', '', '', '', '', '', false)"
)
RUN = (
    "INSERT INTO course_run (id, course_id, code, starts_on, ends_on, times, place, address, capacity, active)"
    " VALUES ({0}, 1, 'R{0}', '2026-12-01', '2026-12-02', '', 'Derby', '', 8, true)"
)
CHANGE = (
    "INSERT INTO date_change (id, course_run_id, what, was, changed_at, told_at)"
    f" VALUES (1, 1, 'cancelled', 'W', {MOMENT}, NULL)"
)


@pytest.fixture
def before(database: str, tmp_path: Path) -> Iterator[None]:
    """A database of the time before, with two dates in it."""
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        flask_migrate.downgrade(revision="009")
        _run(COURSE, RUN.format(1), RUN.format(2))
        yield
        db.engine.dispose()


def _run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.mark.usefixtures("before")
def test_dates_stay_through_both_ways_and_a_cancelled_one_is_off_the_offer() -> None:
    flask_migrate.upgrade()
    assert health.problems() == []
    assert _rows("SELECT id, capacity, cancelled_at FROM course_run ORDER BY id") == [(1, 8, None), (2, 8, None)]
    _run(f"UPDATE course_run SET cancelled_at = {MOMENT} WHERE id = 1", CHANGE)
    flask_migrate.downgrade(revision="009")
    assert [(row[0], bool(row[1])) for row in _rows("SELECT id, active FROM course_run ORDER BY id")] == [
        (1, False),
        (2, True),
    ]
    flask_migrate.upgrade()
    assert _rows("SELECT count(*) FROM date_change") == [(0,)]
    assert health.problems() == []
