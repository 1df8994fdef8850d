"""Sponsors, and contacts who sign in for them."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

BEFORE = ("belongs_to_an_organisation", "partner_id IS NOT NULL")
AFTER = ("belongs_to_one_organisation", "(partner_id IS NULL) <> (sponsor_id IS NULL)")


def _contact(*, with_sponsor: bool) -> sa.Table:
    """The contacts as they stand before or after: SQLite copies the table to change its CHECK."""
    name, rule = AFTER if with_sponsor else BEFORE
    columns = [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("undertaking_version", sa.String(), nullable=True),
        sa.Column("undertaking_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_contact_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_contact_partner_id", ondelete="CASCADE"),
        sa.Index("ix_contact_partner_id", "partner_id"),
        sa.Index("uq_contact_account_id_partner_id", "account_id", "partner_id", unique=True),
    ]
    if with_sponsor:
        columns += [
            sa.Column("sponsor_id", sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(["sponsor_id"], ["sponsor.id"], name="fk_contact_sponsor_id", ondelete="CASCADE"),
            sa.Index("ix_contact_sponsor_id", "sponsor_id"),
            sa.Index("uq_contact_account_id_sponsor_id", "account_id", "sponsor_id", unique=True),
        ]
    return sa.Table(
        "contact",
        sa.MetaData(),
        *columns,
        sa.CheckConstraint(rule, name=f"ck_contact_{name}"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sqlite_autoincrement=True,
    )


def _used() -> int | None:
    """The highest id that a contact ever had. Copied by SQLite, the table would begin its count anew."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    number = op.get_bind().execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'contact'")).scalar()
    return int(number) if number else None


def _keep_used(used: int | None) -> None:
    if used:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'contact'")
        op.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('contact', :n)").bindparams(n=used))


def upgrade() -> None:
    op.create_table(
        "sponsor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("privacy_notice", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('employer', 'trade_body', 'other_group')", name=op.f("ck_sponsor_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sponsor", schema=None) as batch_op:
        batch_op.create_index("uq_sponsor_code", ["code"], unique=True)

    used = _used()
    with op.batch_alter_table("contact", copy_from=_contact(with_sponsor=False)) as batch_op:
        batch_op.add_column(sa.Column("sponsor_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f(f"ck_contact_{BEFORE[0]}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_contact_{AFTER[0]}"), AFTER[1])
        batch_op.create_foreign_key(
            op.f("fk_contact_sponsor_id"), "sponsor", ["sponsor_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_index("ix_contact_sponsor_id", ["sponsor_id"], unique=False)
        batch_op.create_index("uq_contact_account_id_sponsor_id", ["account_id", "sponsor_id"], unique=True)
    _keep_used(used)


def downgrade() -> None:
    used = _used()
    op.execute("DELETE FROM contact WHERE sponsor_id IS NOT NULL")
    with op.batch_alter_table("contact", copy_from=_contact(with_sponsor=True)) as batch_op:
        batch_op.drop_index("uq_contact_account_id_sponsor_id")
        batch_op.drop_index("ix_contact_sponsor_id")
        batch_op.drop_constraint(op.f("fk_contact_sponsor_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f(f"ck_contact_{AFTER[0]}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_contact_{BEFORE[0]}"), BEFORE[1])
        batch_op.drop_column("sponsor_id")
    _keep_used(used)

    op.execute("DELETE FROM content_change WHERE what = 'sponsor'")
    with op.batch_alter_table("sponsor", schema=None) as batch_op:
        batch_op.drop_index("uq_sponsor_code")

    op.drop_table("sponsor")
