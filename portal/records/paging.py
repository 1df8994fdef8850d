"""Lists a page at a time: every list is paged, and a page costs two queries however long the list is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

Record = TypeVar("Record")
Values = Row[*tuple[Any, ...]]
"""A row of several values; `Query` is a query of such rows."""
Query = Select[*tuple[Any, ...]]
SIZE = 20


@dataclass(frozen=True)
class Page(Generic[Record]):
    """One page of a list: its rows, its number (from 1), how many pages there are and how many rows in all."""

    rows: Sequence[Record]
    number: int
    pages: int
    total: int


def page_of(session: Session, query: Query, number: int, size: int = SIZE) -> Page[Any]:
    """This page of the query's records; a number beyond either end is the first or the last page."""
    total, pages, number = _measure(session, query, number, size)
    return Page(session.scalars(query.limit(size).offset((number - 1) * size)).all(), number, pages, total)


def rows_of(session: Session, query: Query, number: int, size: int = SIZE) -> Page[Values]:
    """The same for a query of several values a row."""
    total, pages, number = _measure(session, query, number, size)
    return Page(session.execute(query.limit(size).offset((number - 1) * size)).all(), number, pages, total)


def _measure(session: Session, query: Query, number: int, size: int) -> tuple[int, int, int]:
    """(how many rows there are, how many pages, the number of the page that is shown)."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    return total, pages, min(max(1, number), pages)


def page_in(rows: Sequence[Record], number: int, size: int = SIZE) -> Page[Record]:
    """The same of rows that are in memory already."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(1, number), pages)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def page_with(before: int, size: int = SIZE) -> int:
    """The number of the page that holds the row with so many rows before it."""
    return before // size + 1
