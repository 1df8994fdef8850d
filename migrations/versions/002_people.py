"""Accounts, trainees, registrations and the security log; the outbox takes further kinds."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

SEARCHED = ("reference", "full_name", "email", "organisation")


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


def _make_searchable() -> None:
    """What staff search through, for enquiries that are there already: folded as new ones are."""
    enquiry = sa.table(
        "enquiry", *(sa.column(name) for name in ("id", "search_text", "email_key", "removed_at", *SEARCHED))
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(enquiry).where(enquiry.c.removed_at.is_(None))).mappings().all():
        words = (unicodedata.normalize("NFC", row[name]).casefold() for name in SEARCHED if row[name])
        key = unicodedata.normalize("NFC", row["email"]).lower()
        values = {"search_text": " ".join(words), "email_key": key}
        bind.execute(sa.update(enquiry).where(enquiry.c.id == row["id"]).values(values))


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("search_text", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
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
        batch_op.create_index("ix_account_search_text", ["search_text"], unique=False)
        batch_op.create_index("uq_account_email_key", ["email_key"], unique=True)
        batch_op.create_index("uq_account_reference", ["reference"], unique=True)

    op.create_table(
        "equality_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("nation", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("locked_answer", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equality_answer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("equality_answer", schema=None) as batch_op:
        batch_op.create_index("ix_equality_answer_answered_on", ["answered_on"], unique=False)
        batch_op.create_index("uq_equality_answer_subject_key_question", ["subject_key", "question"], unique=True)

    op.create_table(
        "registrant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("errand", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrant")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("registrant", schema=None) as batch_op:
        batch_op.create_index("ix_registrant_invited_at", ["invited_at"], unique=False)
        batch_op.create_index("uq_registrant_key", ["key"], unique=True)

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
        "account_consent_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_consent_subject_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_consent_subject")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("account_consent_subject", schema=None) as batch_op:
        batch_op.create_index("uq_account_consent_subject_account_id", ["account_id"], unique=True)
        batch_op.create_index("uq_account_consent_subject_subject_key", ["subject_key"], unique=True)

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
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("undertaking_version", sa.String(), nullable=True),
        sa.Column("undertaking_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("partner_id IS NOT NULL", name=op.f("ck_contact_belongs_to_an_organisation")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_contact_partner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_partner_id", ["partner_id"], unique=False)
        batch_op.create_index("uq_contact_account_id_partner_id", ["account_id", "partner_id"], unique=True)

    op.create_table(
        "content_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_content_change_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("content_change", schema=None) as batch_op:
        batch_op.create_index("ix_content_change_changed_at", ["changed_at"], unique=False)
        batch_op.create_index("ix_content_change_what_code", ["what", "code"], unique=False)

    op.create_table(
        "enquiry_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("note", "reply", "owner", "outcome", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_enquiry_note_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_note_enquiry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry_note", schema=None) as batch_op:
        batch_op.create_index("ix_enquiry_note_enquiry_id", ["enquiry_id"], unique=False)

    op.create_table(
        "enquiry_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("owned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_enquiry_owner_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_owner_enquiry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_owner")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry_owner", schema=None) as batch_op:
        batch_op.create_index("ix_enquiry_owner_account_id", ["account_id"], unique=False)
        batch_op.create_index("uq_enquiry_owner_enquiry_id", ["enquiry_id"], unique=True)

    op.create_table(
        "equality_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("locked_key", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_by", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_equality_subject_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equality_subject")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("equality_subject", schema=None) as batch_op:
        batch_op.create_index("ix_equality_subject_stop_by", ["stop_by"], unique=False)
        batch_op.create_index("uq_equality_subject_account_id", ["account_id"], unique=True)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("registrant_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("taken_up", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_at IS NULL OR coalesce(full_name, email, email_key) IS NULL",
            name=op.f("ck_invitation_answered_means_nothing_is_kept"),
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"], ["registrant.id"], name=op.f("fk_invitation_registrant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_email_key", ["email_key"], unique=False)
        batch_op.create_index("ix_invitation_registrant_id", ["registrant_id"], unique=False)
        batch_op.create_index("uq_invitation_key", ["key"], unique=True)

    op.create_table(
        "profile_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "answered",
                "prefer_not_to_say",
                "not_known",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'answered') = (value <> '')", name=op.f("ck_profile_answer_only_an_answer_has_a_value")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_profile_answer_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_answer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("profile_answer", schema=None) as batch_op:
        batch_op.create_index("uq_profile_answer_account_id_question", ["account_id", "question"], unique=True)

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
                "link_asked",
                "sign_in_by_link",
                "password_right",
                "sign_in_failed",
                "sign_in_refused",
                "locked",
                "sign_out",
                "sign_out_everywhere",
                "password_asked",
                "password_set",
                "address_changed",
                "invited",
                "undertaking_accepted",
                "roles_changed",
                "removed",
                "suspended",
                "resumed",
                "password_link_by_staff",
                "suspicious_address",
                "content_changed",
                "exported",
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
        sa.Column("detail", sa.String(), nullable=False),
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
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reads_support_needs", sa.Boolean(), nullable=False),
        sa.Column("undertaking_version", sa.String(), nullable=True),
        sa.Column("undertaking_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_staff_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index("uq_staff_account_id", ["account_id"], unique=True)

    op.create_table(
        "support_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "answered",
                "prefer_not_to_say",
                "not_known",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("locked_words", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_support_need_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_need")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("support_need", schema=None) as batch_op:
        batch_op.create_index("uq_support_need_account_id", ["account_id"], unique=True)

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

    op.create_table(
        "staff_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "manager",
                "enquiries",
                "finance",
                "reports",
                "privacy",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_role", schema=None) as batch_op:
        batch_op.create_index("uq_staff_role_staff_id_role", ["staff_id", "role"], unique=True)

    if op.get_bind().dialect.name == "sqlite":
        _copy_outbox(checked=False)
    else:
        op.drop_constraint("ck_outbox_message_kind", "outbox_message")
    for column in (
        "outcome VARCHAR(40)",
        f"outcome_at {'DATETIME' if op.get_bind().dialect.name == 'sqlite' else 'TIMESTAMP WITH TIME ZONE'}",
        "search_text VARCHAR CONSTRAINT ck_enquiry_removed_is_not_found"
        " CHECK (removed_at IS NULL OR search_text IS NULL)",
    ):
        op.execute(f"ALTER TABLE enquiry ADD COLUMN {column}")
    op.create_index("ix_enquiry_outcome", "enquiry", ["outcome"])
    _make_searchable()


def downgrade() -> None:
    op.drop_index("ix_enquiry_outcome", "enquiry")
    for column in ("search_text", "outcome_at", "outcome"):
        op.execute(f"ALTER TABLE enquiry DROP COLUMN {column}")
    kinds = sa.column("kind").in_(list(_outbox(checked=True).c.kind.type.enums))
    op.execute(sa.delete(sa.table("outbox_message", sa.column("kind"))).where(~kinds))
    if op.get_bind().dialect.name == "sqlite":
        _copy_outbox(checked=True)
    else:
        op.create_check_constraint("kind", "outbox_message", kinds)

    with op.batch_alter_table("staff_role", schema=None) as batch_op:
        batch_op.drop_index("uq_staff_role_staff_id_role")

    op.drop_table("staff_role")
    with op.batch_alter_table("trainee", schema=None) as batch_op:
        batch_op.drop_index("uq_trainee_account_id")

    op.drop_table("trainee")
    with op.batch_alter_table("support_need", schema=None) as batch_op:
        batch_op.drop_index("uq_support_need_account_id")

    op.drop_table("support_need")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index("uq_staff_account_id")

    op.drop_table("staff")
    with op.batch_alter_table("security_event", schema=None) as batch_op:
        batch_op.drop_index("ix_security_event_network_happened_at")
        batch_op.drop_index("ix_security_event_mailbox_happened_at")
        batch_op.drop_index("ix_security_event_happened_at")
        batch_op.drop_index("ix_security_event_account_id_happened_at")

    op.drop_table("security_event")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index("ix_recovery_code_account_id")

    op.drop_table("recovery_code")
    with op.batch_alter_table("profile_answer", schema=None) as batch_op:
        batch_op.drop_index("uq_profile_answer_account_id_question")

    op.drop_table("profile_answer")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("uq_invitation_key")
        batch_op.drop_index("ix_invitation_registrant_id")
        batch_op.drop_index("ix_invitation_email_key")

    op.drop_table("invitation")
    with op.batch_alter_table("equality_subject", schema=None) as batch_op:
        batch_op.drop_index("uq_equality_subject_account_id")
        batch_op.drop_index("ix_equality_subject_stop_by")

    op.drop_table("equality_subject")
    with op.batch_alter_table("enquiry_owner", schema=None) as batch_op:
        batch_op.drop_index("uq_enquiry_owner_enquiry_id")
        batch_op.drop_index("ix_enquiry_owner_account_id")

    op.drop_table("enquiry_owner")
    with op.batch_alter_table("enquiry_note", schema=None) as batch_op:
        batch_op.drop_index("ix_enquiry_note_enquiry_id")

    op.drop_table("enquiry_note")
    with op.batch_alter_table("content_change", schema=None) as batch_op:
        batch_op.drop_index("ix_content_change_what_code")
        batch_op.drop_index("ix_content_change_changed_at")

    op.drop_table("content_change")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("uq_contact_account_id_partner_id")
        batch_op.drop_index("ix_contact_partner_id")

    op.drop_table("contact")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index("uq_address_change_key")
        batch_op.drop_index("uq_address_change_account_id")
        batch_op.drop_index("ix_address_change_asked_at")

    op.drop_table("address_change")
    with op.batch_alter_table("account_consent_subject", schema=None) as batch_op:
        batch_op.drop_index("uq_account_consent_subject_subject_key")
        batch_op.drop_index("uq_account_consent_subject_account_id")

    op.drop_table("account_consent_subject")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index("uq_registration_key")
        batch_op.drop_index("ix_registration_registered_at")
        batch_op.drop_index("ix_registration_email_key")

    op.drop_table("registration")
    with op.batch_alter_table("registrant", schema=None) as batch_op:
        batch_op.drop_index("uq_registrant_key")
        batch_op.drop_index("ix_registrant_invited_at")

    op.drop_table("registrant")
    with op.batch_alter_table("equality_answer", schema=None) as batch_op:
        batch_op.drop_index("uq_equality_answer_subject_key_question")
        batch_op.drop_index("ix_equality_answer_answered_on")

    op.drop_table("equality_answer")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("uq_account_reference")
        batch_op.drop_index("uq_account_email_key")
        batch_op.drop_index("ix_account_search_text")
        batch_op.drop_index("ix_account_last_used_at")

    op.drop_table("account")
