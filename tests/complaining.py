"""Somebody complains, through the pages."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models.complaint import Complaint
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, links_in, press

TYPED = {
    "about": "order",
    "order_reference": "ord 7k3m 9qtd",
    "full_name": "Hannah Finch",
    "email": "hannah@finch.example",
    "message": "The course of 3 November did not take place.\n\nNobody told me.",
    "wish": "Another date, or my money back.",
}


def complain(browser: FlaskClient, **changes: str) -> None:
    """Fill in the form and send it."""
    answer = press(browser, "/complaints", "/complaints", **{**TYPED, **changes})
    assert (answer.status_code, answer.location) == (303, "/complaints/sent"), answer.text


def own_page(browser: FlaskClient, mailbox: Mailbox, deliver: Deliver, **changes: str) -> str:
    """Complain, and answer the path of the own page, from the letter."""
    complain(browser, **changes)
    deliver()
    email = changes.get("email", TYPED["email"])
    assert mailbox.list_mails()[-1]["to"] == [email]
    return next(link for link in links_in(mailbox) if link.startswith("/complaints/"))


def all_of(app: Flask) -> list[Complaint]:
    """Every complaint there is, oldest first."""
    with app.app_context(), reading() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.id)))


def desk_page(app: Flask, index: int = -1) -> str:
    """The path of a complaint on the staff pages, the newest without an index."""
    return f"/admin/complaints/{all_of(app)[index].reference}"
