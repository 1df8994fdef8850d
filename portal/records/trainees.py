"""Trainees as staff look for them: by name and address, state and region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import searching
from portal.models.account import Account, Trainee
from portal.records.paging import Page, Query, Values, rows_of


class Standing(StrEnum):
    """Whether an account opens."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Wanted:
    """Which trainees: those whose name or address holds each word of the search, of a standing, in a region."""

    search: str = ""
    state: Standing | None = None
    region: str = ""


def list_wanted(session: Session, wanted: Wanted, page: int) -> Page[Values]:
    """A page of the trainees that are wanted, by name."""
    return rows_of(session, _wanted(wanted), page)


def all_wanted(session: Session, wanted: Wanted) -> Sequence[Values]:
    """All of them."""
    return session.execute(_wanted(wanted)).all()


def _wanted(wanted: Wanted) -> Query:
    query = (
        select(
            *(Account.reference, Account.full_name, Account.email, Account.created_at, Account.last_used_at),
            *(Account.suspended_at, Account.totp_secret.is_not(None).label("has_two_steps")),
            *(Trainee.region, Trainee.heard_from, Trainee.via),
        )
        .join(Trainee, Trainee.account_id == Account.id)
        .order_by(Account.search_text, Account.id)
    )
    for word in searching.words(wanted.search):
        query = query.where(Account.search_text.contains(word, autoescape=True))
    if wanted.state:
        is_active = Account.suspended_at.is_(None)
        query = query.where(is_active if wanted.state == Standing.ACTIVE else ~is_active)
    return query.where(Trainee.region == wanted.region) if wanted.region else query
