"""Sponsors as rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.domain.import_rows import CODE
from portal.models.sponsor import Sponsor


def find_by_code(session: Session, code: str, *, lock: bool = False) -> Sponsor | None:
    """The sponsor with this code; `lock` holds it until the transaction ends. What can't be a code is nobody's.

    Rows that point to it can be written meanwhile: a contact of it that is just invited holds an account.
    """
    if not CODE.fullmatch(code):
        return None
    query = select(Sponsor).where(Sponsor.code == code)
    return session.scalars(query.with_for_update(key_share=True) if lock else query).first()


def get_by_code(session: Session, code: str, *, lock: bool = False) -> Sponsor:
    """The same. Raises NotFound."""
    found = find_by_code(session, code, lock=lock)
    if found is None:
        raise NotFound(f"There is no sponsor {code}.")
    return found


def list_all(session: Session) -> list[Sponsor]:
    """Every sponsor, by name."""
    return sorted(session.scalars(select(Sponsor)), key=lambda one: (one.name.casefold(), one.code))
