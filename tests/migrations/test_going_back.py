"""Going back to an older schema: older code finds nothing that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text

import config
from portal import create_app
from portal.domain.delivery import Kind
from portal.domain.security import Happened
from portal.models import db
from portal.services import health
from tests.migrations.test_revisions import LETTER


@pytest.fixture
def migrated(database: str, tmp_path: Path) -> Iterator[None]:
    app = create_app(config.load(PORTAL_ENV="testing", DATABASE_URL=database, PORTAL_DATA_DIR=tmp_path))
    with app.app_context():
        yield
        db.engine.dispose()


DATES = import_module("migrations.versions.010_changed_dates")
ORDERS = import_module("migrations.versions.008_orders")
NEWER: dict[str, tuple[set[str], set[str]]] = {
    "010": ({*DATES.ENTRIES}, {*DATES.KINDS}),
    "009": (
        set(),
        {
            *("complaint_acknowledgement", "complaint_link", "complaint_reply", "complaint_extended"),
            *("complaint_outcome", "team_complaint", "team_complaint_words", "purge_complaints"),
        },
    ),
    "008": ({*ORDERS.ENTRIES}, {*ORDERS.KINDS}),
    "006": (
        {"reader_named", "reader_unnamed", "support_read", "access_reviewed", "mass_reading", "contact_moved"},
        {"publish_equality", "purge_timed_work"},
    ),
    "005": ({"account_kept"}, {"account_unused", "warn_unused"}),
}


@pytest.mark.usefixtures("migrated")
def test_going_back_leaves_no_entry_or_message_that_older_code_does_not_know() -> None:
    moment = "'2026-11-22 10:00:00+00:00'" if db.engine.dialect.name == "postgresql" else "'2026-11-22 10:00:00'"
    happened, kinds = {one.value for one in Happened}, {one.value for one in Kind}
    with db.engine.begin() as connection:
        for kind in happened:
            values = f"('{kind}', '', '', '', '', {moment})"
            connection.execute(
                text(
                    f"INSERT INTO security_event (kind, mailbox, network, device, detail, happened_at) VALUES {values}"
                )
            )
        for number, kind in enumerate(kinds, 1):
            connection.execute(text(LETTER.format(number, kind)))
    for revision, before in (("010", "009"), ("009", "008"), ("008", "007"), ("006", "005"), ("005", "004")):
        flask_migrate.downgrade(revision=before)
        happened -= NEWER[revision][0]
        kinds -= NEWER[revision][1]
        with db.engine.connect() as connection:
            assert set(connection.execute(text("SELECT kind FROM security_event")).scalars()) == happened
            assert set(connection.execute(text("SELECT kind FROM outbox_message")).scalars()) == kinds
    flask_migrate.upgrade()
    assert health.problems() == []
