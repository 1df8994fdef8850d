"""Accounts, trainees, registrations and the security log; the outbox takes further kinds."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def _outbox(*, checked: bool) -> sa.Table:
    """The outbox as it stands before (with its kinds in a CHECK) or after: SQLite copies the table to drop one."""
    kinds = sa.Enum(
        *("partner_enquiry", "partner_stop", "enquiry_acknowledgement", "enquiry_link", "team_enquiry"),
        *("team_withdrawn", "team_undelivered", "team_stop_undelivered", "purge_enquiries"),
        name="kind",
        native_enum=False,
        create_constraint=checked,
        length=40,
    )
    states = sa.Enum(
        *("queued", "leased", "sent", "retrying", "failed", "cancelled"),
        name="state",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    return sa.Table(
        "outbox_message",
        sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"}),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Index("ix_outbox_message_kind_record_id", "kind", "record_id"),
        sa.Index("ix_outbox_message_lane_state_due_at", "lane", "state", "due_at"),
        sa.Index("uq_outbox_message_key", "key", unique=True),
        sqlite_autoincrement=True,
    )


def _copy_outbox(*, checked: bool) -> None:
    """Copy the outbox into its other shape. Ids that were used stay used: the copy begins its count anew."""
    number = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox_message'")
    used = op.get_bind().execute(number).scalar()
    with op.batch_alter_table("outbox_message", copy_from=_outbox(checked=checked), recreate="always"):
        pass
    if used:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox_message'")
        op.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox_message', :n)").bindparams(n=used))


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_version", sa.Integer(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_last_used_at", ["last_used_at"], unique=False)
        batch_op.create_index("uq_account_email_key", ["email_key"], unique=True)
        batch_op.create_index("uq_account_reference", ["reference"], unique=True)

    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("heard_from", sa.String(), nullable=False),
        sa.Column("of_age", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("errand", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index("ix_registration_email_key", ["email_key"], unique=False)
        batch_op.create_index("ix_registration_registered_at", ["registered_at"], unique=False)
        batch_op.create_index("uq_registration_key", ["key"], unique=True)

    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_address_change_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index("ix_address_change_asked_at", ["asked_at"], unique=False)
        batch_op.create_index("uq_address_change_account_id", ["account_id"], unique=True)
        batch_op.create_index("uq_address_change_key", ["key"], unique=True)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("locked_code", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index("ix_recovery_code_account_id", ["account_id"], unique=False)

    op.create_table(
        "security_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "sign_in_by_recovery_code",
                "password_right",
                "sign_in_failed",
                "sign_in_refused",
                "locked",
                "sign_out",
                "sign_out_everywhere",
                "password_asked",
                "password_set",
                "address_changed",
                "second_step_on",
                "second_step_off",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_security_event_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("security_event", schema=None) as batch_op:
        batch_op.create_index("ix_security_event_account_id_happened_at", ["account_id", "happened_at"], unique=False)
        batch_op.create_index("ix_security_event_happened_at", ["happened_at"], unique=False)
        batch_op.create_index("ix_security_event_mailbox_happened_at", ["mailbox", "happened_at"], unique=False)
        batch_op.create_index("ix_security_event_network_happened_at", ["network", "happened_at"], unique=False)

    op.create_table(
        "trainee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("heard_from", sa.String(), nullable=False),
        sa.Column("of_age", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.CheckConstraint("of_age >= 13", name=op.f("ck_trainee_of_age_is_an_age")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_trainee_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("trainee", schema=None) as batch_op:
        batch_op.create_index("uq_trainee_account_id", ["account_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        _copy_outbox(checked=False)
    else:
        op.drop_constraint("ck_outbox_message_kind", "outbox_message")


def downgrade() -> None:
    kinds = sa.column("kind").in_(list(_outbox(checked=True).c.kind.type.enums))
    op.execute(sa.delete(sa.table("outbox_message", sa.column("kind"))).where(~kinds))
    if op.get_bind().dialect.name == "sqlite":
        _copy_outbox(checked=True)
    else:
        op.create_check_constraint("kind", "outbox_message", kinds)
    with op.batch_alter_table("trainee", schema=None) as batch_op:
        batch_op.drop_index("uq_trainee_account_id")

    op.drop_table("trainee")
    with op.batch_alter_table("security_event", schema=None) as batch_op:
        batch_op.drop_index("ix_security_event_network_happened_at")
        batch_op.drop_index("ix_security_event_mailbox_happened_at")
        batch_op.drop_index("ix_security_event_happened_at")
        batch_op.drop_index("ix_security_event_account_id_happened_at")

    op.drop_table("security_event")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index("ix_recovery_code_account_id")

    op.drop_table("recovery_code")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index("uq_address_change_key")
        batch_op.drop_index("uq_address_change_account_id")
        batch_op.drop_index("ix_address_change_asked_at")

    op.drop_table("address_change")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index("uq_registration_key")
        batch_op.drop_index("ix_registration_registered_at")
        batch_op.drop_index("ix_registration_email_key")

    op.drop_table("registration")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("uq_account_reference")
        batch_op.drop_index("uq_account_email_key")
        batch_op.drop_index("ix_account_last_used_at")

    op.drop_table("account")
