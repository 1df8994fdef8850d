"""Enquiries, how each was routed, and the referral of an enquiry to one partner."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.routing import Audience
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal
from portal.models.partner import Partner

BY_ENQUIRER = found_by("email_key of the enquiry")
ANSWERING = "answer-enquiry"


class Channel(StrEnum):
    """How the enquiry came."""

    WEB = "web"
    EMAIL = "email"
    TELEPHONE = "telephone"
    POST = "post"
    SOCIAL_MEDIA = "social_media"
    CHAT = "chat"


class Holder(StrEnum):
    """Who is to answer it."""

    PARTNER = "partner"
    TEAM = "team"


class Outcome(StrEnum):
    """How an enquiry ended."""

    ENROLLED_HERE = "enrolled_here"
    WITH_PARTNER = "with_partner"
    NO_ANSWER = "no_answer"
    NOT_SUITABLE = "not_suitable"
    WITHDRAWN = "withdrawn"


class Enquiry(Base):
    """One enquiry. A removed one keeps its reference, place and subject for the counts, and nothing of the person."""

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint(
            "removed_at IS NOT NULL OR (full_name IS NOT NULL AND email IS NOT NULL AND email_key IS NOT NULL)",
            "has_a_person_until_removed",
        ),
        CheckConstraint(
            "removed_at IS NULL OR coalesce(full_name, email, email_key, telephone, message, organisation, heard_from)"
            " IS NULL",
            "removed_means_gone",
        ),
        CheckConstraint("removed_at IS NULL OR search_text IS NULL", "removed_is_not_found"),
        CheckConstraint("learners IS NULL OR learners > 0", "learners_are_counted"),
        Index("uq_enquiry_reference", "reference", unique=True),
        Index("uq_enquiry_submission", "submission", unique=True),
        Index("ix_enquiry_email_key", "email_key"),
        Index("ix_enquiry_received_at", "received_at"),
        Index("ix_enquiry_outcome", "outcome"),
        {"info": BY_ENQUIRER, **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    submission: Mapped[str]
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"), default=Channel.WEB)
    full_name: Mapped[str | None] = mapped_column(info=personal("identity", ANSWERING))
    email: Mapped[str | None] = mapped_column(info=personal("contact", ANSWERING))
    email_key: Mapped[str | None] = mapped_column(info=personal("contact", ANSWERING, given_by="made by us"))
    telephone: Mapped[str | None] = mapped_column(info=personal("contact", ANSWERING))
    organisation: Mapped[str | None] = mapped_column(info=personal("profile", ANSWERING))
    region: Mapped[str] = mapped_column(info=personal("profile", ANSWERING))
    country: Mapped[str | None] = mapped_column(info=personal("profile", ANSWERING))
    interest: Mapped[str] = mapped_column(info=personal("profile", ANSWERING))
    audience: Mapped[Audience] = mapped_column(one_of(Audience, "audience"), info=personal("profile", ANSWERING))
    learners: Mapped[int | None] = mapped_column(info=personal("profile", ANSWERING))
    message: Mapped[str | None] = mapped_column(info=personal("messages", ANSWERING))
    heard_from: Mapped[str | None] = mapped_column(info=personal("profile", "know-what-works"))
    keep_with_us: Mapped[bool] = mapped_column(info=personal("profile", ANSWERING))
    holder: Mapped[Holder] = mapped_column(one_of(Holder, "holder"))
    received_at: Mapped[dt.datetime] = mapped_column(Moment)
    due_at: Mapped[dt.datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    link_epoch: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome", grows=True))
    outcome_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    search_text: Mapped[str | None] = mapped_column(info=personal("identity", ANSWERING, given_by="made by us"))

    routing: Mapped[EnquiryRouting] = relationship(lazy="raise", back_populates="enquiry")
    referral: Mapped[Referral | None] = relationship(lazy="raise", back_populates="enquiry")


class EnquiryRouting(Base):
    """Why it went where it went, for staff: every rule looked at (`looked_at`, JSON), and what needs their eye."""

    __tablename__ = "enquiry_routing"
    __table_args__ = (
        Index("uq_enquiry_routing_enquiry_id", "enquiry_id", unique=True),
        {"info": found_by("its enquiry"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    rule_name: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(info=personal("profile", ANSWERING, given_by="made by us"))
    looked_at: Mapped[str] = mapped_column(default="[]")
    flag: Mapped[str] = mapped_column(default="")

    enquiry: Mapped[Enquiry] = relationship(lazy="raise", back_populates="routing")


class Referral(Base):
    """One enquiry passed to one partner. It counts for the partner's week whatever became of it."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("uq_referral_enquiry_id", "enquiry_id", unique=True),
        Index("ix_referral_partner_id_referred_at", "partner_id", "referred_at"),
        Index("uq_referral_stop_reference", "stop_reference", unique=True),
        {"info": found_by("its enquiry"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    referred_at: Mapped[dt.datetime] = mapped_column(Moment)
    delivered_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    failed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    uses_backup: Mapped[bool] = mapped_column(default=False)
    stop_reference: Mapped[str | None]

    enquiry: Mapped[Enquiry] = relationship(lazy="raise", back_populates="referral")
    partner: Mapped[Partner] = relationship(lazy="raise")


class EnquiryOwner(Base):
    """Which member of staff has taken an enquiry."""

    __tablename__ = "enquiry_owner"
    __table_args__ = (
        Index("uq_enquiry_owner_enquiry_id", "enquiry_id", unique=True),
        Index("ix_enquiry_owner_account_id", "account_id"),
        {"info": found_by("the account of the owner"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    owned_at: Mapped[dt.datetime] = mapped_column(Moment)


class NoteKind(StrEnum):
    """What an entry of an enquiry's timeline is."""

    NOTE = "note"
    REPLY = "reply"
    OWNER = "owner"
    OUTCOME = "outcome"


class EnquiryNote(Base):
    """One entry that staff made on an enquiry's timeline: a note, a reply by mail, a new owner, an outcome."""

    __tablename__ = "enquiry_note"
    __table_args__ = (
        Index("ix_enquiry_note_enquiry_id", "enquiry_id"),
        {"info": found_by("its enquiry, or the account of who made it"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(info=personal("identity", "work-here"))
    kind: Mapped[NoteKind] = mapped_column(one_of(NoteKind, "kind", grows=True))
    words: Mapped[str] = mapped_column(info=personal("messages", ANSWERING, given_by="staff"))
    made_at: Mapped[dt.datetime] = mapped_column(Moment)
