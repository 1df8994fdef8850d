"""Documents as they are issued: written in the transaction of what they record, and drawn when somebody asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import cancellation, numbering, selling
from portal.domain.cancellation import Buyer as Kind
from portal.domain.documents import (
    Buyer,
    Confirmation,
    CreditNote,
    Document,
    DocumentLine,
    Invoice,
    Particular,
    Seller,
    Statement,
    from_json,
    may_be_simplified,
    to_json,
)
from portal.domain.errors import NotFound
from portal.domain.money import Part
from portal.domain.numbering import Series
from portal.domain.orders import Paper
from portal.domain.terms import TEXT, VERSION
from portal.domain.working_days import london_day
from portal.models.document import Document as Row
from portal.models.document import DocumentCounter
from portal.models.order import Order, OrderLine
from portal.records import fulfilment

NO_RIGHT = (
    "You bought for an organisation, so the law gives no right to cancel within 14 days. If plans change, ask us."
)


def invoice(session: Session, order: Order, now: dt.datetime, seller: Seller, note: str = "") -> None:
    """Issue the order's invoice, with the next number of its series: no gap, since both are kept or neither.

    `note` stands below the sums.
    """
    number = numbering.number(Series.INVOICE, _next(session, Series.INVOICE))
    on = london_day(now)
    simplified = order.buyer == Kind.ME and may_be_simplified(
        order.total_pence, [line.vat_status for line in order.lines]
    )
    made = Invoice(
        seller=seller,
        buyer=_buyer(order),
        lines=tuple(_line(line) for line in order.lines),
        number=number,
        issued_on=on,
        tax_point_on=on,
        order_reference=order.reference,
        simplified=simplified,
        paid_on=on,
        note=note,
    )
    _keep(session, order, Paper.INVOICE, number, made, now)


def credit_note(
    session: Session, order: Order, parts: Sequence[Part], reason: str, now: dt.datetime, seller: Seller
) -> str:
    """Issue a credit note for these parts of the order's invoice; answers its number."""
    invoiced = session.scalars(select(Row).where(Row.order_id == order.id, Row.kind == Paper.INVOICE)).one()
    invoice_ = from_json(invoiced.snapshot)
    assert isinstance(invoice_, Invoice)
    number = numbering.number(Series.CREDIT_NOTE, _next(session, Series.CREDIT_NOTE))
    made = CreditNote(
        seller=seller,
        buyer=invoice_.buyer,
        lines=tuple(
            DocumentLine(
                part.description, 1, part.net_pence, part.vat_rate, part.vat_pence, part.gross_pence, part.vat_status
            )
            for part in parts
        ),
        number=number,
        issued_on=london_day(now),
        invoice_number=invoiced.number,
        invoice_issued_on=invoice_.issued_on,
        order_reference=order.reference,
        reason=reason,
    )
    _keep(session, order, Paper.CREDIT_NOTE, number, made, now)
    return number


def confirmation(session: Session, order: Order, now: dt.datetime, seller: Seller) -> None:
    """Issue the contract on paper: the confirmation on a durable medium that the law asks for (reg 16)."""
    is_consumer = order.buyer == Kind.ME
    last = cancellation.last_day(order.ordered_at, order.ordered_at)
    made = Confirmation(
        seller=seller,
        buyer=_buyer(order),
        lines=tuple(_line(line) for line in order.lines),
        order_reference=order.reference,
        made_at=order.ordered_at,
        learners=tuple(line.learner_name or "" for line in order.lines),
        opens=_opens(order),
        statements=tuple(Statement(one.wording, one.said_at) for one in order.statements),
        right_to_cancel=_right(order, last) if is_consumer else NO_RIGHT,
        cancel_until=last if is_consumer else None,
        terms_version=VERSION,
        terms=TEXT,
        particulars=tuple(_particulars(order)),
    )
    _keep(session, order, Paper.CONFIRMATION, order.reference, made, now)


def list_of(session: Session, order: Order) -> list[Row]:
    """The order's documents, oldest first."""
    return list(session.scalars(select(Row).where(Row.order_id == order.id).order_by(Row.id)))


def get(session: Session, order: Order, number: str) -> Row:
    """One of the order's documents. Raises NotFound."""
    found = session.scalars(select(Row).where(Row.order_id == order.id, Row.number == number)).first()
    if found is None:
        raise NotFound("There is no such document.")
    return found


def _next(session: Session, name: str) -> int:
    """The next number of a series; its row is held until the transaction ends."""
    query = select(DocumentCounter).where(DocumentCounter.name == name)
    series = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    series.following += 1
    session.flush()
    return series.following - 1


def _keep(session: Session, order: Order, kind: Paper, number: str, document: Document, now: dt.datetime) -> None:
    session.add(Row(order_id=order.id, kind=kind, number=number, snapshot=to_json(document), issued_at=now))
    session.flush()


def _buyer(order: Order) -> Buyer:
    return Buyer(name=order.organisation or order.full_name, address=order.address, email=order.receipt_email)


def _line(line: OrderLine) -> DocumentLine:
    return DocumentLine(
        line.description, 1, line.net_pence, line.vat_rate, line.vat_pence, line.gross_pence, line.vat_status
    )


def _opens(order: Order) -> str:
    opened = {fulfilment.opens_at(order, line) for line in order.lines}
    if any(line.run for line in order.lines):
        return "The course opens on the first day of its dates."
    if max(opened) <= order.ordered_at:
        return "The course opens as soon as the learner has confirmed their address."
    return f"The course opens on {selling.day(london_day(max(opened)))}."


def _right(order: Order, last: dt.date) -> str:
    """What the law gives, in the words of the check page."""
    if not order.total_pence:
        return "You can give the place back at any time; it costs nothing."
    until = f"You can cancel until the end of {selling.day(last)}, without giving a reason. "
    if order.start is not cancellation.Start.NOW:
        return until + "You get everything back."
    contents = {cancellation.content_of(line.course.delivery) for line in order.lines}
    if cancellation.Content.RECORDED in contents:
        return until + "You asked for the course to open straight away: once it has opened, the right is lost."
    return until + (
        "You asked us to start straight away: you pay for what you have had by then. Once you have had all of it, you"
        " can no longer cancel."
    )


def _particulars(order: Order) -> list[Particular]:
    found = []
    for line in order.lines:
        taught = ", ".join(part for part in (line.course.length, line.course.taught) if part)
        if taught:
            found.append(Particular("How it is taught", taught))
        if line.run and (where := ", ".join(p for p in (line.run.times, line.run.place, line.run.address) if p)):
            found.append(Particular("When and where", where))
    return found
