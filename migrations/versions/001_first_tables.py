"""The first tables: the catalogue, enquiries and their routing, the outbox, the consent ledger."""

import sqlalchemy as sa
from alembic import op

from portal.models import triggers

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_entry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.create_index("ix_consent_entry_subject_key_purpose", ["subject_key", "purpose"], unique=False)

    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("price_pence", sa.Integer(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "automated",
                "tutor_supported",
                "live",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "sold",
            sa.Enum("here", "partners", "both", name="sold", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("length", sa.String(), nullable=False),
        sa.Column("taught", sa.String(), nullable=False),
        sa.Column("award", sa.String(), nullable=False),
        sa.Column("award_note", sa.String(), nullable=False),
        sa.Column("outline", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_pence >= 0", name=op.f("ck_course_price_is_not_negative")),
        sa.CheckConstraint("vat_rate BETWEEN 0 AND 100", name=op.f("ck_course_vat_rate_is_a_percentage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index("uq_course_code", ["code"], unique=True)

    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
        sa.UniqueConstraint("name", name=op.f("uq_data_version_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "email",
                "telephone",
                "post",
                "social_media",
                "chat",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("telephone", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "individual", "organisation", name="audience", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("learners", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("heard_from", sa.String(), nullable=True),
        sa.Column("keep_with_us", sa.Boolean(), nullable=False),
        sa.Column(
            "holder",
            sa.Enum("partner", "team", name="holder", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_epoch", sa.Integer(), nullable=False),
        sa.CheckConstraint("learners IS NULL OR learners > 0", name=op.f("ck_enquiry_learners_are_counted")),
        sa.CheckConstraint(
            "removed_at IS NOT NULL OR (full_name IS NOT NULL AND email IS NOT NULL AND email_key IS NOT NULL)",
            name=op.f("ck_enquiry_has_a_person_until_removed"),
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR coalesce(full_name, email, email_key, telephone, message, organisation, heard_from) IS NULL",
            name=op.f("ck_enquiry_removed_means_gone"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index("ix_enquiry_email_key", ["email_key"], unique=False)
        batch_op.create_index("ix_enquiry_received_at", ["received_at"], unique=False)
        batch_op.create_index("uq_enquiry_reference", ["reference"], unique=True)
        batch_op.create_index("uq_enquiry_submission", ["submission"], unique=True)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "partner_enquiry",
                "partner_stop",
                "enquiry_acknowledgement",
                "enquiry_link",
                "team_enquiry",
                "team_withdrawn",
                "team_undelivered",
                "team_stop_undelivered",
                "purge_enquiries",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "leased",
                "sent",
                "retrying",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_kind_record_id", ["kind", "record_id"], unique=False)
        batch_op.create_index("ix_outbox_message_lane_state_due_at", ["lane", "state", "due_at"], unique=False)
        batch_op.create_index("uq_outbox_message_key", ["key"], unique=True)

    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("backup_email", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("privacy_url", sa.String(), nullable=False),
        sa.Column("weekly_capacity", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("agreement_on", sa.Date(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("transfer_mechanism", sa.String(), nullable=False),
        sa.Column("nation", sa.String(), nullable=False),
        sa.CheckConstraint(
            "nation IN ('england', 'wales', 'scotland', 'northern-ireland')", name=op.f("ck_partner_nation")
        ),
        sa.CheckConstraint("role IN ('controller', 'joint_controller', 'processor')", name=op.f("ck_partner_role")),
        sa.CheckConstraint("weekly_capacity >= 0", name=op.f("ck_partner_capacity_is_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index("uq_partner_code", ["code"], unique=True)

    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("regions", sa.String(), nullable=False),
        sa.Column("countries", sa.String(), nullable=False),
        sa.Column("interests", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("min_learners", sa.Integer(), nullable=True),
        sa.Column("max_learners", sa.Integer(), nullable=True),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("routing_rule", schema=None) as batch_op:
        batch_op.create_index("uq_routing_rule_priority", ["priority"], unique=True)

    op.create_table(
        "consent_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_consent_subject_enquiry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_subject")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent_subject", schema=None) as batch_op:
        batch_op.create_index("uq_consent_subject_subject_key", ["subject_key"], unique=True)

    op.create_table(
        "enquiry_routing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("rule_name", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("looked_at", sa.String(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_routing_enquiry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_routing")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry_routing", schema=None) as batch_op:
        batch_op.create_index("uq_enquiry_routing_enquiry_id", ["enquiry_id"], unique=True)

    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses_backup", sa.Boolean(), nullable=False),
        sa.Column("stop_reference", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_referral_enquiry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_referral_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_partner_id_referred_at", ["partner_id", "referred_at"], unique=False)
        batch_op.create_index("uq_referral_enquiry_id", ["enquiry_id"], unique=True)
        batch_op.create_index("uq_referral_stop_reference", ["stop_reference"], unique=True)

    op.create_table(
        "routing_rule_partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_routing_rule_partner_partner_id")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["routing_rule.id"], name=op.f("fk_routing_rule_partner_rule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule_partner")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("routing_rule_partner", schema=None) as batch_op:
        batch_op.create_index("uq_routing_rule_partner_rule_id_position", ["rule_id", "position"], unique=True)
    op.execute("INSERT INTO data_version (name, number) VALUES ('catalogue', 1)")
    triggers.make(op.get_bind())


def downgrade() -> None:
    triggers.drop(op.get_bind())
    with op.batch_alter_table("routing_rule_partner", schema=None) as batch_op:
        batch_op.drop_index("uq_routing_rule_partner_rule_id_position")

    op.drop_table("routing_rule_partner")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("uq_referral_stop_reference")
        batch_op.drop_index("uq_referral_enquiry_id")
        batch_op.drop_index("ix_referral_partner_id_referred_at")

    op.drop_table("referral")
    with op.batch_alter_table("enquiry_routing", schema=None) as batch_op:
        batch_op.drop_index("uq_enquiry_routing_enquiry_id")

    op.drop_table("enquiry_routing")
    with op.batch_alter_table("consent_subject", schema=None) as batch_op:
        batch_op.drop_index("uq_consent_subject_subject_key")

    op.drop_table("consent_subject")
    with op.batch_alter_table("routing_rule", schema=None) as batch_op:
        batch_op.drop_index("uq_routing_rule_priority")

    op.drop_table("routing_rule")
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_index("uq_partner_code")

    op.drop_table("partner")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("uq_outbox_message_key")
        batch_op.drop_index("ix_outbox_message_lane_state_due_at")
        batch_op.drop_index("ix_outbox_message_kind_record_id")

    op.drop_table("outbox_message")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index("uq_enquiry_submission")
        batch_op.drop_index("uq_enquiry_reference")
        batch_op.drop_index("ix_enquiry_received_at")
        batch_op.drop_index("ix_enquiry_email_key")

    op.drop_table("enquiry")
    op.drop_table("data_version")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("uq_course_code")

    op.drop_table("course")
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_entry_subject_key_purpose")

    op.drop_table("consent_entry")
