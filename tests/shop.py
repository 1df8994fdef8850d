"""Buying, as the pages do it, at a Stripe of the test's own."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.domain.delivery import Lane
from portal.models import db
from portal.models.order import Order
from portal.sandbox.mailbox import Mailbox
from portal.services import outbox
from tests.factories import hidden_fields
from tests.stripes import Stripe

COURSE = "SAF-STREET"  # sold without dates, £744.00 with VAT
BUYER = {
    "buyer": "me",
    "age_confirmed": "yes",
    "full_name": "Priya Nair",
    "email": "priya@nairfibre.example",
    "region": "west-midlands",
    "heard_from": "A search",
    "start": "now",
}


@dataclass
class Shop:
    """The portal, its Stripe, its worker and its mailbox."""

    app: Flask
    stripe: Stripe
    mailbox: Mailbox

    def browser(self) -> FlaskClient:
        """Somebody's browser."""
        return self.app.test_client()

    def check(self, browser: FlaskClient, course: str = COURSE, **changes: str) -> TestResponse:
        """Fill in the form of a course; the check page, or the form again."""
        path = f"/courses/{course}/enrol"
        hidden = hidden_fields(browser.get(path).text)
        return browser.post(path, data={**BUYER, **hidden, **changes})

    def order(self, browser: FlaskClient, course: str = COURSE, **changes: str) -> TestResponse:
        """Fill in, check, press Pay now: the answer to that."""
        checked = self.check(browser, course, **changes)
        assert checked.status_code == 200, checked.text
        return self.press_pay(browser, checked, course)

    def press_pay(self, browser: FlaskClient, checked: TestResponse, course: str = COURSE) -> TestResponse:
        """Press the button of a check page."""
        data = {**hidden_fields(checked.text), "terms": "yes"}
        return browser.post(f"/courses/{course}/enrol/pay", data=data)

    def session(self, browser: FlaskClient, course: str = COURSE, **changes: str) -> str:
        """Order, and answer the id of the session at Stripe that one was sent to."""
        sent = self.order(browser, course, **changes)
        assert sent.status_code == 303, sent.text
        return session_of(sent)

    def work(self) -> int:
        """Deliver Stripe's messages and work every lane until nothing is due; answers how many were worked."""
        self.stripe.deliver_now()
        worked = 0
        with self.app.app_context():
            handlers, clock = self.app.extensions["portal.handlers"], self.app.extensions["portal"].clock
            done = True
            while done:
                done = False
                for lane in (Lane.STRIPE, Lane.MAIL, Lane.COURSES):
                    while outbox.work_once(lane, handlers, clock).worked:
                        worked, done = worked + 1, True
        return worked

    def days_pass(self, number: int) -> None:
        """Let so many days pass, and everything that follows happen."""
        with self.app.app_context():
            handlers, clock = self.app.extensions["portal.handlers"], self.app.extensions["portal"].clock
            clock.advance(dt.timedelta(days=number))
            for plan in self.app.extensions["portal.plans"]:
                plan()
            while outbox.work_once(Lane.TIME, handlers, clock).worked:
                pass
        self.work()

    def buy(self, browser: FlaskClient | None = None, course: str = COURSE, **changes: str) -> str:
        """Order, pay, and let everything follow; answers the order's reference."""
        session = self.session(browser or self.browser(), course, **changes)
        self.stripe.pay(session)
        self.work()
        return self.orders()[-1].reference

    def orders(self) -> list[Order]:
        """All of them, oldest first."""
        return self.rows(select(Order).order_by(Order.id))

    def rows(self, query: Any) -> list[Any]:
        """What a query finds, as values of their own."""
        with self.app.app_context(), db.session.begin():
            found = list(db.session.scalars(query))
            db.session.expunge_all()
            return found

    def letters(self, subject: str = "") -> list[dict[str, Any]]:
        """The letters whose subject holds this, oldest first."""
        return [mail for mail in self.mailbox.list_mails() if subject in mail["subject"]]


def session_of(answer: TestResponse) -> str:
    """The id of the session that an answer leads to."""
    found = re.search(r"/sandbox/checkout/(cs_test_\w+)", answer.location or "")
    assert found, answer.location
    return found.group(1)


def link_in(mail: dict[str, Any], start: str) -> str:
    """The path of the first link of a letter that begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(start)}[\w./=-]+)", mail["text"])
    assert found, mail["text"]
    return found.group(1)
