"""Complaints, and everything that was said and done about each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.complaint import About, EntryKind, Outcome
from portal.models.base import NEVER_REUSE_IDS, Base, Moment, found_by, one_of, personal

PURPOSES = ("complaints", "data-complaints")


class Complaint(Base):
    """One complaint. `submission` is made of the form's once-only number and of the words: both again is the same.

    `flag` says why a person should look before we write to the address that was given; empty when nothing is odd.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", "closed_means_an_outcome"),
        Index("uq_complaint_reference", "reference", unique=True),
        Index("uq_complaint_submission", "submission", unique=True),
        Index("ix_complaint_email_key", "email_key"),
        Index("ix_complaint_closed_at_answer_by", "closed_at", "answer_by"),
        Index("ix_complaint_owner_id", "owner_id"),
        {"info": found_by("email_key of the complaint; of who has taken it, the account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    submission: Mapped[str]
    about: Mapped[About] = mapped_column(one_of(About, "about", grows=True), info=personal("messages", *PURPOSES))
    order_reference: Mapped[str | None] = mapped_column(info=personal("messages", *PURPOSES))
    full_name: Mapped[str] = mapped_column(info=personal("identity", *PURPOSES))
    email: Mapped[str] = mapped_column(info=personal("contact", *PURPOSES))
    email_key: Mapped[str] = mapped_column(info=personal("contact", *PURPOSES, given_by="made by us"))
    message: Mapped[str] = mapped_column(info=personal("messages", *PURPOSES))
    wish: Mapped[str | None] = mapped_column(info=personal("messages", *PURPOSES))
    search_text: Mapped[str] = mapped_column(info=personal("identity", *PURPOSES, given_by="made by us"))
    flag: Mapped[str] = mapped_column(default="")
    received_at: Mapped[dt.datetime] = mapped_column(Moment)
    acknowledge_by: Mapped[dt.datetime] = mapped_column(Moment)
    acknowledged_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    answer_by: Mapped[dt.datetime] = mapped_column(Moment)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome", grows=True))
    closed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    link_epoch: Mapped[int] = mapped_column(default=1)


class ComplaintEntry(Base):
    """One entry of a complaint's timeline: further words of the person (then nobody made it), or what staff did."""

    __tablename__ = "complaint_entry"
    __table_args__ = (
        Index("ix_complaint_entry_complaint_id", "complaint_id"),
        Index("ix_complaint_entry_account_id", "account_id"),
        {"info": found_by("its complaint, or the account of who made it"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(default="", info=personal("identity", "work-here"))
    kind: Mapped[EntryKind] = mapped_column(one_of(EntryKind, "kind", grows=True))
    words: Mapped[str] = mapped_column(info=personal("messages", *PURPOSES, given_by="the person, or staff"))
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome", grows=True))
    answer_by: Mapped[dt.datetime | None] = mapped_column(Moment)
    made_at: Mapped[dt.datetime] = mapped_column(Moment)
