"""Every value that the data keys lock, found by the mark on its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from portal.models.base import Base

Place = tuple[Table, Column[str]]


def places() -> Iterator[Place]:
    """The tables and columns whose values are locked."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("locked"):
                yield table, column


def change_some(session: Session, place: Place, after: int, most: int, change: Callable[[str], str]) -> int | None:
    """Change up to `most` values whose id is above `after`; answers the last id, or None when there was none."""
    table, column = place
    query = select(table.c.id, column).where(table.c.id > after, column.is_not(None)).order_by(table.c.id).limit(most)
    rows = session.execute(query.with_for_update()).all()
    for row_id, locked in rows:
        session.execute(update(table).where(table.c.id == row_id).values({column: change(locked)}))
    return rows[-1][0] if rows else None
