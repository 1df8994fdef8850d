"""Courses as rows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.domain.import_rows import CODE
from portal.models.course import Course


def find_by_code(session: Session, code: str, *, lock: bool = False) -> Course | None:
    """The course with this code; `lock` holds it until the transaction ends. What can't be a code is nobody's."""
    if not CODE.fullmatch(code):
        return None
    query = select(Course).where(Course.code == code)
    return session.scalars(query.with_for_update() if lock else query).first()


def get_by_code(session: Session, code: str, *, lock: bool = False) -> Course:
    """The same. Raises NotFound."""
    found = find_by_code(session, code, lock=lock)
    if found is None:
        raise NotFound(f"There is no course {code}.")
    return found
