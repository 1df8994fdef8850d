"""Orders as staff find them on their pages."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select, update

from portal.domain.orders import Trouble
from portal.domain.security import Happened, Visit
from portal.models.course_run import CourseRun
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine
from portal.models.security_event import SecurityEvent
from portal.models.session import writing
from portal.records import orders as records
from portal.records.accounts import Person
from tests.shop import COURSE, Shop

VISIT = Visit("127.0.0.1", "a test")
RUTH = Person(1, 1, "ACC-RUTH", "Ruth Bello", "ruth@meridian.example")
DATED = "FIB-SPLICE"
AT_WORK = {"buyer": "organisation", "organisation": "Nair Fibre Ltd", "start": ""}


def page_of_last(shop: Shop) -> str:
    """The staff page of the newest order."""
    return f"/admin/orders/{shop.orders()[-1].reference}"


def set_capacity(shop: Shop, run: str, capacity: int | None) -> None:
    """Give a date so many places."""
    with shop.app.app_context(), writing() as session:
        session.execute(update(CourseRun).where(CourseRun.code == run).values(capacity=capacity))


def paid_when_full(shop: Shop, **changes: str) -> Order:
    """Somebody pays after their page was over and the last place was sold to another."""
    session = shop.session(shop.browser(), DATED, **{"run": "SPLICE-SOON", **AT_WORK, **changes})
    shop.stripe.pay(session)
    with shop.app.app_context(), writing() as writer:
        line = writer.scalars(select(OrderLine).order_by(OrderLine.id.desc())).first()
        assert line
        line.seat = "released"  # type: ignore[assignment]
    set_capacity(shop, "SPLICE-SOON", 0)
    shop.work()
    return shop.orders()[-1]


def paid_differently(shop: Shop, pence: int, course: str = COURSE) -> Order:
    """Somebody pays what a course costs, £744.00, and our order says this, VAT at 20 % included."""
    session = shop.session(shop.browser(), course)
    with shop.app.app_context(), writing() as writer:
        line = writer.scalars(select(OrderLine).order_by(OrderLine.id.desc())).first()
        assert line
        writer.get_one(Order, line.order_id).total_pence = line.gross_pence = pence
        line.net_pence = round(pence / 1.2)
        line.vat_pence = pence - line.net_pence
    shop.stripe.pay(session)
    shop.work()
    return shop.orders()[-1]


def raise_trouble(shop: Shop, what: Trouble, about: str = "") -> None:
    """Something is wrong with the newest order."""
    with shop.app.app_context(), writing() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order
        records.raise_trouble(session, order, what, order.ordered_at, about)


def entries(shop: Shop) -> dict[str, int]:
    """The ledger's entries by kind, in pence."""
    return {one.kind: one.amount_pence for one in shop.rows(select(LedgerEntry).order_by(LedgerEntry.id))}


def logged(shop: Shop, kind: Happened) -> list[str]:
    """What the security log says of one kind."""
    return [one.detail for one in shop.rows(select(SecurityEvent).where(SecurityEvent.kind == kind))]


def cells(text: str) -> list[dict[str, str]]:
    """A file of the site's, row by row."""
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
