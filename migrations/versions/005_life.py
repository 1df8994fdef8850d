"""When a trainee last said that their details are right; the letter before an unused account is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a value they count from the day the account was made: nobody is taken to have said anything since.
    op.add_column("trainee", sa.Column("details_confirmed_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "account_warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("idle_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_warning_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_warning")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_account_warning_account_id", "account_warning", ["account_id"], unique=True)


def downgrade() -> None:
    # The letters that are about these warnings would find nothing to say, and the older code knows neither kind.
    op.execute("DELETE FROM outbox_message WHERE kind IN ('account_unused', 'warn_unused')")
    op.execute("DELETE FROM security_event WHERE kind = 'account_kept'")
    op.drop_index("uq_account_warning_account_id", "account_warning")
    op.drop_table("account_warning")
    op.drop_column("trainee", "details_confirmed_at")
