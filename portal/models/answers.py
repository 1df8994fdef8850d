"""What trainees answer beyond registering: an optional profile, equality answers, and support needs, kept apart."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.answers import AnswerState
from portal.models.base import LOCKED, NEVER_REUSE_IDS, Base, Moment, found_by, no_person, one_of, personal

PROFILE = "optional-profile"
EQUALITY = "equality"
SUPPORT = "support"


class ProfileAnswer(Base):
    """One answer of the optional profile. Without a row the question was never asked of this person."""

    __tablename__ = "profile_answer"
    __table_args__ = (
        CheckConstraint("(state = 'answered') = (value <> '')", "only_an_answer_has_a_value"),
        Index("uq_profile_answer_account_id_question", "account_id", "question", unique=True),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    question: Mapped[str]
    state: Mapped[AnswerState] = mapped_column(one_of(AnswerState, "state"), info=personal("learning", PROFILE))
    value: Mapped[str] = mapped_column(default="", info=personal("learning", PROFILE))
    answered_at: Mapped[dt.datetime] = mapped_column(Moment)


class EqualitySubject(Base):
    """The only way from an account to its equality answers: a random key, locked. It goes with the account.

    `stop_asked_at` is the written notice to stop using the answers, `stop_by` the day by which they are gone.
    """

    __tablename__ = "equality_subject"
    __table_args__ = (
        Index("uq_equality_subject_account_id", "account_id", unique=True),
        Index("ix_equality_subject_stop_by", "stop_by"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    locked_key: Mapped[str] = mapped_column(info=LOCKED | personal("equality", EQUALITY, given_by="made by us"))
    opened_at: Mapped[dt.datetime] = mapped_column(Moment)
    skipped_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    stop_asked_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    stop_by: Mapped[dt.datetime | None] = mapped_column(Moment)


class EqualityAnswer(Base):
    """One equality answer under a random key, locked. Nothing in the row says whose it is."""

    __tablename__ = "equality_answer"
    __table_args__ = (
        Index("uq_equality_answer_subject_key_question", "subject_key", "question", unique=True),
        Index("ix_equality_answer_answered_on", "answered_on"),
        {"info": no_person("a random key stands for the person; the link to it is locked"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    question: Mapped[str]
    nation: Mapped[str]
    version: Mapped[str]
    locked_answer: Mapped[str] = mapped_column(info=LOCKED)
    answered_on: Mapped[dt.date]


class EqualityPublication(Base):
    """The totals of one quarter as they were published: made once, never again. `tables` is JSON of what is shown."""

    __tablename__ = "equality_publication"
    __table_args__ = (
        Index("uq_equality_publication_period", "period", unique=True),
        {"info": no_person("numbers of five people or more, to the nearest five"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    tables: Mapped[str]
    made_at: Mapped[dt.datetime] = mapped_column(Moment)


class SupportNeed(Base):
    """What would help somebody to learn, in their own words, locked; read by named staff only."""

    __tablename__ = "support_need"
    __table_args__ = (
        Index("uq_support_need_account_id", "account_id", unique=True),
        Index("ix_support_need_answered_at", "answered_at"),
        {"info": found_by("its account"), **NEVER_REUSE_IDS},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    state: Mapped[AnswerState] = mapped_column(one_of(AnswerState, "state"), info=personal("support", SUPPORT))
    locked_words: Mapped[str | None] = mapped_column(info=LOCKED | personal("support", SUPPORT))
    answered_at: Mapped[dt.datetime] = mapped_column(Moment)
