"""Orders as staff look for them, and the troubles that only a person can settle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.domain import searching
from portal.domain.errors import NotFound
from portal.domain.order_desk import Sums
from portal.domain.orders import SIGNS, Entry, OrderState, Trouble
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.records.catalogue import Catalogue
from portal.records.paging import Page, page_of

ANY = "any"
MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty is everything.

    Each word of the search stands in the reference, a name or an address, or in the course's name. `trouble` is one of
    Trouble, or any; of those that are not settled. `course` is a code. Ordered from `since` on and before `until`.
    """

    search: str = ""
    state: OrderState | None = None
    trouble: str = ""
    course: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def list_wanted(session: Session, filters: Filters, known: Catalogue, page: int) -> Page[Order]:
    """A page of the orders, newest first, with their lines and troubles."""
    return page_of(session, _newest(filters, known), page)


def all_wanted(session: Session, filters: Filters, known: Catalogue) -> Sequence[Order]:
    """All of them."""
    return session.scalars(_newest(filters, known)).all()


def sums_of(session: Session, orders: Collection[Order]) -> dict[int, Sums]:
    """What was paid for each of these orders and what is owed, by the order's id."""
    known: dict[int, dict[tuple[Entry, str], int]] = {one.id: {} for one in orders}
    every = list(known)
    for begins in range(0, len(every), MOST_AT_ONCE):
        ids = every[begins : begins + MOST_AT_ONCE]
        query = (
            select(LedgerEntry.order_id, LedgerEntry.kind, LedgerEntry.currency, func.sum(LedgerEntry.amount_pence))
            .where(LedgerEntry.order_id.in_(ids))
            .group_by(LedgerEntry.order_id, LedgerEntry.kind, LedgerEntry.currency)
        )
        for order_id, kind, currency, pence in session.execute(query):
            known[order_id][kind, currency] = int(pence)
    return {one.id: _sums(one, known[one.id]) for one in orders}


def get_trouble(order: Order, what: str, about: str) -> OrderTrouble:
    """A trouble of the order that is not settled. Raises NotFound."""
    for one in order.troubles:
        if one.settled_at is None and (one.what, one.about) == (what, about):
            return one
    raise NotFound("This is settled already, or never was.")


def get_any_trouble(order: Order, what: Trouble, about: str) -> OrderTrouble:
    """A trouble of the order, settled or not. Raises NotFound."""
    for one in order.troubles:
        if (one.what, one.about) == (what, about):
            return one
    raise NotFound("There never was such a thing.")


def find_trouble(order: Order, what: Trouble) -> OrderTrouble | None:
    """The first trouble of this kind that is not settled."""
    return next((one for one in order.troubles if one.what == what and one.settled_at is None), None)


def settle(trouble: OrderTrouble, how: str, now: dt.datetime) -> None:
    """It needs nobody any more. Its order is locked by the caller."""
    trouble.settled_at, trouble.settled_how = now, how


def _sums(order: Order, entered: Mapping[tuple[Entry, str], int]) -> Sums:
    """The same, of what was entered by kind and currency."""
    owed = sum(SIGNS[kind] * pence for (kind, _), pence in entered.items())
    paid = sum(pence for (kind, _), pence in entered.items() if kind == Entry.PAID)
    return Sums(order.total_pence, paid, owed, any(currency != order.currency for _, currency in entered))


def _newest(filters: Filters, known: Catalogue) -> Select[Order]:
    lines = selectinload(Order.lines).options(joinedload(OrderLine.course), joinedload(OrderLine.run))
    query = _filtered(filters, known).options(lines, selectinload(Order.troubles))
    return query.order_by(Order.ordered_at.desc(), Order.id.desc())


def _filtered(filters: Filters, known: Catalogue) -> Select[Order]:
    query = select(Order)
    for word in searching.words(filters.search):
        courses = [one.id for one in known.courses.values() if word in searching.search_text(one.title, one.code)]
        of_course = exists().where(OrderLine.order_id == Order.id, OrderLine.course_id.in_(courses))
        query = query.where(or_(Order.search_text.contains(word, autoescape=True), of_course))
    if filters.state:
        query = query.where(Order.state == filters.state)
    if filters.trouble:
        open_ones = exists().where(OrderTrouble.order_id == Order.id, OrderTrouble.settled_at.is_(None))
        is_that = OrderTrouble.what == filters.trouble
        query = query.where(open_ones if filters.trouble == ANY else open_ones.where(is_that))
    if filters.course:
        ids = [one.id for one in known.courses.values() if one.code == filters.course]
        query = query.where(exists().where(OrderLine.order_id == Order.id, OrderLine.course_id.in_(ids)))
    if filters.since:
        query = query.where(Order.ordered_at >= filters.since)
    return query.where(Order.ordered_at < filters.until) if filters.until else query
