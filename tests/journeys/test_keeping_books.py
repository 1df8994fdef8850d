"""The orders on the staff pages in a real browser: nothing for axe to find, nothing cut off, in each state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.domain.orders import OrderState, Trouble
from portal.models.enrolment import Enrolment
from portal.models.order import Order, OrderLine, OrderTrouble
from portal.models.session import reading
from portal.sandbox import sample_orders, sample_people
from portal.sandbox.sample_payments import PastStripe
from portal.sandbox.server import stripe_of
from portal.services import orders
from tests.journeys.conftest import take_picture
from tests.journeys.looks import sound
from tests.people import signed_in


@pytest.fixture
def finance(open_page: Callable[..., Page], app: Flask, tmp_path: Path) -> Page:
    """The demo's months of orders, and somebody who keeps the books."""
    joined = app.extensions["portal"]
    with app.app_context():
        sample_people.make(joined.vault, joined.clock)
        stripe = PastStripe(stripe_of(tmp_path, 5000))
        sample_orders.make(app.extensions["portal.handlers"], joined.vault, joined.clock, joined.seller, stripe)
        person = sample_people.find(sample_people.STAFF[sample_people.Role.FINANCE][1])
    page = open_page()
    cookie = signed_in(app, person).get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    return page


def _order(app: Flask, trouble: Trouble | None) -> str:
    """The page of an order with this trouble, or of one that waits for its learner."""
    query = select(Order.reference).where(Order.state.in_((OrderState.PAID, OrderState.HELD_UP)))
    if trouble:
        query = query.join(OrderTrouble, OrderTrouble.order_id == Order.id).where(OrderTrouble.what == trouble)
    else:
        waiting = select(OrderLine.order_id).join(Enrolment, Enrolment.order_line_id == OrderLine.id)
        query = query.where(Order.id.in_(waiting.where(Enrolment.state == "waiting_for_learner")))
    with app.app_context(), reading() as session:
        return f"/admin/orders/{session.scalars(query).first()}"


@pytest.mark.timeout(300)
def test_axe_finds_nothing_on_the_pages_of_whoever_keeps_the_books(finance: Page, app: Flask) -> None:
    page = finance
    full, waiting = _order(app, Trouble.FULL), _order(app, None)
    for path, name in (
        *(("/admin", "needs"), ("/admin/orders", "orders"), ("/admin/orders?search=nobody&state=paid", "")),
        *(("/admin/orders?needs=any&page=1", ""), ("/admin/orders/totals", "totals"), (full, "order-full")),
        *((_order(app, Trouble.DIFFERS), "order-differs"), (_order(app, Trouble.DISPUTED), "order-disputed")),
        *((_order(app, Trouble.TWICE), "order-twice"), (waiting, "order"), (f"{waiting}/learner", "learner")),
        (f"{waiting}/address", "order-address"),
    ):
        page.goto(path)
        sound(page, path)
        if name:
            take_picture(page, f"{name}-1280")
            page.set_viewport_size({"width": 390, "height": 800})
            take_picture(page, f"{name}-390")
            page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{waiting}/learner")
    page.click("button:has-text('Offer them the place')")
    sound(page, "nobody named")
    page.goto(f"{waiting}/address")
    page.fill("[name=receipt_email]", "nobody")
    page.click("button:has-text('Send a letter with new links')")
    sound(page, "no address")
    with app.app_context():
        joined = app.extensions["portal"]
        own = orders.guest_path(waiting.rpartition("/")[2], joined.links, joined.clock)
    for path, name in ((own, "own-order"), (f"{own}/learner", "own-learner")):
        page.goto(path)
        sound(page, name)
        take_picture(page, f"{name}-1280")
    page.goto(full)
    page.click("button:has-text('Re-seat')")
    sound(page, "no date chosen")
    page.check("[name=run] >> nth=0")
    page.click("button:has-text('Re-seat')")
    page.wait_for_selector("text=They have a place")
    sound(page, "seated")
