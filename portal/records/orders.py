"""Orders with their lines, what was said, and what needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.domain import money
from portal.domain.enquiry import email_key
from portal.domain.errors import NotFound
from portal.domain.orders import Checkout as CheckoutState
from portal.domain.orders import Entry, OrderState, Purchase, Trouble
from portal.domain.references import new_reference
from portal.domain.searching import search_text
from portal.models.ledger import LedgerEntry
from portal.models.order import Order, OrderLine, OrderStatement, OrderTrouble, Said
from portal.models.payment import Checkout
from portal.records.paging import Page, page_of

CURRENCY = "gbp"


def whole() -> tuple[ORMOption, ...]:
    """An order with its lines, their courses and dates, what was said, and its troubles."""
    return (
        selectinload(Order.lines).options(
            joinedload(OrderLine.course), joinedload(OrderLine.run), joinedload(OrderLine.code)
        ),
        selectinload(Order.statements),
        selectinload(Order.troubles),
    )


def get(session: Session, order_id: int) -> Order:
    """The whole order. Raises NotFound."""
    order = session.scalars(select(Order).where(Order.id == order_id).options(*whole())).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def get_by_reference(session: Session, reference: str, *, lock: bool = False) -> Order:
    """The whole order; `lock` holds it, as it is by then, until the transaction ends. Raises NotFound."""
    query = select(Order).where(Order.reference == reference).options(*whole())
    if lock:
        query = query.with_for_update(of=Order).execution_options(populate_existing=True)
    order = session.scalars(query).first()
    if order is None:
        raise NotFound(f"There is no order {reference}.")
    return order


def add(
    session: Session, purchase: Purchase, submission: str, payer_id: int | None, total_pence: int, now: dt.datetime
) -> Order:
    """Save a new order, without its lines."""
    reference = new_reference("ORD")
    order = Order(
        reference=reference,
        submission=submission,
        answers_digest=purchase.digest,
        buyer=purchase.buyer,
        payer_id=payer_id,
        full_name=purchase.full_name,
        email=purchase.email,
        email_key=email_key(purchase.email),
        receipt_email=purchase.receipt_email,
        organisation=purchase.organisation,
        region=purchase.region,
        country=purchase.country,
        heard_from=purchase.heard_from,
        of_age=purchase.of_age,
        total_pence=total_pence,
        currency=CURRENCY,
        state=OrderState.OPEN,
        start=purchase.start,
        ordered_at=now,
        search_text=search_text(reference, purchase.full_name, purchase.email, purchase.organisation),
    )
    session.add(order)
    session.flush()
    return order


def list_of_submission(session: Session, submission: str) -> list[Order]:
    """The orders that one form made: one for each set of answers that was sent."""
    return list(session.scalars(select(Order).where(Order.submission == submission).order_by(Order.id)))


def page_of_payer(session: Session, account_id: int, email_key: str, page: int) -> Page[Order]:
    """A page of a payer's orders, newest first: those made signed in, and those made as a guest with this address."""
    own = (Order.payer_id == account_id) | (Order.payer_id.is_(None) & (Order.email_key == email_key))
    query = select(Order).where(own).order_by(Order.id.desc())
    return page_of(session, query.options(selectinload(Order.lines)), page)


def is_off(order: Order) -> bool:
    """True when a date that it is for was cancelled. Its lines are loaded with their dates."""
    return any(line.run is not None and line.run.cancelled_at is not None for line in order.lines)


def say(session: Session, order: Order, what: Said, wording: str, now: dt.datetime) -> None:
    """Keep what the buyer said, word for word."""
    session.add(OrderStatement(order_id=order.id, what=what, wording=wording, said_at=now))


def priced(line: OrderLine) -> money.Line:
    """The line as it was priced: what goes back of it is split as its price was."""
    return money.Line(line.description, line.net_pence, line.vat_rate, line.vat_status)


def raise_trouble(
    session: Session, order: Order, what: Trouble, now: dt.datetime, about: str = "", *, anew: bool = False
) -> bool:
    """Note that a person must settle this; False when it is noted already. The order is locked by the caller.

    What was settled stays so, but where it has come about `anew`.
    """
    known = select(OrderTrouble).where(
        OrderTrouble.order_id == order.id, OrderTrouble.what == what, OrderTrouble.about == about
    )
    found = session.scalars(known).first()
    if found is None:
        session.add(OrderTrouble(order_id=order.id, what=what, about=about, raised_at=now))
    elif anew and found.settled_at is not None:
        found.raised_at, found.settled_at, found.settled_how = now, None, ""
    else:
        return False
    session.flush()
    return True


def list_troubles(session: Session, order: Order) -> list[OrderTrouble]:
    """What went wrong with the order, settled or not, oldest first."""
    query = select(OrderTrouble).where(OrderTrouble.order_id == order.id).order_by(OrderTrouble.id)
    return list(session.scalars(query))


def settle_troubles(
    session: Session, order: Order, what: Collection[Trouble], how: str, now: dt.datetime, about: str = ""
) -> None:
    """Note how these were settled: those about one thing, or all of their kinds. The order is locked by the caller."""
    for trouble in list_troubles(session, order):
        if trouble.settled_at is None and trouble.what in what and (not about or trouble.about == about):
            trouble.settled_at, trouble.settled_how = now, how
    session.flush()


def begin_visit(session: Session, order: Order, attempt: int, now: dt.datetime, minutes: int) -> Checkout:
    """A visit to Stripe's page, noted before Stripe is asked for it."""
    ends = now + dt.timedelta(minutes=minutes)
    made = Checkout(order_id=order.id, attempt=attempt, state=CheckoutState.MAKING, made_at=now, expires_at=ends)
    session.add(made)
    session.flush()
    return made


def list_checkouts(session: Session, order: Order) -> list[Checkout]:
    """The order's visits to Stripe's page, newest first."""
    return list(
        session.scalars(select(Checkout).where(Checkout.order_id == order.id).order_by(Checkout.attempt.desc()))
    )


def find_checkout(session: Session, session_id: str, reference: str = "", attempt: int = 0) -> Checkout | None:
    """The visit of Stripe's session, or the attempt whose answer never reached us; with its order.

    Stripe may speak of a session before we have heard that it was made: then its reference and attempt name it.
    """
    query = select(Checkout).options(joinedload(Checkout.order))
    found = session.scalars(query.where(Checkout.session == session_id)).first()
    if found is None and reference:
        unanswered = query.join(Checkout.order).where(
            Order.reference == reference, Checkout.attempt == attempt, Checkout.session.is_(None)
        )
        found = session.scalars(unanswered).first()
    return found


def find_by_payment(session: Session, payment_intent: str) -> Checkout | None:
    """The visit that this payment came of, with its order, once the payment itself stands in our books."""
    is_in = exists().where(LedgerEntry.kind == Entry.PAID, LedgerEntry.source == payment_intent)
    query = select(Checkout).where(Checkout.payment_intent == payment_intent, is_in)
    return session.scalars(query.options(joinedload(Checkout.order))).first()


def awaits_a_bank() -> ColumnElement[bool]:
    """The orders whose payment a bank may still let come: also one that was cancelled meanwhile, and goes back then."""
    is_paid = exists().where(LedgerEntry.order_id == Order.id, LedgerEntry.kind == Entry.PAID)
    return (Order.state == OrderState.AWAITING) | ((Order.state == OrderState.CANCELLED) & ~is_paid)


def is_waiting(checkouts: list[Checkout]) -> bool:
    """True while one of the visits may still be paid."""
    return any(one.state in (CheckoutState.MAKING, CheckoutState.OPEN) for one in checkouts)
