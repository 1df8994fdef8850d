"""Data: every personal column is tagged, every table says how its rows are found, the database keeps its promises."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table, create_engine, inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

import portal.models as models
from portal.domain.delivery import WORK, Kind
from portal.domain.purposes import CATEGORIES, PURPOSES
from portal.domain.retention import RETENTION
from portal.models import Base, triggers
from tests.databases import PostgresqlTemplate, SqliteTemplate

assert models
TABLES = list(Base.metadata.tables.values())

# Columns that say nothing about a person, by what they are; everything else in a person's table is tagged.
NOT_PERSONAL = {
    "partner": {
        *("code", "name", "short_name", "legal_name", "town", "website", "privacy_url", "weekly_capacity", "active"),
        *("paused_at", "role", "agreement_on", "country", "transfer_mechanism", "nation"),
    },
    "enquiry": {
        *("reference", "submission", "channel", "holder", "received_at", "due_at", "withdrawn_at", "removed_at"),
        *("link_epoch", "outcome", "outcome_at"),
    },
    "complaint": {
        *("reference", "submission", "flag", "received_at", "acknowledge_by", "acknowledged_at", "answer_by"),
        *("owner_id", "outcome", "closed_at", "link_epoch"),
    },
    "complaint_entry": {"complaint_id", "account_id", "kind", "outcome", "answer_by", "made_at"},
    "enquiry_routing": {"enquiry_id", "rule_name", "looked_at", "flag"},
    "referral": {
        *("enquiry_id", "partner_id", "referred_at", "delivered_at", "failed_at", "uses_backup", "stop_reference"),
    },
    "consent_subject": {"enquiry_id"},
    "account": {"reference", "password_version", "session_epoch", "created_at", "suspended_at", "totp_step"},
    "recovery_code": {"account_id", "used_at"},
    "address_change": {"key", "account_id", "asked_at", "old_agreed_at", "new_agreed_at"},
    "trainee": {"account_id", "details_confirmed_at"},
    "account_warning": {"account_id", "written_at", "handed_over_at", "failed_at"},
    "registration": {"key", "registered_at"},
    "security_event": {"account_id", "detail"},
    "profile_answer": {"account_id", "question", "answered_at"},
    "equality_subject": {"account_id", "opened_at", "skipped_at", "stop_asked_at", "stop_by"},
    "support_need": {"account_id", "answered_at"},
    "account_consent_subject": {"account_id"},
    "staff": {"account_id", "reads_support_needs", "undertaking_version", "invited_at", "removed_at"},
    "staff_role": {"staff_id"},
    "contact": {"account_id", "partner_id", "sponsor_id", "undertaking_version", "invited_at", "removed_at"},
    "access_review": {"account_id", "made_at"},
    "content_change": {"what", "code", "changes", "account_id", "changed_at"},
    "registrant": {"key", "invited_at", "proved_at"},
    "invitation": {"key", "registrant_id", "position", "taken_up", "answered_at"},
    "enquiry_owner": {"enquiry_id", "account_id", "owned_at"},
    "enquiry_note": {"enquiry_id", "account_id", "kind", "made_at"},
    "order": {
        *("reference", "submission", "answers_digest", "buyer", "payer_id", "currency", "state", "start"),
        *("ordered_at", "settled_at", "confirmed_at", "link_epoch"),
    },
    "order_line": {
        *("order_id", "position", "course_id", "course_run_id", "access_code_id", "description", "vat_rate"),
        *("vat_status", "is_payer", "seat"),
    },
    "order_statement": {"order_id", "what", "said_at"},
    "order_trouble": {"order_id", "what", "about", "raised_at", "settled_at"},
    "checkout": {
        *("order_id", "attempt", "session", "payment_intent", "url", "state", "made_at", "expires_at"),
    },
    "ledger_entry": {"order_id", "kind", "currency", "source", "entered_at"},
    "refund": {
        *(
            "order_id",
            "key",
            "stripe_refund",
            "payment_intent",
            "state",
            "reason",
            "credit_note",
            "asked_at",
            "ended_at",
        ),
    },
    "refund_part": {"refund_id", "order_line_id", "ends_place"},
    "document": {"order_id", "kind", "number", "issued_at"},
    "enrolment": {
        *(
            "reference",
            "order_line_id",
            "account_id",
            "course_id",
            "course_run_id",
            "state",
            "enrolled_at",
            "offered_at",
            "opens_at",
        ),
        *("taken_up_at", "opened_at", "closes_at", "suspended_at", "ended_at", "cancelled_at", "link_epoch"),
        "terms_accepted_at",
    },
    "date_choice": {
        *(
            "date_change_id",
            "enrolment_id",
            "told_at",
            "reminded_at",
            "choice",
            "chosen_at",
            "chosen_by",
            "moved_to_id",
        ),
    },
    "access_code": {
        *("code", "course_id", "partner_id", "by_partner", "account_id", "uses", "ends_on", "issued_at"),
        "stopped_at",
    },
    "supply_fact": {"order_id", "source", "seen_at"},
    "outbox_message": {
        *("kind", "record_id", "lane", "key", "state", "attempts", "created_at", "due_at", "uncertain", "lease_token"),
        *("lease_until", "finished_at", "last_error"),
    },
}


def _name(table: Table) -> str:
    return table.name


def _personal(column: Column[object]) -> dict[str, object] | None:
    found = column.info.get("personal")
    assert found is None or isinstance(found, dict)
    return found


@pytest.mark.parametrize("table", TABLES, ids=_name)
def test_every_table_says_how_a_persons_rows_are_found_or_that_it_holds_nobody(table: Table) -> None:
    assert ("found_by" in table.info) != ("no_person" in table.info)


@pytest.mark.parametrize("table", TABLES, ids=_name)
@pytest.mark.promise("PRE-1")
def test_every_column_with_personal_data_is_tagged(table: Table) -> None:
    untagged = {column.name for column in table.columns if not column.primary_key and _personal(column) is None}
    if "no_person" in table.info:
        assert untagged == {column.name for column in table.columns if not column.primary_key}
    else:
        assert untagged == NOT_PERSONAL[table.name]


@pytest.mark.promise("ITC-1")
def test_columns_and_register_name_the_same_purposes_and_categories() -> None:
    tags = [tag for table in TABLES for column in table.columns if (tag := _personal(column))]
    used = {purpose for tag in tags for purpose in tag["purposes"]}  # type: ignore[attr-defined]
    in_no_table = {code for code, one in PURPOSES.items() if RETENTION[one.retention].length}
    assert used == set(PURPOSES) - in_no_table
    unstored = {category for code in in_no_table for category in PURPOSES[code].categories}
    assert {tag["category"] for tag in tags} | unstored == set(CATEGORIES)
    for tag in tags:
        for purpose in tag["purposes"]:  # type: ignore[attr-defined]
            assert tag["category"] in PURPOSES[purpose].categories


@pytest.mark.parametrize("table", TABLES, ids=_name)
def test_ids_are_never_used_again_and_tables_are_singular(table: Table) -> None:
    assert "AUTOINCREMENT" in str(CreateTable(table).compile(dialect=sqlite.dialect()))
    assert not table.name.endswith("s")


@pytest.mark.promise("OLT-31")
def test_no_column_could_hold_a_card() -> None:
    names = [f"{table.name}.{column.name}" for table in TABLES for column in table.columns]
    assert [name for name in names if any(word in name for word in ("card", "cvc", "cvv", "iban", "expiry"))] == []


def test_the_database_holds_exactly_the_triggers_it_should(database: str) -> None:
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        found = set(connection.execute(text(query)).scalars())
        assert inspect(connection).get_view_names() == []
    engine.dispose()
    assert found == triggers.expected(engine.dialect.name)


def test_every_kind_of_message_has_a_handler_and_each_letter_its_three_parts(app: object) -> None:
    from pathlib import Path

    handlers = app.extensions["portal.handlers"]  # type: ignore[attr-defined]
    assert set(handlers) == set(Kind)
    letters = Path(__file__).parents[2] / "templates" / "email"
    for kind in (one for one in Kind if one not in WORK):
        assert {part.name for part in (letters / kind).iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_both_templates_are_real_databases(
    sqlite_template: SqliteTemplate, postgresql_template: PostgresqlTemplate
) -> None:
    with sqlite_template.fresh() as one, postgresql_template.fresh() as other:
        assert one.startswith("sqlite")
        assert other.startswith("postgresql")
