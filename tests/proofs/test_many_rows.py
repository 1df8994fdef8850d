"""Ten thousand enquiries and trainees: every staff page asks as often as with ten, and stays quick."""

from __future__ import annotations

import datetime as dt
import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from portal.domain.roles import Role
from portal.models import Base, db
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver
from tests.people import make_staff
from tests.proofs.scale import FULL, report, scaled

FEW, MANY = 10, scaled(10_000, 100)
MOST_MS = 100
PAGES = (
    *("/admin", "/admin/enquiries", "/admin/enquiries?search=person+1", "/admin/enquiries?holder=team&state=open"),
    *("/admin/enquiries?owner=nobody&page=3", "/admin/enquiries/ENQ-0000-0001", "/admin/deliveries?state=all"),
    *("/admin/contacts", "/admin/staff", "/admin/trainees", "/admin/trainees?search=trainee+1&region=wales"),
    *("/admin/trainees/ACC-0000-00101", "/admin/security", "/admin/security?network=192.0.2.1&page=2"),
    *("/admin/partners", "/admin/sponsors", "/admin/courses", "/admin/rules"),
    *("/admin/courses/FIB-SPLICE", "/admin/courses/FIB-SPLICE/dates"),
    *("/admin/complaints", "/admin/complaints?search=person+1&page=2", "/admin/complaints?state=open&overdue=yes"),
    "/admin/complaints/CMP-0000-0001",
)


def _fill(number: int, start: int) -> None:
    """This many enquiries of our own team, each with its routing and its letter, and this many trainees."""
    now = dt.datetime.now(dt.UTC)
    tables = Base.metadata.tables
    ids = range(start + 1, start + number + 1)
    with writing() as session:
        connection = session.connection()
        connection.execute(
            insert(tables["enquiry"]),
            [
                {
                    "id": n,
                    "reference": f"ENQ-0000-{n:04}",
                    "submission": f"s{n}",
                    "full_name": f"Person {n}",
                    "email": f"person{n}@people.example",
                    "email_key": f"person{n}@people.example",
                    "search_text": f"enq-0000-{n:04} person {n} person{n}@people.example",
                    "region": "wales",
                    "interest": "FIB-SPLICE",
                    "audience": "individual",
                    "keep_with_us": True,
                    "holder": "team",
                    "received_at": now - dt.timedelta(minutes=n),
                    "due_at": now + dt.timedelta(days=3) - dt.timedelta(minutes=n),
                }
                for n in ids
            ],
        )
        connection.execute(insert(tables["enquiry_routing"]), [{"enquiry_id": n, "why": "You asked us"} for n in ids])
        connection.execute(
            insert(tables["outbox_message"]),
            [
                {
                    "kind": "team_enquiry",
                    "record_id": n,
                    "lane": "mail",
                    "key": f"filled:{n}",
                    "state": "sent",
                    "created_at": now,
                    "due_at": now,
                    "finished_at": now,
                }
                for n in ids
            ],
        )
        connection.execute(
            insert(tables["complaint"]),
            [
                {
                    "id": n,
                    "reference": f"CMP-0000-{n:04}",
                    "submission": f"s{n}",
                    "about": "order",
                    "full_name": f"Person {n}",
                    "email": f"person{n}@people.example",
                    "email_key": f"person{n}@people.example",
                    "message": "Nobody was there.",
                    "search_text": f"cmp-0000-{n:04} person {n} person{n}@people.example",
                    "received_at": now - dt.timedelta(minutes=n),
                    "acknowledge_by": now + dt.timedelta(days=30),
                    "answer_by": now + dt.timedelta(days=n % 3 - 1),
                }
                for n in ids
            ],
        )
        accounts = [100 + n for n in ids]
        connection.execute(
            insert(tables["account"]),
            [
                {
                    "id": n,
                    "reference": f"ACC-0000-{n:05}",
                    "full_name": f"Trainee {n}",
                    "email": f"trainee{n}@people.example",
                    "email_key": f"trainee{n}@people.example",
                    "search_text": f"trainee {n} trainee{n}@people.example",
                    "created_at": now,
                    "last_used_at": now,
                }
                for n in accounts
            ],
        )
        connection.execute(
            insert(tables["trainee"]),
            [{"account_id": n, "region": "wales", "heard_from": "A search", "of_age": 16} for n in accounts],
        )
        connection.execute(
            insert(tables["security_event"]),
            [
                {"kind": "sign_in", "account_id": n, "network": "192.0.2.1", "device": "Firefox", "happened_at": now}
                for n in accounts
            ],
        )


def _measure(app: Flask, browser: FlaskClient, path: str) -> tuple[int, float]:
    """(statements, median milliseconds of the page)."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    times = []
    for turn in range(7):
        if turn == 2:
            with app.app_context():
                event.listen(db.engine, "before_cursor_execute", note)
        began = time.perf_counter()
        answer = browser.get(path)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, path
        if turn == 2:
            with app.app_context():
                event.remove(db.engine, "before_cursor_execute", note)
    return len(seen), statistics.median(times[3:])


@pytest.mark.timeout(900)
@pytest.mark.one_database("postgresql")
def test_every_staff_page_is_as_quick_with_many_rows_as_with_few(
    catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = make_staff(catalogue, mailbox, deliver, *Role)
    with catalogue.app_context():
        _fill(FEW, 0)
    few = {path: _measure(catalogue, browser, path) for path in PAGES}
    with catalogue.app_context():
        _fill(MANY - FEW, FEW)
    many = {path: _measure(catalogue, browser, path) for path in PAGES}
    slow = []
    for path in PAGES:
        report(
            f"{path}: {many[path][0]} statements; {few[path][1]:.1f} ms with {FEW}, {many[path][1]:.1f} with {MANY:,}"
        )
        assert many[path][0] == few[path][0], path
        slow += [path] if many[path][1] > MOST_MS else []
    if FULL:
        assert slow == []
