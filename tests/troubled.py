"""Orders that need somebody: one whose learner changes, one that was paid differently, one whose date was full."""

from __future__ import annotations

from flask import Flask

from portal.domain.orders import Buyer, OrderState, Purchase, Trouble
from portal.domain.payments import Visit
from portal.models.session import writing
from portal.records import fulfilment, orders, settlement
from portal.services import orders as shop

COURSE = "PRBC"


def make(app: Flask) -> tuple[str, str, str]:
    """The references of a paid order with a question about its buyer's country, and of two that are held up."""
    with app.app_context():
        paid, differs, full = (_placed(app, number) for number in range(3))
        _pays(app, paid)
        _pays(app, differs, differing=-1000)
        _pays(app, full, differing=1)
        with writing() as session:
            now = app.extensions["portal"].clock.now(session)
            orders.raise_trouble(session, orders.get_by_reference(session, paid, lock=True), Trouble.SUPPLY, now)
            held_up = orders.get_by_reference(session, full, lock=True)
            held_up.troubles[0].what = Trouble.FULL
            assert held_up.state == OrderState.HELD_UP
    return paid, differs, full


def run_of(app: Flask) -> str:
    """The code of the course's first date."""
    with app.app_context():
        return shop.offer(COURSE, "", app.extensions["portal"].clock, payments_on=True).runs[0].run.code


def _placed(app: Flask, number: int) -> str:
    parts, email = app.extensions["portal"], f"buyer{number}@people.example"
    asked = {"heard_from": "A search", "of_age": 16, "organisation": "People Ltd", "telephone": "07700 900148"}
    learner = {"learner_name": "A Buyer", "course_email": email, "receipt_email": email, "start": None}
    whence = {"region": "wales", "country": "GB"}
    purchase = Purchase(COURSE, run_of(app), Buyer.ORGANISATION, "A Buyer", email, **whence, **asked, **learner)
    placed = shop.place(purchase, f"troubled-{number}", None, parts.clock, parts.seller, minutes=31, payments_on=True)
    return placed.reference


def _pays(app: Flask, reference: str, *, differing: int = 0) -> None:
    parts = app.extensions["portal"]
    with writing() as session:
        fulfilment.hold_learners(session, reference)
        order = orders.get_by_reference(session, reference, lock=True)
        checkout, now = orders.list_checkouts(session, order)[0], parts.clock.now(session)
        said = Visit(
            session=f"cs_{reference}",
            reference=reference,
            attempt=1,
            url="",
            status="complete",
            is_paid=True,
            has_failed=False,
            amount_pence=order.total_pence + differing,
            currency=order.currency,
            live=False,
            payment_intent=f"pi_{reference}",
            billing_address="",
            billing_country="GB",
            card_country="GB",
            made_at=now,
        )
        settlement.take_in(session, order, checkout, said, now, parts.seller, live=False)
