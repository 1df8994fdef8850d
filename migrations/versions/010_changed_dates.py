"""Dates that are moved or cancelled, and what each who had a place on them chose."""

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

KINDS = ("tell_date", "chase_dates", "date_changed", "date_changed_payer", "date_chosen", "date_chosen_payer")
ENTRIES = ("date_chosen",)


def upgrade() -> None:
    op.add_column("course_run", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "date_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_run_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_run_id"], ["course_run.id"], name=op.f("fk_date_change_course_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_date_change_course_run_id", "date_change", ["course_run_id"])
    op.create_index("ix_date_change_changed_at", "date_change", ["changed_at"])

    op.create_table(
        "date_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date_change_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choice", sa.String(length=40), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.String(length=40), nullable=True),
        sa.Column("moved_to_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["date_change_id"], ["date_change.id"], name=op.f("fk_date_choice_date_change_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_date_choice_enrolment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["moved_to_id"], ["course_run.id"], name=op.f("fk_date_choice_moved_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_choice")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_date_choice_date_change_id_enrolment_id", "date_choice", ["date_change_id", "enrolment_id"], unique=True
    )
    op.create_index("ix_date_choice_enrolment_id", "date_choice", ["enrolment_id"])
    op.create_index("ix_date_choice_moved_to_id", "date_choice", ["moved_to_id"])
    op.create_index("ix_date_choice_choice_told_at", "date_choice", ["choice", "told_at"])


def downgrade() -> None:
    op.drop_table("date_choice")
    op.drop_table("date_change")
    # Older code knows no cancelled date: it would offer one that it finds on offer.
    op.execute("UPDATE course_run SET active = false WHERE cancelled_at IS NOT NULL")
    op.drop_column("course_run", "cancelled_at")
    # Older code knows neither these messages nor these entries, and stops at what it does not know.
    for table, names in (("outbox_message", KINDS), ("security_event", ENTRIES)):
        kinds = ", ".join(f"'{kind}'" for kind in names)
        op.execute(f"DELETE FROM {table} WHERE kind IN ({kinds})")  # noqa: S608 - our own words
