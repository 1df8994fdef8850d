"""Who looked through who can see what, and the equality totals of each quarter as they were published."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_access_review_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_review_account_id", "access_review", ["account_id"])

    op.create_table(
        "equality_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("tables", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equality_publication")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_equality_publication_period", "equality_publication", ["period"], unique=True)
    op.create_index("ix_support_need_answered_at", "support_need", ["answered_at"])


def downgrade() -> None:
    # Older code knows neither these entries nor these messages, and stops at what it does not know.
    op.execute(
        "DELETE FROM security_event WHERE kind IN ('reader_named', 'reader_unnamed', 'support_read',"
        " 'access_reviewed', 'mass_reading', 'contact_moved')"
    )
    op.execute("DELETE FROM outbox_message WHERE kind IN ('publish_equality', 'purge_timed_work')")
    op.drop_index("ix_support_need_answered_at", "support_need")
    op.drop_table("equality_publication")
    op.drop_table("access_review")
