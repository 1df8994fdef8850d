"""The dates of courses, and what selling one needs to know: its VAT, whether a tutor rings, how long it stays open."""

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("course", sa.Column("needs_telephone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("course", sa.Column("vat_status", sa.String(length=40), nullable=False, server_default="standard"))
    op.add_column("course", sa.Column("access_days", sa.Integer(), nullable=True))
    op.execute("UPDATE course SET vat_status = 'zero' WHERE vat_rate = 0")
    op.create_table(
        "course_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("times", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_course_run_capacity_is_not_negative")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_course_run_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_run_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_run")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_course_run_code", "course_run", ["code"], unique=True)
    op.create_index("ix_course_run_course_id_starts_on", "course_run", ["course_id", "starts_on"])


def downgrade() -> None:
    op.drop_table("course_run")
    for column in ("access_days", "vat_status", "needs_telephone"):
        op.drop_column("course", column)
