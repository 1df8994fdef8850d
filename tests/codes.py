"""Access codes and places, made and looked at by tests."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask
from sqlalchemy import select

from portal.domain.access_codes import new_code
from portal.models.access_code import AccessCode
from portal.models.enrolment import Enrolment
from portal.models.session import reading, writing
from portal.records import accounts, courses, partners
from portal.records.accounts import Person
from portal.services import contacts
from tests.editing import an_editor
from tests.factories import in_days
from tests.shop import COURSE, Shop


def issue_code(
    app: Flask, *, course: str = COURSE, uses: int = 5, days: int = 30, partner: str = "", stopped: bool = False
) -> str:
    """A code as staff issued it, whose last day may be over; answers it as it is kept."""
    with app.app_context(), writing() as session:
        now = app.extensions["portal"].clock.now(session)
        made = AccessCode(
            code=new_code(),
            course_id=courses.get_by_code(session, course).id,
            partner_id=partners.get_by_code(session, partner).id if partner else None,
            uses=uses,
            ends_on=in_days(days),
            issued_by="Ruth Bello",
            issued_at=now - dt.timedelta(days=60),
            stopped_at=now if stopped else None,
        )
        session.add(made)
        session.flush()
        return made.code


def a_contact(app: Flask, partner: str = "LIN") -> Person:
    """Somebody who signs in for a partner; inside an application's context."""
    clock, email = app.extensions["portal"].clock, f"carol@{partner.lower()}.example"
    by = an_editor(app, f"Inviter of {partner}")
    contacts.invite(f"partner:{partner}", "Carol Ames", email, by.visit, clock, by.person)
    with reading() as session:
        account = accounts.find_by_email(session, email)
        assert account
        person = accounts.find_person(session, account.id, account.session_epoch)
    assert person
    return person


def places(shop: Shop) -> list[Enrolment]:
    """All places, oldest first."""
    return shop.rows(select(Enrolment).order_by(Enrolment.id))


def alike(shop: Shop, page: str) -> str:
    """A page of an order without what is each order's own: two that say the same are equal then."""
    for order in shop.orders():
        page = page.replace(order.reference, "ORD")
    page = re.sub(r"/your-order/[\w.=-]+", "", page)
    page = re.sub(r"\d{1,2}:\d\d [ap]m|\d{1,2}:\d\d", "", page)
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)
